"""What the command line says while it reads the roll of a cycle."""

from __future__ import annotations

from pathlib import Path

import click

from civic.cycles.queries import cycle_by_code
from civic.electorate.actions import RollOf, import_roll_from_console
from civic.electorate.models import Roll
from civic.electorate.roll_file import BadRoll
from civic.kernel import clock
from civic.kernel.errors import RuleBroken

REFUSED = 2


def import_roll_file(code: str, path: Path) -> int:
    """Import one roll as a draft; 2 and every wrong line on stderr when it is refused."""
    cycle = cycle_by_code(code)
    if cycle is None:
        click.echo(f"civic: there is no cycle {code}.", err=True)
        return REFUSED
    try:
        of = RollOf(cycle.id, cycle.code, cycle.city)
        roll = import_roll_from_console(path.read_bytes(), of, at=clock.now())
    except RuleBroken as error:
        for problem in error.problems if isinstance(error, BadRoll) else ():
            click.echo(f"{path.name}: {problem}", err=True)
        click.echo(f"civic: {path.name}: {error}", err=True)
        return REFUSED
    _say(roll)
    return 0


def _say(roll: Roll) -> None:
    for area, people in roll.by_area.items():
        click.echo(f"{people:>10,}  {area}")
    click.echo(f"{roll.people:>10,}  people, SHA-256 {roll.sha256}")
    click.echo(
        f"Roll {roll.number} of cycle {roll.cycle_code} is a draft. It holds once two different "
        f"people of headquarters or administration have confirmed it: /rolls/{roll.id}"
    )
