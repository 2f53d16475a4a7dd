"""Telling people: rows now, in the act's own transaction; letters later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from civic.kernel.db import db, insert_new, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.jobs import enqueue
from civic.kernel.roles import N_, Actor
from civic.notifications import crowds, queries, rules
from civic.notifications.delivery import deliver_letters
from civic.notifications.kinds import Kind, Subject
from civic.notifications.models import Follow, Letter, Notice
from civic.notifications.policy import may_follow, may_read_notices
from civic.notifications.rows import store_notice, store_notices
from civic.notifications.values import pack, unpack

__all__ = [
    "follow",
    "mark_read",
    "pack",
    "take_back",
    "tell",
    "tell_each_time",
    "unfollow",
    "unpack",
]


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

    A crowd is told by a job soon after: the act costs the same, however many they are.

    Nothing in `params` may depend on what somebody voted for; only the values that the words
    of the kind name are kept.
    """
    notice = _notice(kind, about, at, link, params)
    # In one order for everybody: two tellers at once wait for each other, never in a circle.
    everybody = sorted(set(people))
    if len(everybody) > crowds.PORTION:
        crowds.keep_crowd(everybody, notice)
    elif everybody and store_notices(everybody, notice) and not rules.is_kept_by_day(kind):
        # What is known by its day goes out with the next sweep: no hurry that tells who voted.
        enqueue(deliver_letters)


@transactional
def tell_each_time(
    person_id: UUID,
    kind: Kind,
    *,
    at: datetime,
    link: tuple[str, dict[str, Any]] | None = None,
    **params: Any,
) -> None:
    """Tell somebody of what is new whenever it happens, so that nothing has to be asked first.

    The mark that keeps two such notices apart is made up.
    """
    letters = store_notice(person_id, _notice(kind, uuid4(), at, link, params))
    if letters and not rules.is_kept_by_day(kind):
        enqueue(deliver_letters)


def _notice(
    kind: Kind,
    about: UUID | str,
    at: datetime,
    link: tuple[str, dict[str, Any]] | None,
    params: dict[str, Any],
) -> dict[str, Any]:
    endpoint, values = link or (None, {})
    return {
        "kind": kind.value,
        "dedupe": f"{kind}:{about}",
        "params": {name: pack(v) for name, v in rules.said_values(kind, params).items()},
        "link_endpoint": endpoint,
        "link_values": {name: str(value) for name, value in values.items()},
        "created_at": rules.kept_moment(kind, at),
    }


@transactional
def take_back(person_id: UUID, kind: Kind, *, about: UUID | str) -> None:
    """Take a notice out of somebody's list, with its letters that are still owed.

    What was sent is sent: whoever takes something back has to tell that too.
    """
    told = (Notice.account_id == person_id, Notice.dedupe == f"{kind}:{about}")
    letters = Letter.notice_id.in_(select(Notice.id).where(*told))
    db.session.execute(delete(Letter).where(letters))
    db.session.execute(delete(Notice).where(*told))


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
    db.session.execute(insert_new(Follow.__table__).values(**row, since=at))


@transactional
def unfollow(actor: Actor, kind: str, subject_id: UUID) -> None:
    """The actor does not want to hear of it any more; again changes nothing."""
    may_follow.require(actor)
    followed = db.session.get(Follow, (actor.id, Subject(kind), subject_id))
    if followed is not None:
        db.session.delete(followed)
