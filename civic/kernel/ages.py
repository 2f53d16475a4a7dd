"""How old somebody is on a day, and on which day they come of an age."""

from __future__ import annotations

from datetime import date


def age_on(born: date, on_day: date) -> int:
    """The years that somebody has completed on a day."""
    before_birthday = (on_day.month, on_day.day) < (born.month, born.day)
    return on_day.year - born.year - before_birthday


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
