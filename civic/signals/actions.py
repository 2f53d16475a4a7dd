"""Keeping signals, mixing them, and forgetting them in time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select

from civic.kernel.ages import age_on
from civic.kernel.db import db, transactional
from civic.kernel.i18n import local
from civic.kernel.storing import store
from civic.signals import salts
from civic.signals.kinds import SignalKind
from civic.signals.models import Signal
from civic.signals.origin import Origin, origin_here
from civic.signals.rules import KEPT_WITHOUT_CYCLE, SMALLEST_BATCH, hour_of


@dataclass(frozen=True)
class Attempt:
    """What is known of an attempt before it is made coarse; `phone` is a key, never a number."""

    kind: SignalKind
    phone: bytes | None = None
    born: date | None = None
    cycle_key: UUID | None = None
    area_code: str | None = None
    assistant_id: UUID | None = None


@transactional
def keep_signal(attempt: Attempt, *, at: datetime, origin: Origin | None = None) -> None:
    """Note an attempt as part of the caller's act: one insert, and a question once a day."""
    origin, today = origin or origin_here(), local(at).date()
    phone = attempt.phone.hex() if attempt.phone else ""
    marks = salts.marks_of(today, network=origin.network, device=origin.device, phone=phone)
    store(
        Signal,
        id=uuid4(),
        kind=attempt.kind,
        cycle_key=attempt.cycle_key,
        hour=hour_of(local(at)),
        age=age_on(attempt.born, today) if attempt.born else None,
        area_code=attempt.area_code,
        assistant_id=attempt.assistant_id,
        mixed=False,
        **marks,
    )


@transactional
def mix_signals(*, at: datetime) -> int:
    """Store the new signals once more in an order that chance makes; how many were mixed.

    PostgreSQL keeps rows as they came and stamps them with their transaction, which is that of
    the ballot. Afterwards they have a common stamp and no order. A handful waits for others,
    at most until its hour is over.
    """
    new = select(Signal.__table__).where(Signal.mixed.is_(False))
    rows = db.session.execute(new.with_for_update(skip_locked=True)).mappings().all()
    if len(rows) < SMALLEST_BATCH:
        rows = [row for row in rows if row["hour"] < hour_of(local(at))]
    if not rows:
        return 0
    mixed = [{**row, "id": uuid4(), "mixed": True} for row in rows]
    secrets.SystemRandom().shuffle(mixed)
    for start in range(0, len(rows), 500):
        portion = [row["id"] for row in rows[start : start + 500]]
        db.session.execute(delete(Signal).where(Signal.id.in_(portion)))
    db.session.execute(insert(Signal), mixed)
    return len(mixed)


@transactional
def forget_signals(cycle_key: UUID) -> int:
    """Delete every signal of a cycle; how many there were."""
    mine = delete(Signal).where(Signal.cycle_key == cycle_key).returning(Signal.id)
    return len(db.session.scalars(mine).all())


@transactional
def forget_the_day(*, at: datetime) -> None:
    """Throw the salts of past days away, and the signals of no cycle once they are old."""
    salts.throw_salts_away(local(at).date())
    old = (Signal.cycle_key.is_(None), Signal.hour < at - KEPT_WITHOUT_CYCLE)
    db.session.execute(delete(Signal).where(*old))
