"""For which changes no smaller one can help, as far as that is known of a rule."""

from __future__ import annotations

import pytest

from civic.counting import Election, Limits, count
from civic.counting.questions.margin_search import Search
from civic.counting.terms.setting import ignore

BALLOTS = [["a"]] * 3 + [["b"]] * 2
CHANGES = ("votes", "cost", "budget")


def certain(rule, *completion, ballots=BALLOTS, **options):
    election = Election.of({"a": 6, "b": 6}, 10, ballots)
    search = Search(election, count(election, rule, *completion, **options), 1, None, ignore)
    return [change for change in CHANGES if search.is_certain(change)]


@pytest.mark.parametrize("rule", ["greedy", "greedy-threshold", "greedy-per-cost"])
def test_down_a_list_more_votes_and_a_lower_cost_only_help(rule):
    options = {"threshold": 1} if rule == "greedy-threshold" else {}

    assert certain(rule, **options) == ["votes", "cost"]


def test_where_the_walk_stops_more_money_only_helps_too():
    assert certain("greedy-no-skip") == ["votes", "cost", "budget"]


def test_of_plain_equal_shares_only_a_lower_price_is_known_to_help():
    assert certain("equal-shares") == ["cost"]
    assert certain("equal-shares", "add1") == []


@pytest.mark.parametrize("rule", ["phragmen", "bos", "bos-plus", "knapsack"])
def test_of_other_rules_nothing_is_known(rule):
    assert certain(rule) == []


def test_with_limits_nothing_is_known():
    assert certain("greedy", limits=Limits(conflicts=(frozenset({"a", "b"}),))) == []


def test_with_a_comparison_nothing_is_known():
    assert certain("equal-shares", comparison="coverage") == []


@pytest.mark.parametrize(("points", "known"), [(-1, ["votes"]), (0, ["votes", "cost"])])
def test_below_nought_a_lower_cost_need_not_help(points, known):
    ballots = [{"a": 3}, {"b": 1}, {"b": -1}, *([{"b": points}] if points else [])]

    assert certain("greedy", ballots=ballots) == known
