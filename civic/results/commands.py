"""What the command line says while it reads elections from files and writes cycles to them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from civic.counting import CountingError, read_pb
from civic.kernel import clock
from civic.kernel.errors import CivicError, RuleBroken
from civic.results.actions import import_election
from civic.results.elections import check_type_of
from civic.results.export import export_cycle
from civic.results.models import Count

REFUSED = 2


class Over(StrEnum):
    """What an export may write over."""

    NOTHING = "nothing"
    WHAT_IS_THERE = "what is there"


def import_file(path: Path) -> int:
    """Import one file with a progress bar; 2 and one line on stderr when it is refused."""
    try:
        check_type_of(path)
        count = _import_with_bars(path)
    except (CountingError, RuleBroken) as error:
        # As every command does: in English, whatever the city speaks.
        click.echo(f"civic: {path.name}: {error}", err=True)
        return REFUSED
    won = len(count.outcome["winners"])
    click.echo(f"{count.ballots} ballots, {won} winners: /results/{count.pot_id}")
    return 0


def _import_with_bars(path: Path) -> Count:
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

        file = read_pb(path, progress=show(reading))  # type: ignore[arg-type]
        return import_election(file, path.name, at=clock.now(), progress=show(storing))  # type: ignore[arg-type]


def export_to(code: str, folder: Path, *, over: Over) -> int:
    """Write a cycle to a folder; 2 and one line on stderr when that is refused."""
    refusal = ""
    if over is Over.NOTHING and folder.exists() and any(folder.iterdir()):
        refusal = f"{folder} is not empty; --force writes over what is in it."
    else:
        try:
            written = export_cycle(code, folder)
        except CivicError as error:
            refusal = str(error)
    if refusal:
        click.echo(f"civic: {refusal}", err=True)
        return REFUSED
    for path in written:
        click.echo(path)
    return 0
