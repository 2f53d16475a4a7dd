from datetime import UTC, datetime, timedelta

import pytest

from civic.notifications.kinds import BY_EMAIL, BY_SMS, WORDS, Kind
from civic.notifications.rules import kept_moment, next_try, placeholders, said_values

AT = datetime(2026, 11, 22, 8, 31, 7, tzinfo=UTC)
# All that a notice may say. A value that depends on a choice would need a name here first.
SAYABLE = set(
    "area closes cost department due into next number opens place progress role ruler stage title"
    " when why".split()
)


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120)])
def test_pauses_grow_with_every_failure(tries, minutes):
    assert next_try(tries, AT) == AT + timedelta(minutes=minutes)


def test_the_fifth_failure_is_the_last():
    assert next_try(5, AT) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_can_say_what_somebody_chose(kind):
    assert placeholders(kind) <= SAYABLE


def test_a_recorded_vote_says_only_where_and_until_when():
    assert placeholders(Kind.BALLOT_RECORDED) == {"area", "closes"}


def test_what_the_words_do_not_name_is_not_kept():
    kept = said_values(Kind.BALLOT_RECORDED, {"area": "A", "closes": AT, "choices": [1, 2]})

    assert kept == {"area": "A", "closes": AT}


def test_a_forgotten_value_is_noticed_at_once():
    with pytest.raises(ValueError, match="closes"):
        said_values(Kind.BALLOT_RECORDED, {"area": "A"})


def test_the_minute_of_a_vote_is_not_kept():
    assert kept_moment(Kind.BALLOT_RECORDED, AT) == datetime(2026, 11, 22, tzinfo=UTC)
    assert kept_moment(Kind.RESULT_PUBLISHED, AT) == AT


def test_every_kind_has_words_and_few_go_by_sms():
    assert set(WORDS) == set(Kind) >= BY_EMAIL
    assert len(BY_SMS) < len(Kind) / 2
