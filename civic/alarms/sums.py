"""Signals summed up for the rules: one question each, however many signals there are."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, distinct, func, select

from civic.alarms import rules
from civic.electorate.queries import confirmed_roll
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.signals.kinds import VOTES, SignalKind
from civic.signals.models import Signal
from civic.signals.rules import hour_of

# A pattern that began yesterday evening is still looked at; the marks of two days never meet.
LOOK_BACK = timedelta(hours=26)
LIVE_CODES = timedelta(hours=1)


def networks(cycle_id: UUID, at: datetime) -> list[rules.Network]:
    """Votes by piece of the network, where there are many."""
    rows = db.session.execute(
        select(
            Signal.network,
            func.count().label("votes"),
            func.count(distinct(Signal.phone)).label("phones"),
            func.count(distinct(Signal.device)).label("devices"),
            func.min(Signal.hour).label("first_hour"),
            func.max(Signal.hour).label("last_hour"),
        )
        .where(*_votes(cycle_id, at), Signal.network.is_not(None))
        .group_by(Signal.network)
        .having(func.count() >= rules.NETWORK_VOTES)
    ).all()
    pairs = _pairs(cycle_id, at, [row.network for row in rows])
    return [
        rules.Network(
            row.network.hex(), row.votes, row.phones, pairs.get(row.network, 0), row.devices,
            row.first_hour, row.last_hour,
        )
        for row in rows
    ]  # fmt: skip


def _votes(cycle_id: UUID, at: datetime) -> tuple[Any, ...]:
    return (
        Signal.cycle_key == cycle_id,
        Signal.kind.in_(VOTES),
        Signal.hour >= hour_of(local(at - LOOK_BACK)),
        Signal.hour <= at,
    )


def _pairs(cycle_id: UUID, at: datetime, networks: list[bytes]) -> dict[bytes, int]:
    """How many different phones voted about how many pots, by piece of the network."""
    if not networks:
        return {}
    each = (
        select(Signal.network, Signal.phone, Signal.area_code)
        .where(*_votes(cycle_id, at), Signal.network.in_(networks))
        .distinct()
        .subquery()
    )
    counted = select(each.c.network, func.count()).group_by(each.c.network)
    return {network: number for network, number in db.session.execute(counted)}


def firsts_by(
    what: Any, cycle_id: UUID, at: datetime, *, since: datetime | None = None
) -> dict[tuple[datetime, Any], int]:
    """First votes by hour and by age or area."""
    rows = db.session.execute(
        select(Signal.hour, what, func.count())
        .where(
            Signal.cycle_key == cycle_id,
            Signal.kind == SignalKind.VOTE_FIRST,
            Signal.hour <= at,
            what.is_not(None),
            *([Signal.hour >= since] if since else []),
        )
        .group_by(Signal.hour, what)
    )
    return {(hour, value): number for hour, value, number in rows}


def ages_before(cycle_id: UUID, until: datetime) -> dict[int, int]:
    """First votes by age before an hour: what is usual in this vote."""
    rows = db.session.execute(
        select(Signal.age, func.count())
        .where(
            Signal.cycle_key == cycle_id,
            Signal.kind == SignalKind.VOTE_FIRST,
            Signal.hour < until,
            Signal.age.is_not(None),
        )
        .group_by(Signal.age)
    )
    return {age: number for age, number in rows if age is not None}


def persons_of_phones(cycle_id: UUID, at: datetime) -> list[int]:
    """For every phone that stood for several persons in one vote, for how many."""
    firsts = func.count()
    rows: Select[Any] = (
        select(firsts)
        .where(*_votes(cycle_id, at), Signal.kind == SignalKind.VOTE_FIRST)
        .where(Signal.phone.is_not(None))
        .group_by(Signal.phone, Signal.area_code)
        .having(firsts >= rules.PHONE_PERSONS)
    )
    return list(db.session.scalars(rows))


def codes(at: datetime) -> rules.Codes:
    """Codes sent, right and wrong, of this hour and the one before."""
    since = hour_of(local(at)) - LIVE_CODES
    row: Row[Any] = db.session.execute(
        select(
            _number(Signal.kind == SignalKind.CODE_SENT),
            _number((Signal.kind == SignalKind.CODE_SENT) & Signal.mixed),
            _number(Signal.kind == SignalKind.CODE_RIGHT),
            _number(Signal.kind == SignalKind.CODE_WRONG),
            func.count(distinct(Signal.network)),
        ).where(Signal.cycle_key.is_(None), Signal.hour >= since, Signal.hour <= at)
    ).one()
    names = ("sent", "settled", "right", "wrong", "networks")
    return rules.Codes(
        **dict(zip(names, row, strict=True)), first_hour=since, last_hour=hour_of(local(at))
    )


def _number(condition: Any) -> Any:
    return func.count(case((condition, 1)))


def assistants(cycle_id: UUID) -> tuple[list[rules.Assisted], dict[str, int]]:
    """What every assistant helped with; and all first votes by area."""
    first = (Signal.cycle_key == cycle_id, Signal.kind == SignalKind.VOTE_FIRST)
    rows = db.session.execute(
        select(Signal.assistant_id, Signal.hour, Signal.area_code, func.count())
        .where(*first, Signal.assistant_id.is_not(None))
        .group_by(Signal.assistant_id, Signal.hour, Signal.area_code)
    ).all()
    hours: dict[UUID, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    areas: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for assistant, hour, area, number in rows:
        if assistant is None:
            continue
        hours[assistant][hour] += number
        areas[assistant][area or ""] += number
    found = [rules.Assisted(str(one), hours[one], areas[one]) for one in hours]
    return found, _firsts_by_area(cycle_id) if found else {}


def _firsts_by_area(cycle_id: UUID) -> dict[str, int]:
    rows = db.session.execute(
        select(Signal.area_code, func.count())
        .where(Signal.cycle_key == cycle_id, Signal.kind == SignalKind.VOTE_FIRST)
        .where(Signal.area_code.is_not(None))
        .group_by(Signal.area_code)
    )
    return {area: number for area, number in rows if area is not None}


def entitled(cycle_id: UUID) -> dict[str, int]:
    """How many people are entitled to vote in each area, where a roll says so."""
    roll = confirmed_roll(cycle_id)
    return dict(roll.by_area) if roll else {}
