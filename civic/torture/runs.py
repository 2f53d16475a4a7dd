"""Which scenarios run in which city, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count

from civic.kernel.db import db
from civic.torture import trial as trials
from civic.torture.city import City, new_city
from civic.torture.scenarios import ALL, ENGINES, Scenario
from civic.torture.servers import Lacking, small_disk
from civic.torture.town import Town, make_town
from civic.torture.trial import Row

VOTERS = 160


def run_named(
    only: Sequence[str], engine: str, seconds: float, *, tell: Callable[[str], object]
) -> Iterator[Row]:
    """Run the scenarios of these names (all, when none is given); raises `LookupError`."""
    names = {one.name for one in ALL}
    if set(only) - names:
        raise LookupError(f"The scenarios are: {', '.join(sorted(names))}.")
    for each in ENGINES if engine == "both" else (engine,):
        wanted = [one for one in ALL if each in one.engines and one.name in (only or names)]
        try:
            yield from run_all(each, wanted, seconds)
        except Lacking as missing:
            tell(f"NOT RUN on {each}: {missing}")


def run_all(engine: str, wanted: Sequence[Scenario], seconds: float) -> Iterator[Row]:
    """Run scenarios on one engine, in one city as far as they can share it."""
    codes = count(1)
    together = [one for one in wanted if not one.disk]
    if together:
        with new_city(engine) as city:
            town = people_of(city)
            for scenario in together:
                yield run_one(city, town, scenario, f"t{next(codes)}", seconds)
    for scenario in wanted:
        if scenario.disk:
            with on_a_small_disk(engine, scenario.disk) as city:
                yield run_one(city, people_of(city), scenario, "disk", seconds)


def run_one(city: City, town: Town, scenario: Scenario, code: str, seconds: float) -> Row:
    """Run one scenario in a city, in a vote of its own."""
    vote = trials.vote_in(city, town, code, scenario.rule)
    with trials.trial_of(city, town, vote, seconds) as trial:
        row = trials.run(trial, scenario.name, scenario.disturb)
    if not scenario.is_control:
        return row
    said = f"ok: {row.lost} lost, as must be" if row.lost else "nothing was lost, and should be"
    return row._replace(verdict=said)


@contextmanager
def on_a_small_disk(engine: str, megabytes: int) -> Iterator[City]:
    """A city whose database has a small disk of its own."""
    with ExitStack() as stack:
        room = megabytes * (6 if engine == "postgresql" else 1)
        disk = stack.enter_context(small_disk(room))
        yield stack.enter_context(new_city(engine, disk=disk))


def people_of(city: City) -> Town:
    """The people of a new city."""
    with city.app.app_context():
        town = make_town(VOTERS)
        db.session.remove()
    return town
