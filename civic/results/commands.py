"""What the command line says while it reads an election from a file."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from civic.counting import CountingError, read_pb
from civic.kernel import clock
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import sentence
from civic.results.actions import import_election

REFUSED = 2


def import_file(path: Path) -> int:
    """Import one file with a progress bar; 2 and one line on stderr when it is refused."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        reading = bars.add_task("reading", total=None)
        storing = bars.add_task("storing ballots", total=None)

        def show(task: int) -> object:
            return lambda done, total: bars.update(task, completed=done, total=total)  # type: ignore[arg-type]

        try:
            file = read_pb(path, progress=show(reading))  # type: ignore[arg-type]
            count = import_election(file, path.name, at=clock.now(), progress=show(storing))  # type: ignore[arg-type]
        except CountingError as error:
            refusal = str(error)
        except RuleBroken as error:
            refusal = sentence(error)
        else:
            refusal = ""
    if refusal:
        click.echo(f"civic: {path.name}: {refusal}", err=True)
        return REFUSED
    won = len(count.outcome["winners"])
    click.echo(f"{count.ballots} ballots, {won} winners: /results/{count.pot_id}")
    return 0
