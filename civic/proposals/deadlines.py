"""Until when somebody must act on a proposal."""

from __future__ import annotations

from datetime import datetime, timedelta

WORKING_WEEK = 5
SCREENING = 5
MENDING = 10
APPRAISING = 10


def due_after(at: datetime, working_days: int) -> datetime:
    """The moment by which so many working days have passed, weekends included."""
    return at + timedelta(days=-(-working_days * 7 // WORKING_WEEK))
