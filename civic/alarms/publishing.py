"""How many took part in past hours, for everybody: written once, in tens, never per street."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from civic.alarms import showing
from civic.alarms.models import TurnoutHour
from civic.areas.models import Area
from civic.cycles.models import Cycle
from civic.cycles.queries import voting_of
from civic.kernel.db import db, reading, transactional
from civic.kernel.i18n import local
from civic.signals.kinds import SignalKind
from civic.signals.models import Signal
from civic.signals.rules import hour_of

HOUR = timedelta(hours=1)
CITY_WIDE = "city"


def publish_hours(cycle: Cycle, *, at: datetime) -> int:
    """Write the hours that are over and not written yet; how many hours that were."""
    with reading():  # long sums in the evening of a vote, while people cast
        voting = voting_of(cycle)
        if voting is None:
            return 0
        due = _hours(hour_of(local(voting.opens_at)), hour_of(local(at)))
        missing = _without_published(cycle.id, due)
        people = _people(cycle.id, missing[0]) if missing else {}
    return _write(cycle.id, missing, people)


@transactional
def _write(
    cycle_id: UUID, hours: Sequence[datetime], people: Mapping[datetime, list[tuple[str, str]]]
) -> int:
    missing = _without_published(cycle_id, hours)
    rows = [row for hour in missing for row in _rows(cycle_id, hour, people.get(hour, []))]
    if rows:
        db.session.execute(insert(TurnoutHour), rows)
    return len(missing)


def _without_published(cycle_id: UUID, hours: Iterable[datetime]) -> list[datetime]:
    done = set(_published(cycle_id))
    return [hour for hour in hours if hour not in done]


def _hours(first: datetime, before: datetime) -> list[datetime]:
    return [first + HOUR * n for n in range(int((before - first) / HOUR))]


def _published(cycle_id: UUID) -> Sequence[datetime]:
    whole = (TurnoutHour.cycle_id == cycle_id, TurnoutHour.part == "all")
    return db.session.scalars(select(TurnoutHour.hour).where(*whole)).all()


def _people(cycle_id: UUID, since: datetime) -> dict[datetime, list[tuple[str, str]]]:
    """Who took part first in which hour: the district and the band of age, of each phone one.

    Who votes about three pots is one person; of their areas the innermost says the district.
    """
    rows = db.session.execute(
        select(
            Signal.phone,
            func.min(Signal.hour),
            func.max(Area.path),
            func.min(Signal.age),
        )
        .outerjoin(Area, Area.code == Signal.area_code)
        .where(Signal.cycle_key == cycle_id, Signal.kind == SignalKind.VOTE_FIRST)
        .where(Signal.phone.is_not(None))
        .group_by(Signal.phone)
        .having(func.min(Signal.hour) >= since)
    )
    found: dict[datetime, list[tuple[str, str]]] = defaultdict(list)
    for _phone, hour, path, age in rows:
        found[hour].append((_district(path or ""), showing.age_band(age)))
    return found


def _district(path: str) -> str:
    codes = [code for code in path.split("/") if code]
    return codes[1] if len(codes) > 1 else CITY_WIDE


def _rows(
    cycle_id: UUID, hour: datetime, people: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    people = list(people)
    parts: dict[str, Mapping[str, int | None]] = {
        "area": showing.in_tens(Counter(area for area, _ in people)),
        "age": showing.in_tens(Counter(band for _, band in people)),
        "all": {"": len(people) - len(people) % 10 or None},
    }
    return [
        {"cycle_id": cycle_id, "hour": hour, "part": part, "code": code, "people": number}
        for part, numbers in parts.items()
        for code, number in numbers.items()
    ]


def hours_of(cycle: Cycle) -> Sequence[TurnoutHour]:
    """Every published number of a cycle, by hour."""
    mine = select(TurnoutHour).where(TurnoutHour.cycle_id == cycle.id)
    return db.session.scalars(
        mine.order_by(TurnoutHour.hour, TurnoutHour.part, TurnoutHour.code)
    ).all()
