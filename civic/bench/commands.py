"""The verbs of `civic bench`: measurements as tables, which pass or fail nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from flask import Flask

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def bench() -> None:
    """Measure how fast counting and pages are on this machine."""


@bench.command()
@click.argument("folder", type=FOLDER)
def counting(folder: Path) -> None:
    """Count every Pabulib file in FOLDER by every rule."""
    from civic.bench.counting import measure_folder

    head = ("file", "ballots", "distinct", "rule", "read s", "build s", "count s", "peak MB", "")
    show(head, measure_folder(folder))


@bench.command()
def pages() -> None:
    """Ask for the carrying pages of a demo city that is made for this and thrown away."""
    import structlog

    from civic.bench.pages import measure_pages

    with tempfile.TemporaryDirectory(prefix="civic-bench-") as home:
        app = demo_city(Path(home))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        head = ("page", "status", "median ms", "p95 ms", "statements", "bytes", "gzipped")
        show(head, measure_pages(app))


@bench.command()
@click.option("--casts", default=200, help="How many ballots are cast.")
def casting(casts: int) -> None:
    """Cast ballots in a demo city that is made for this and thrown away."""
    from civic.bench.casting import measure_demo

    with tempfile.TemporaryDirectory(prefix="civic-bench-") as home:
        app = demo_city(Path(home))
        with app.app_context():
            head = ("engine", "casts", "casts/s", "bare inserts/s", "ratio")
            show(head, [measure_demo(casts)])


def demo_city(home: Path) -> Flask:
    """An application whose database, in this home, holds a fresh demo city."""
    from civic.app import create_app
    from civic.config import Settings
    from civic.demo.making import make_city
    from civic.home import environment_for
    from civic.kernel import clock
    from civic.tables import upgrade

    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    app = create_app(Settings.read(environment_for({**kept, "CIVIC_HOME": str(home)})))
    with app.app_context():
        upgrade(app)
        make_city(now=clock.now())
    return app


def show(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as a table; whole lines also where nobody looks at a terminal."""
    table = Table(*head)
    for row in rows:
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    console = Console()
    console.print(table, width=None if console.is_terminal else 160)
