"""Finding notices of a person, and who follows what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from civic.audit.events import Event
from civic.audit.models import AuditEntry
from civic.kernel.db import db
from civic.kernel.roles import Actor
from civic.notifications.kinds import Kind, Subject
from civic.notifications.models import Follow, Notice


def notices_of(account_id: UUID | None) -> Select[Any]:
    """What a person was told, the newest first."""
    told = select(Notice).where(Notice.account_id == account_id)
    return told.order_by(Notice.created_at.desc(), Notice.id)


def unread_count(actor: Actor) -> int:
    """How many notices a person has not read yet; none for a visitor."""
    if actor.id is None:
        return 0
    unread = select(func.count()).where(Notice.account_id == actor.id, Notice.read_at.is_(None))
    return db.session.scalar(unread) or 0


def follows(actor: Actor, kind: str, subject_id: UUID) -> bool | None:
    """Does this person follow the subject? None for a visitor, who cannot."""
    if not actor.is_authenticated or actor.id is None:
        return None
    key = {"account_id": actor.id, "subject_kind": Subject(kind), "subject_id": subject_id}
    found = select(Follow.since).filter_by(**key)
    return db.session.scalar(found) is not None


def followers_of(kind: str, subject_id: UUID) -> Sequence[UUID]:
    """The ids of the people who follow a subject."""
    return db.session.scalars(
        select(Follow.account_id).where(
            Follow.subject_kind == Subject(kind), Follow.subject_id == subject_id
        )
    ).all()


def acts_untold(event: Event, kind: Kind, since: datetime) -> Sequence[AuditEntry]:
    """Acts of this event about accounts, of which the account has not been told yet."""
    found = select(AuditEntry).where(AuditEntry.event == event.value, AuditEntry.at > since)
    entries = db.session.scalars(found.order_by(AuditEntry.seq)).all()
    people = {UUID(entry.subject_id) for entry in entries}
    # By people and not by a join: the log keeps ids as text, and nobody's acts are many.
    told = select(Notice.dedupe).where(Notice.account_id.in_(people), Notice.kind == kind.value)
    known = set(db.session.scalars(told)) if entries else set()
    return [entry for entry in entries if f"{kind}:{entry.seq}" not in known]


def followed_by(actor: Actor) -> int:
    """How many things a person follows."""
    counted = select(func.count()).where(Follow.account_id == actor.id)
    return db.session.scalar(counted) or 0
