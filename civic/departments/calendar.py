"""The days on which the city works, and until when an answer is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jdatetime

from civic.kernel.roles import N_

CITY_TIME = ZoneInfo("Asia/Tehran")
THURSDAY, FRIDAY = 3, 4

# Public holidays on fixed days of the solar year, by month and day.
SOLAR_HOLIDAYS = {
    (1, 1): N_("Nowruz"),
    (1, 2): N_("Nowruz"),
    (1, 3): N_("Nowruz"),
    (1, 4): N_("Nowruz"),
    (1, 12): N_("Islamic Republic Day"),
    (1, 13): N_("Nature Day"),
    (3, 14): N_("Passing of Imam Khomeini"),
    (3, 15): N_("Uprising of 15 Khordad"),
    (11, 22): N_("Victory of the Islamic Revolution"),
    (12, 29): N_("Nationalisation of the Oil Industry"),
    # Exists in leap years only.
    (12, 30): N_("Last day of the year"),
}
# The lunar holidays follow the moon as it is sighted and cannot be computed reliably ahead of
# time. A city gives them as days (`WorkingDays.closed`) when its official calendar is out.


@dataclass(frozen=True)
class WorkingDays:
    """When a city rests: weekdays, and single days beside the fixed holidays."""

    resting: frozenset[int] = frozenset({FRIDAY})
    closed: frozenset[date] = frozenset()


# Thursday is a half day in many offices; it counts as a working day unless a city rests then.
USUAL = WorkingDays()


def holiday_name(day: date) -> str | None:
    """The fixed public holiday on this day, as a text to translate."""
    shown = jdatetime.date.fromgregorian(date=day)
    return SOLAR_HOLIDAYS.get((shown.month, shown.day))


def is_working_day(day: date, working: WorkingDays = USUAL) -> bool:
    """Does the city work on this day?"""
    rests = day.weekday() in working.resting or day in working.closed
    return not rests and holiday_name(day) is None


def add_working_days(day: date, count: int, working: WorkingDays = USUAL) -> date:
    """The `count`-th working day after `day`; for 0 the day itself, or the next that is one."""
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    if not count:
        day -= timedelta(days=1)
    left = max(count, 1)
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, working)
    return day


def due_after(moment: datetime, working_days: int, working: WorkingDays = USUAL) -> datetime:
    """The end (24:00 in the city) of the working day that many working days after `moment`.

    What comes in on a day of rest is treated as if it came in on that day: the first working
    day after it is the first that counts.
    """
    last = add_working_days(moment.astimezone(CITY_TIME).date(), working_days, working)
    return datetime.combine(last + timedelta(days=1), time.min, CITY_TIME)


def working_days_between(first: date, last: date, working: WorkingDays = USUAL) -> int:
    """How many working days lie after `first` up to and including `last`."""
    gap = range(1, (last - first).days + 1)
    return sum(is_working_day(first + timedelta(days=step), working) for step in gap)
