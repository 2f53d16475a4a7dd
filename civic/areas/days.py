"""Days as people type them, in the Jalali or the Gregorian calendar."""

from __future__ import annotations

from datetime import date

import jdatetime

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import latin_digits, tidy

# Years below this are Jalali: it lies far from the present of either calendar.
BETWEEN_CALENDARS = 1700


def read_day(text: str) -> date:
    """The day written as 1405-01-01 or 2026-03-21, with any digits and dashes or slashes."""
    parts = latin_digits(tidy(text)).replace("/", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        if year < BETWEEN_CALENDARS:
            return jdatetime.date(year, month, day).togregorian()
        return date(year, month, day)
    except ValueError:
        raise RuleBroken(
            N_("“%(text)s” is not a day; write it like 1405-01-01 or 2026-03-21."), text=text[:40]
        ) from None
