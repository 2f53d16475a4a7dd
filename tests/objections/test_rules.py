from datetime import UTC, datetime, timedelta

import pytest

from civic.departments.calendar import CITY_TIME
from civic.kernel.errors import RuleBroken
from civic.objections import rules
from civic.objections.states import State

# A Saturday in Azar; the tenth day after it is a Tuesday.
SATURDAY = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)


def local(moment):
    return moment.astimezone(CITY_TIME)


class TestDays:
    def test_the_tenth_day_is_whole(self):
        last = rules.last_day(SATURDAY)
        assert local(last).date() == local(SATURDAY).date() + timedelta(days=10)
        rules.check_in_time(SATURDAY, last)

    def test_the_moment_after_is_late_and_the_day_is_named(self):
        with pytest.raises(RuleBroken) as refusal:
            rules.check_in_time(SATURDAY, rules.closes_at(SATURDAY))
        assert refusal.value.params["day"] == local(SATURDAY).date() + timedelta(days=10)

    def test_a_last_day_on_which_the_city_rests_moves_to_the_next_working_day(self):
        tuesday = SATURDAY + timedelta(days=3)
        friday = local(tuesday).date() + timedelta(days=10)
        assert friday.weekday() == 4
        assert local(rules.last_day(tuesday)).date() == friday + timedelta(days=1)

    def test_the_answer_is_due_after_ten_working_days(self):
        assert local(rules.answer_due(SATURDAY)).date() > local(SATURDAY).date() + timedelta(10)

    def test_there_must_be_a_result(self):
        with pytest.raises(RuleBroken, match="not published"):
            rules.check_in_time(None, SATURDAY)


class TestDecisions:
    @pytest.mark.parametrize("verdict", [State.RECEIVED, State.REVIEW, State.WITHDRAWN])
    def test_only_three_are_decisions(self, verdict):
        with pytest.raises(RuleBroken, match="Choose"):
            rules.check_verdict(verdict, "a", "b")

    @pytest.mark.parametrize(("summary", "answer", "field"), [
        (" ", "b", "summary"), ("a", "", "answer"),
    ])  # fmt: skip
    def test_both_parts_are_written(self, summary, answer, field):
        with pytest.raises(RuleBroken) as refusal:
            rules.check_verdict(State.REJECTED, summary, answer)
        assert refusal.value.field == field

    def test_a_yes_takes_two_and_a_no_one(self):
        assert [rules.needs_two(v) for v in (State.UPHELD, State.PARTLY, State.REJECTED)] == [
            True, True, False,
        ]  # fmt: skip
