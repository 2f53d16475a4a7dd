"""Writing down what staff and the platform do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from civic.audit.events import Event
from civic.audit.models import AuditEntry
from civic.audit.rules import BEGINNING, PERSONAL, chain_hash, moment_text
from civic.kernel.db import db, on_postgres, transactional
from civic.kernel.roles import Actor
from civic.ledger import actions as ledger
from civic.ledger.kinds import LineKind

# One writer at a time: two entries must not hang on the same one.
CHAIN_LOCK = 7_420_001


@transactional
def record(
    actor: Actor,
    event: Event,
    subject: Any,
    *,
    at: datetime,
    area_code: str | None = None,
    **details: Any,
) -> AuditEntry:
    """Append an entry about `subject` (a stored thing with an id); part of the caller's act.

    `details` must hold nothing that reveals a ballot or a private person: the log is read.
    """
    db.session.flush()
    if on_postgres():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).first()
    entry = AuditEntry(
        seq=last.seq + 1 if last else 1,
        at=at,
        actor_id=actor.id,
        actor_name=getattr(actor, "name", "") or "",
        event=event.value,
        subject_kind=subject.__tablename__,
        subject_id=str(_identity(subject)),
        area_code=area_code,
        details=details,
        previous_hash=last.hash if last else BEGINNING,
    )
    entry.hash = chain_hash(entry.previous_hash, entry.content())
    db.session.add(entry)
    db.session.flush()
    _let_stand_in_public(entry)
    return entry


def _let_stand_in_public(entry: AuditEntry) -> None:
    """Enter an act into the public book: what was done, and the hash of who did it and why."""
    subject = None if entry.subject_kind in PERSONAL else [entry.subject_kind, entry.subject_id]
    ledger.submit_act(LineKind.ACT, {
        "a": entry.seq,
        "do": entry.event,
        "of": subject,
        "d": entry.area_code,
        "at": moment_text(entry.at),
        "h": entry.hash.hex(),
    })  # fmt: skip


def _identity(subject: Any) -> UUID | str:
    return getattr(subject, "id", None) or subject.pot_id
