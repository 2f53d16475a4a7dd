"""The rules put to the signals of now: everything that was found, of every vote that runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from civic.alarms import rules, sums
from civic.alarms.rules import Finding
from civic.cycles.models import Cycle, Phase
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.signals.models import Signal
from civic.signals.rules import KEPT_AFTER_CLOSE, hour_of

# A form that was open before the close is taken a little after it.
AFTER_CLOSE = timedelta(hours=2)


def cycles_voting(at: datetime) -> Sequence[Cycle]:
    """The cycles whose voting runs, or ended a moment ago."""
    return db.session.scalars(
        select(Cycle)
        .join(Phase, Phase.cycle_id == Cycle.id)
        .where(Phase.kind == PhaseKind.VOTING, Phase.opens_at <= at)
        .where(Phase.closes_at > at - AFTER_CLOSE, Cycle.imported_from.is_(None))
    ).all()


def cycles_to_forget(at: datetime) -> Sequence[UUID]:
    """The cycles whose voting is over for so long that their signals go."""
    return db.session.scalars(
        select(Phase.cycle_id)
        .where(Phase.kind == PhaseKind.VOTING, Phase.closes_at <= at - KEPT_AFTER_CLOSE)
        .where(select(Signal.id).where(Signal.cycle_key == Phase.cycle_id).exists())
    ).all()


def found_in(cycle: Cycle, at: datetime) -> Iterator[Finding]:
    """Everything that the rules find in the votes of a cycle."""
    now, since = hour_of(local(at)), hour_of(local(at - sums.LOOK_BACK))
    yield from rules.busy_networks(sums.networks(cycle.id, at))
    yield from rules.age_bursts(
        sums.firsts_by(Signal.age, cycle.id, at, since=since), sums.ages_before(cycle.id, since)
    )
    areas = sums.firsts_by(Signal.area_code, cycle.id, at)
    yield from rules.area_bursts(areas, now)
    people: dict[str, int] = {}
    for (_hour, area), number in areas.items():
        people[area] = people.get(area, 0) + number
    span = (min((hour for hour, _ in areas), default=now), now)
    yield from rules.full_areas(people, sums.entitled(cycle.id), span)
    day = f"{local(at):%Y-%m-%d}"
    yield from rules.shared_phones(sums.persons_of_phones(cycle.id, at), day, (since, now))
    yield from rules.odd_assistants(*sums.assistants(cycle.id))


def found_in_codes(at: datetime) -> Iterator[Finding]:
    """What the rules find in the codes by which people sign in, vote or no vote."""
    yield from rules.odd_codes(sums.codes(at))
