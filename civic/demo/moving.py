"""Moving the demo's running cycle to another phase, with everything that phase needs to show."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from civic.cycles import actions as cycles
from civic.cycles.kinds import Standing
from civic.cycles.models import Cycle
from civic.cycles.phases import SCHEDULE_ORDER, PhaseKind
from civic.cycles.queries import cycle_by_code, frozen_rules
from civic.cycles.rules import phase_at
from civic.demo import making, works
from civic.demo.city import City
from civic.demo.diary import Diary
from civic.demo.making import FULL, Size
from civic.kernel.db import db, transaction
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_


class Moved(NamedTuple):
    """The cycle that is in the phase now, and whether it had to be a fresh one."""

    cycle: Cycle
    fresh: bool


def move_to(kind: PhaseKind, *, now: datetime, size: Size = FULL) -> Moved:
    """Let the running cycle be in this phase now, and let happen what had to happen before.

    Time does not run backwards: for an earlier phase a fresh cycle with the next code begins.
    """
    with transaction():
        city, running = City.found(now=now), running_rehearsal()
        if running is not None and _stands_in(running, kind, now):
            raise RuleBroken(N_("The cycle %(code)s is in this phase already."), code=running.code)
        diary = Diary()
        fresh = running is None or _is_past(running, kind, now)
        if running is None or fresh:
            moved = making.begin_round(city, diary, kind, next_code(now), size)
            # Its phases lie in the past, but of all cycles it is the youngest.
            moved.cycle.created_at = now
        else:
            cycles.move_cycle(city.admin, running, kind, at=now)
            moved = making.round_of(city, running, diary, size)
        moved.begin()
        works.route_at_once(moved)
        diary.live_until(now)
        making.count_as_sent(now)
    return Moved(moved.cycle, fresh)


def running_rehearsal() -> Cycle | None:
    """The cycle of the demo that was begun last."""
    code = db.session.scalar(
        select(Cycle.code)
        .where(Cycle.standing == Standing.REHEARSAL, Cycle.imported_from.is_(None))
        .order_by(Cycle.created_at.desc(), Cycle.code.desc())
        .limit(1)
    )
    return cycle_by_code(code) if code else None


def _stands_in(cycle: Cycle, kind: PhaseKind, now: datetime) -> bool:
    phase = phase_at(cycle.phases, now)
    return phase is not None and phase.kind is kind


def _is_past(cycle: Cycle, kind: PhaseKind, now: datetime) -> bool:
    phase = phase_at(cycle.phases, now)
    if phase is None:
        return True
    order = SCHEDULE_ORDER.index
    # Somebody may have frozen the rules early by hand; then the voting cannot come again.
    again = frozen_rules(cycle.id) is not None and order(kind) < order(PhaseKind.VOTING)
    return order(phase.kind) > order(kind) or again


def next_code(now: datetime) -> str:
    """The first code of this year that is not taken: 1405, 1405-2, 1405-3, …"""
    year = making.year_of(now)
    codes = [year, *(f"{year}-{number}" for number in range(2, 1000))]
    taken = set(db.session.scalars(select(Cycle.code).where(Cycle.code.startswith(year))))
    free = next((code for code in codes if code not in taken), None)
    if free is None:
        raise RuleBroken("There are a thousand cycles of this year; make the demo city afresh.")
    return free
