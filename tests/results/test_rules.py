from datetime import timedelta

import pytest

from civic.cycles.kinds import Rule
from civic.kernel.errors import RuleBroken
from civic.results import rules
from tests.conftest import NOON


class TestCheckCountable:
    def test_a_closed_box_can_be_counted(self):
        rules.check_countable("closed")

    @pytest.mark.parametrize("state", ["open", None])
    def test_others_cannot(self, state):
        with pytest.raises(RuleBroken):
            rules.check_countable(state)


class TestCheckNotPublished:
    def test_a_published_result_stands(self):
        with pytest.raises(RuleBroken):
            rules.check_not_published(NOON - timedelta(days=1))

    def test_another_may_be_replaced(self):
        rules.check_not_published(None)


@pytest.mark.parametrize(("ballots", "sealed", "given"), [
    (0, True, False), (9, True, False), (10, False, False), (49, False, False), (50, False, True),
])  # fmt: skip
def test_small_places_are_protected(ballots, sealed, given):
    assert rules.is_sealed(ballots) is sealed
    assert rules.gives_ballots(ballots) is given


class TestSafeCell:
    @pytest.mark.parametrize(
        "text", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x"]
    )
    def test_no_spreadsheet_takes_it_for_a_formula(self, text):
        assert rules.safe_cell(text) == f"'{text}"

    @pytest.mark.parametrize("value", ["تاب", "", "a=b", 12, -12, "-12.50"])
    def test_other_values_stay(self, value):
        assert rules.safe_cell(value) == value


@pytest.mark.parametrize(("units", "scale", "text"), [
    (1200, 1, "1200"), (120050, 100, "1200.50"), (5, 100, "0.05"),
    (99_999_999_999_999_999, 100, "999999999999999.99"),
])  # fmt: skip
def test_amounts_are_written_to_the_last_digit(units, scale, text):
    assert rules.plain_amount(units, scale) == text


@pytest.mark.parametrize(("declared", "other"), [
    ("greedy", ""), ("greedy-custom", "greedy-custom"), ("unknown", "unknown"), ("", ""),
])  # fmt: skip
def test_a_file_counted_by_another_rule_is_known(declared, other):
    assert rules.other_rule(Rule.GREEDY, {"declared_rule": declared}) == other


def test_a_pot_of_the_city_was_declared_by_nobody():
    assert rules.other_rule(Rule.GREEDY, {}) == ""
    assert rules.unit_of({}) == ("", 1)


@pytest.mark.parametrize(("rule", "ballots", "explained"), [
    (Rule.GREEDY, 30_000, True), (Rule.GREEDY, 30_001, False),
    (Rule.EQUAL_SHARES_ADD1, 2_000, True), (Rule.EQUAL_SHARES_ADD1U, 2_001, False),
])  # fmt: skip
def test_what_takes_long_is_not_explained_at_once(rule, ballots, explained):
    assert rules.may_be_explained(rule, ballots) is explained
