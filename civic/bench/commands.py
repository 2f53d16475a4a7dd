"""The verbs of `civic bench`: measurements as tables, which pass or fail nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from civic.config import REPOSITORY

if TYPE_CHECKING:
    from flask import Flask

FLAT = ("ballots", "distinct", "rule", "kernel", "merging, µs a ballot", "counting, µs a ballot")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def bench() -> None:
    """Measure how fast counting and pages are on this machine."""


@bench.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--rules", default="", help="Rules, as RULE[/COMPLETION[/UTILITY]] and with commas.")
@click.option("--kernel", "kernels", multiple=True, help="numpy or numba; both where they are.")
@click.option("--limit", default=60, help="Seconds that pabutools may take for a count.")
@click.option("--synthetic", help="Draw ballots instead: BALLOTSxPROJECTS[xLONGEST].")
@click.option("--with-pabutools", is_flag=True, help="Install pabutools (GPL, large) if missing.")
def counting(folder: Path | None, rules: str, kernels: tuple[str, ...], **more: Any) -> None:
    """Count every Pabulib file in FOLDER by every rule, beside pabutools where it is installed."""
    from civic.bench import counting as measuring
    from civic.bench.synthetic import Size

    names = [rule for rule in rules.split(",") if rule.strip()]
    if more["with_pabutools"]:
        install_pabutools()
    wanted = measuring.wanted(names, kernels, more["limit"])
    if more["synthetic"]:
        size = Size.named(more["synthetic"])
        show(measuring.HEAD[:8], (row[:8] for row in measuring.measure_drawn(size, wanted)))
        show(FLAT, measuring.measure_flatness(wanted))
    if folder is None:
        return
    if measuring.is_installed():
        show(measuring.HEAD, measuring.measure_folder(folder, wanted), width=240)
        return
    show(measuring.HEAD[:8], (row[:8] for row in measuring.measure_folder(folder, wanted)))
    click.echo("pabutools is not installed; --with-pabutools installs it and counts with it too.")


@bench.command()
def pages() -> None:
    """Ask for the carrying pages of a demo city that is made for this and thrown away."""
    from itertools import chain

    import structlog

    from civic.bench.long_paper import measure_long_paper
    from civic.bench.pages import measure_pages

    with tempfile.TemporaryDirectory(prefix="civic-bench-") as home:
        app = demo_city(Path(home))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
        head = ("page", "status", "median ms", "p95 ms", "statements", "bytes", "gzipped")
        show(head, chain(measure_pages(app), measure_long_paper(app)))


@bench.command()
@click.option(
    "--casts", default=3_600, type=click.IntRange(60), help="So many vote as fast as they can."
)
@click.option(
    "--closing", default=10_000, type=click.IntRange(0), help="So many after them, evenly …"
)
@click.option("--seconds", default=60, type=click.IntRange(1), help="… in so many seconds.")
def casting(casts: int, closing: int, seconds: int) -> None:
    """Cast votes over HTTP beside a bare endpoint that inserts the same rows; some three minutes.

    In a city with PostgreSQL that is made for this and thrown away.
    """
    import structlog

    from civic.bench.casting import measure
    from civic.torture.servers import Lacking

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    head = ("what", "asked", "failed", "a second", "median ms", "p99 ms", "of the bare, so far")
    try:
        show(head, ((*measured, share) for measured, share in measure(casts, closing, seconds)))
    except Lacking as problem:
        raise click.ClickException(str(problem)) from None


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


def install_pabutools() -> None:
    """Put the referee into the environment that this runs in, as the front door installs."""
    pins = REPOSITORY / "requirements-oracle.txt"
    words = "import pathlib, sys, civic.__main__ as d; d.set_up(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", words, str(pins)], cwd=REPOSITORY, check=True)


def show(head: Sequence[str], rows: Iterable[Sequence[object]], width: int = 160) -> None:
    """Print rows as a table; whole lines also where nobody looks at a terminal."""
    table = Table(*head)
    for row in rows:
        table.add_row(*(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=width)
    console.print(table)
