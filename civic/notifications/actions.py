"""Telling people: rows now, in the act's own transaction; letters later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from civic.accounts.models import Account
from civic.kernel.db import db, on_postgres, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.jobs import enqueue
from civic.kernel.roles import N_, Actor
from civic.notifications import queries, rules
from civic.notifications.delivery import deliver_letters
from civic.notifications.kinds import BY_EMAIL, BY_SMS, Channel, Kind, Subject
from civic.notifications.models import Follow, Letter, Notice
from civic.notifications.policy import may_follow, may_read_notices
from civic.notifications.values import pack, unpack

__all__ = ["follow", "mark_read", "pack", "tell", "tell_crowd", "unfollow", "unpack"]

BATCH = 1000


@transactional
def tell(
    people: Iterable[UUID],
    kind: Kind,
    *,
    about: UUID | str,
    at: datetime,
    link: tuple[str, dict[str, Any]] | None = None,
    **params: Any,
) -> None:
    """Tell people once about something; a second call for the same `about` changes nothing.

    Nothing in `params` may depend on what somebody voted for; only the values that the words
    of the kind name are kept.
    """
    endpoint, values = link or (None, {})
    notice = {
        "kind": kind.value,
        "dedupe": f"{kind}:{about}",
        "params": {name: pack(v) for name, v in rules.said_values(kind, params).items()},
        "link_endpoint": endpoint,
        "link_values": {name: str(value) for name, value in values.items()},
        "created_at": rules.kept_moment(kind, at),
    }
    # In one order for everybody: two tellers at once wait for each other, never in a circle.
    told = [_tell_batch(batch, kind, notice) for batch in _batches(sorted(set(people)))]
    if any(told):
        enqueue(deliver_letters)


def tell_crowd(people: Iterable[UUID], kind: Kind, **told: Any) -> None:
    """Tell very many people, as `tell` does, each thousand in a transaction of its own.

    For jobs: others may write in between, and a run that was cut off is simply run again.
    """
    for batch in _batches(people):
        tell(batch, kind, **told)


def _batches(people: Iterable[UUID]) -> Iterator[list[UUID]]:
    rest = iter(people)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _tell_batch(people: Sequence[UUID], kind: Kind, notice: dict[str, Any]) -> int:
    """Store the notices that are new, and the letters owed for these; says how many letters."""
    rows = [{"id": uuid4(), "account_id": person, **notice} for person in people]
    kept = _insert_new(Notice.__table__).returning(Notice.id, Notice.account_id)
    new = {person: notice_id for notice_id, person in db.session.execute(kept, rows)}
    letters = [
        {"id": uuid4(), "notice_id": new[person], "channel": channel, "tries": 0,
         "next_try_at": notice["created_at"]}
        for channel, reached in _reached(kind, list(new)).items()
        for person in reached
    ]  # fmt: skip
    if letters:
        db.session.execute(_insert_new(Letter.__table__), letters)
    return len(letters)


def _reached(kind: Kind, people: Sequence[UUID]) -> dict[Channel, Sequence[UUID]]:
    """Who of these is written to by which channel."""
    reached: dict[Channel, Sequence[UUID]] = {}
    if kind in BY_SMS:
        reached[Channel.SMS] = people
    if kind in BY_EMAIL and people:
        addressed = select(Account.id).where(Account.id.in_(people), Account.email != "")
        reached[Channel.EMAIL] = db.session.scalars(addressed).all()
    return reached


def _insert_new(table: Any) -> Any:
    """An INSERT that passes over rows that are there already, on either engine."""
    made = postgresql.insert(table) if on_postgres() else sqlite.insert(table)
    return made.on_conflict_do_nothing()


@transactional
def mark_read(actor: Actor, *, until: datetime, at: datetime) -> None:
    """Mark as read what the actor was told up to `until`; what came later stays unread."""
    may_read_notices.require(actor)
    unread = update(Notice).where(
        Notice.account_id == actor.id, Notice.read_at.is_(None), Notice.created_at <= until
    )
    db.session.execute(unread.values(read_at=at))


@transactional
def follow(actor: Actor, kind: str, subject_id: UUID, *, at: datetime) -> None:
    """The actor hears of an area, a proposal or a project from now on; again changes nothing."""
    may_follow.require(actor)
    if queries.follows(actor, kind, subject_id):
        return
    if queries.followed_by(actor) >= rules.MOST_FOLLOWED:
        raise RuleBroken(
            N_("You follow %(n)s things already. Stop following one of them first."),
            n=rules.MOST_FOLLOWED,
        )
    row = {"account_id": actor.id, "subject_kind": Subject(kind), "subject_id": subject_id}
    db.session.execute(_insert_new(Follow.__table__).values(**row, since=at))


@transactional
def unfollow(actor: Actor, kind: str, subject_id: UUID) -> None:
    """The actor does not want to hear of it any more; again changes nothing."""
    may_follow.require(actor)
    followed = db.session.get(Follow, (actor.id, Subject(kind), subject_id))
    if followed is not None:
        db.session.delete(followed)
