"""What must always hold of the letters that are owed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from civic.kernel import clock
from civic.kernel.db import db
from civic.notifications.models import Letter

# Some letters know only the day on which they are owed, so that no moment tells who voted.
LONG = timedelta(hours=25)


def letters_that_are_stuck() -> int:
    """Letters that should have been tried a day ago, and were neither sent nor given up."""
    stuck = select(func.count()).where(
        Letter.sent_at.is_(None),
        Letter.given_up_at.is_(None),
        Letter.next_try_at < clock.now() - LONG,
    )
    return db.session.scalar(stuck.select_from(Letter)) or 0
