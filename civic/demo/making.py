"""Making the demo city in one transaction: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import jdatetime
from sqlalchemy import select, update

from civic.accounts.models import Account
from civic.cycles.kinds import Standing
from civic.cycles.models import Cycle
from civic.cycles.phases import PhaseKind
from civic.demo import ideas, land, people, rounds, works
from civic.demo.city import City
from civic.demo.diary import Diary
from civic.demo.rounds import Round
from civic.kernel.db import db, transaction
from civic.kernel.i18n import local
from civic.notifications.models import Letter, Notice

# The city was set up this long before the moment at which it is made.
SINCE = timedelta(days=500)
LAST_ROUND_BEGAN = timedelta(days=425)
INTO_VOTING, UNREAD_FOR = timedelta(days=5), timedelta(days=14)
# The money of the pots, in millions of toman.
LAST_POTS = {
    "demo-6-01": 1000, "demo-6-02": 600, "demo-6-06": 450, "demo-6": 2400, "tehran-demo": 2800,
}  # fmt: skip
POTS = {
    "demo-6-01": 1000, "demo-6-02": 700, "demo-6-05": 500, "demo-7-01": 300, "demo-6": 2500,
    "tehran-demo": 3000,
}  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How big the demo is; tests make a small one."""

    residents: int = people.MOST
    crowd_percent: int = 100
    every: int = 1  # of how many ideas one is used


FULL = Size()


def is_empty() -> bool:
    """Has nobody used this database yet?"""
    return db.session.scalar(select(Account.id).limit(1)) is None


def make_city(*, now: datetime, size: Size = FULL) -> City:
    """Make the demo city; what is left to chance hangs on fixed seeds, so it is always the same."""
    with transaction():
        city = _settle(now, size)
        diary = Diary()
        last_year = set_up_last_round(city, diary, size)
        last_year.begin()
        works.route_winners(last_year)
        begin_round(city, diary, PhaseKind.VOTING, year_of(now), size).begin()
        diary.live_until(now)
        count_as_sent(now)
    return city


def _settle(now: datetime, size: Size) -> City:
    since = now - SINCE
    areas = land.lay_out(at=since)
    departments = land.set_up_departments(areas)
    city = City(now, areas, departments, people.appoint(areas, departments, at=since, now=now))
    for resident in people.residents(size.residents):
        home, at = areas[resident.home], since + timedelta(hours=resident.number)
        people.register(resident, city.admin, home, at=at)
        city.residents.append(people.person(resident.mobile, now=now))
    return city


def set_up_last_round(city: City, diary: Diary, size: Size) -> Round:
    """The cycle of last year, an official one: its results stand and its projects are built."""
    code = str(int(year_of(city.now)) - 1)
    began = rounds.morning(city.now - LAST_ROUND_BEGAN)
    cycle = rounds.set_up_cycle(city, code, Standing.OFFICIAL, LAST_POTS, began=began)
    return Round(
        city, cycle, ideas.read_ideas(ideas.LAST_YEAR)[:: size.every], diary, size.crowd_percent
    )


def begin_round(city: City, diary: Diary, phase: PhaseKind, code: str, size: Size) -> Round:
    """A cycle of this year that is some days into a phase now; its clock may be moved."""
    began = rounds.morning(city.now - rounds.before(phase) - into(phase))
    cycle = rounds.set_up_cycle(city, code, Standing.REHEARSAL, POTS, began=began)
    return round_of(city, cycle, diary, size)


def round_of(city: City, cycle: Cycle, diary: Diary, size: Size) -> Round:
    """The round of this year's ideas in a cycle."""
    used = ideas.read_ideas(ideas.THIS_YEAR)[:: size.every]
    return Round(city, cycle, used, diary, size.crowd_percent)


def into(phase: PhaseKind) -> timedelta:
    """How far a new cycle is in the phase in which it begins."""
    if phase is PhaseKind.VOTING:
        return INTO_VOTING
    return timedelta(days=rounds.DAYS[phase]) * 0.7 if phase is PhaseKind.IDEAS else timedelta(1)


def year_of(now: datetime) -> str:
    """The Jalali year, by which cycles are called."""
    return str(jdatetime.date.fromgregorian(date=local(now).date()).year)


def count_as_sent(now: datetime) -> None:
    """Nobody is written to about what happened before the demo was made; old notices are read."""
    db.session.execute(
        update(Letter).where(Letter.sent_at.is_(None)).values(sent_at=Letter.next_try_at)
    )
    old = update(Notice).where(Notice.read_at.is_(None), Notice.created_at < now - UNREAD_FOR)
    db.session.execute(old.values(read_at=Notice.created_at))
