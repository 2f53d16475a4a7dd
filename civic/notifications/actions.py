"""Telling people: rows now, in the act's own transaction; letters later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from civic.kernel.db import db, transactional
from civic.kernel.money import Toman
from civic.notifications.kinds import Kind
from civic.notifications.models import Notice


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

    Nothing in `params` may depend on what somebody voted for.
    """
    wanted, dedupe = set(people), f"{kind}:{about}"
    told = db.session.scalars(
        select(Notice.account_id).where(Notice.dedupe == dedupe, Notice.account_id.in_(wanted))
    )
    endpoint, values = link or (None, {})
    for person in sorted(wanted - set(told)):
        db.session.add(
            Notice(
                account_id=person,
                kind=kind.value,
                dedupe=dedupe,
                params={name: pack(value) for name, value in params.items()},
                link_endpoint=endpoint,
                link_values={name: str(value) for name, value in values.items()},
                created_at=at,
            )
        )
    db.session.flush()


def pack(value: Any) -> Any:
    """A value of a sentence as JSON, with its kind kept so that it can be formatted later."""
    for kind, name in ((Toman, "toman"), (datetime, "moment"), (date, "day")):
        if isinstance(value, kind):
            return {name: value.amount if isinstance(value, Toman) else value.isoformat()}
    return value


def unpack(value: Any) -> Any:
    """The value that was packed."""
    match value:
        case {"toman": amount}:
            return Toman(amount)
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case _:
            return value
