"""The verb `civic recount`: a file counted again, for anybody with a terminal and no database."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

REFUSED = 2
RULES = (
    "greedy, greedy-no-skip, greedy-threshold, greedy-per-cost, equal-shares, phragmen, bos,"
    " bos-plus or knapsack"
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rule", default="greedy", help=f"One of {RULES}.")
@click.option("--utility", help="What a project is worth to its voters: cost, cardinality, score.")
@click.option(
    "--completion",
    default="none",
    help="What follows equal shares: none, add1, add1-exhaustive, add1-utilitarian, utilitarian;"
    " or parts joined by +.",
)
@click.option("--step", type=int, help="What each voter gets more in a step, in the smallest unit.")
@click.option("--threshold", type=int, default=0, help="The least number of votes, or points.")
@click.option("--ties", default="votes,cost", help="How ties are broken: votes,cost,lot:SEED.")
@click.option("--scores", help="Where a ranking gets its points from: points or borda.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    help="conflict:A,B; cap:category:NAME:MONEY; number:area:NAME:N; prefund:ID; or file for"
    " those in the file. Again and again.",
)
@click.option("--comparison", default="", help="Hold greedy against it: satisfaction or coverage.")
@click.option("--compare", default="", help="Show another rule beside it: RULE or RULE/COMPLETION.")
@click.option("--explain", is_flag=True, help="Say why each project won, or what it lacked.")
@click.option("--language", type=click.Choice(["en", "fa"]), default="en", help="Of sentences.")
@click.option("--kernel", help="numpy or numba; left out, the faster one that is here.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result, as documented.")
def recount(file: Path, **given: Any) -> None:
    """Count a Pabulib FILE again, without any database: the winners, in the order funded."""
    # What counts is loaded when something is counted: the other verbs need not wait for it.
    from civic.counting import CountingError
    from civic.recounting import answers
    from civic.recounting.options import Wanted

    at_a_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if at_a_terminal else None
    try:
        for part in answers.answer(file, Wanted(**given), width):
            click.echo(part, nl=False)
    except (CountingError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        click.echo(f"civic: {file.name}: {said}", err=True)
        sys.exit(REFUSED)
