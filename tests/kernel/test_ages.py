from datetime import date

import pytest

from civic.kernel.ages import age_on, birthday

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (date(2010, 11, 22), 16),
        (date(2010, 11, 23), 15),
        (date(2008, 2, 29), 18),
        (date(1929, 11, 23), 96),
    ],
)
def test_years_are_completed_on_the_birthday(born, years):
    assert age_on(born, TODAY) == years


def test_a_leap_day_is_reached_the_day_after():
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)
