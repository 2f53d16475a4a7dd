from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import jdatetime
import pytest

from civic.departments.calendar import (
    CITY_TIME,
    FRIDAY,
    THURSDAY,
    WorkingDays,
    add_working_days,
    due_after,
    holiday_name,
    is_working_day,
    working_days_between,
)


def jalali(year, month, day):
    return jdatetime.date(year, month, day).togregorian()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(jalali(1405, 9, 1), True, id="a Sunday"),
        pytest.param(jalali(1405, 9, 5), True, id="a Thursday, half a day"),
        pytest.param(jalali(1405, 9, 6), False, id="a Friday"),
        pytest.param(jalali(1405, 1, 4), False, id="fourth of Nowruz"),
        pytest.param(jalali(1405, 1, 5), True, id="fifth of Farvardin"),
        pytest.param(jalali(1405, 11, 22), False, id="22 Bahman, a Thursday"),
        pytest.param(jalali(1404, 12, 29), False, id="29 Esfand, a Friday too"),
        pytest.param(jalali(1403, 12, 30), False, id="30 Esfand of a leap year"),
    ],
)
def test_when_the_city_works(day, works):
    assert is_working_day(day) is works


def test_every_year_has_ten_fixed_holidays_and_a_leap_year_eleven():
    for year, expected in ((1403, 11), (1404, 10), (1405, 10)):
        first, after = jalali(year, 1, 1), jalali(year + 1, 1, 1)
        days = (first + timedelta(days=n) for n in range((after - first).days))
        assert sum(holiday_name(day) is not None for day in days) == expected


def test_a_city_may_rest_on_thursdays_and_on_days_of_the_moon():
    thursday, sunday = jalali(1405, 9, 5), jalali(1405, 9, 1)
    resting = WorkingDays(frozenset({THURSDAY, FRIDAY}), frozenset({sunday}))
    assert not is_working_day(thursday, resting)
    assert not is_working_day(sunday, resting)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        pytest.param((1405, 9, 1), 1, (1405, 9, 2), id="the day itself does not count"),
        pytest.param((1405, 9, 4), 2, (1405, 9, 7), id="over a Friday"),
        pytest.param((1404, 12, 28), 3, (1405, 1, 8), id="over Nowruz"),
        pytest.param((1405, 9, 6), 0, (1405, 9, 7), id="a Friday becomes a Saturday"),
        pytest.param((1405, 9, 1), 0, (1405, 9, 1), id="a working day stays"),
    ],
)
def test_counting_working_days(start, count, end):
    assert add_working_days(jalali(*start), count) == jalali(*end)


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 11, 22), -1)


def test_adding_and_counting_agree_over_a_year():
    start = jalali(1405, 1, 1)
    ends = [add_working_days(start, count) for count in range(1, 250)]
    assert all(early < late for early, late in pairwise(ends))
    assert [working_days_between(start, end) for end in ends] == list(range(1, 250))


def test_due_at_the_end_of_a_working_day_in_the_city():
    noon = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    assert due_after(noon, 3) == datetime(2026, 11, 26, 0, 0, tzinfo=CITY_TIME)
    # 24:00 in Tehran is half past eight in the evening in Greenwich.
    assert due_after(noon, 3).astimezone(UTC) == datetime(2026, 11, 25, 20, 30, tzinfo=UTC)


def test_the_day_is_that_of_the_city_not_of_greenwich():
    late = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
    assert due_after(late, 1) == datetime(2026, 11, 25, 0, 0, tzinfo=CITY_TIME)
