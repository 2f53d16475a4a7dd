"""The salt of the day, and marks that are made with it."""

from __future__ import annotations

import secrets
from datetime import date

from flask import current_app
from sqlalchemy import delete, select

from civic.kernel import crypto
from civic.kernel.db import db, insert_new
from civic.signals.models import SHORT, DaySalt


def marks_of(day: date, **values: str) -> dict[str, bytes | None]:
    """Marks of values for one day; nothing for what is empty.

    A copy of the database alone does not make them either: the key of look-ups takes part.
    """
    salt = salt_of(day).hex()
    return {
        name: crypto.lookup_key(f"signal-{name}", f"{salt}:{value}")[:SHORT] if value else None
        for name, value in values.items()
    }


def salt_of(day: date) -> bytes:
    """The salt of a day: of every process the same, and asked for once a day by each."""
    held: dict[date, bytes] = current_app.extensions.setdefault("signal_salt", {})
    if day not in held:
        kept = _kept(day)
        if kept is None:
            # Not held before it is stored: this transaction may still be undone.
            return _made(day)
        held.clear()
        held[day] = kept
    return held[day]


def _kept(day: date) -> bytes | None:
    return db.session.scalar(select(DaySalt.salt).where(DaySalt.day == day))


def _made(day: date) -> bytes:
    row = {"day": day, "salt": secrets.token_bytes(32)}
    db.session.execute(insert_new(DaySalt.__table__), [row])
    return db.session.execute(select(DaySalt.salt).where(DaySalt.day == day)).scalar_one()


def throw_salts_away(before: date) -> None:
    """Make the marks of the days before this one incomparable with anything, for good."""
    db.session.execute(delete(DaySalt).where(DaySalt.day < before))
    held = current_app.extensions.get("signal_salt", {})
    for day in [day for day in held if day < before]:
        del held[day]
