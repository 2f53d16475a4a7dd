"""The verb `torture`: everything is killed while people vote, and nothing may be lost."""

from __future__ import annotations

import signal
import sys

import click

HEAD = ("scenario", "engine", "kills", "acknowledged", "unknown", "lost", "doubled",
        "s to recover", "verdict")  # fmt: skip


@click.command()
@click.option("--seconds", default=20.0, help="How long each scenario goes on.")
@click.option("--only", multiple=True, help="A scenario by its name; can be given again.")
@click.option("--engine", type=click.Choice(["sqlite", "postgresql", "both"]), default="both")
def torture(seconds: float, only: tuple[str, ...], engine: str) -> None:
    """Kill every part of a throw-away city while people vote; exit 1 if a vote is lost."""
    from rich.console import Console
    from rich.table import Table

    from civic.torture.runs import run_named

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing is left running
    rows, missing = [], list[str]()
    try:
        for row in run_named(only, engine, seconds, tell=missing.append):
            click.echo(f"{row.scenario} on {row.engine}: {row.verdict}", err=True)
            rows.append(row)
    except LookupError as unknown:
        raise click.ClickException(str(unknown)) from None
    table = Table(*HEAD)
    for row in rows:
        table.add_row(*map(str, row))
    console = Console()
    (console if console.is_terminal else Console(width=150)).print(table)
    for sentence in missing:
        click.echo(sentence, err=True)
    sys.exit(0 if rows and all(row.holds for row in rows) else 1)
