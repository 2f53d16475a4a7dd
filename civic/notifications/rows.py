"""Notices and the letters owed for them as rows: stored once, however often they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm.util import identity_key

from civic.accounts.models import Account
from civic.kernel.db import db, insert_new
from civic.kernel.storing import store
from civic.notifications.kinds import BY_EMAIL, BY_SMS, Channel, Kind
from civic.notifications.models import Letter, Notice


def store_notices(people: Sequence[UUID], notice: dict[str, Any]) -> int:
    """Store the notices that are new, and the letters owed for these; says how many letters."""
    rows = [{"id": uuid4(), "account_id": person, **notice} for person in people]
    table = Notice.__table__
    told = db.session.execute(insert_new(table, table.c.id, table.c.account_id), rows)
    letters = _letters(notice, {person: notice_id for notice_id, person in told})
    if letters:
        db.session.execute(insert_new(Letter.__table__), letters)
    return len(letters)


def store_notice(person: UUID, notice: dict[str, Any]) -> int:
    """Store a notice that is new for sure, and the letters owed for it, as `store` does."""
    new = {person: uuid4()}
    store(Notice, id=new[person], account_id=person, **notice)
    letters = _letters(notice, new)
    for letter in letters:
        store(Letter, **letter)
    return len(letters)


def _letters(notice: dict[str, Any], new: dict[UUID, UUID]) -> list[dict[str, Any]]:
    return [
        {"id": uuid4(), "notice_id": new[person], "channel": channel, "tries": 0,
         "next_try_at": notice["created_at"]}
        for channel, reached in _reached(Kind(notice["kind"]), list(new)).items()
        for person in reached
    ]  # fmt: skip


def _reached(kind: Kind, people: Sequence[UUID]) -> dict[Channel, Sequence[UUID]]:
    """Who of these is written to by which channel."""
    reached: dict[Channel, Sequence[UUID]] = {}
    if kind in BY_SMS:
        reached[Channel.SMS] = people
    if kind in BY_EMAIL and people:
        reached[Channel.EMAIL] = _with_address(people)
    return reached


def _with_address(people: Sequence[UUID]) -> Sequence[UUID]:
    # Who acts is mostly who is told, and is known already.
    known = [db.session.identity_map.get(identity_key(Account, person)) for person in people]
    at_hand = [person for person in known if person is not None]
    if len(at_hand) == len(people):
        return [person.id for person in at_hand if person.email]
    addressed = select(Account.id).where(Account.id.in_(people), Account.email != "")
    return db.session.scalars(addressed).all()
