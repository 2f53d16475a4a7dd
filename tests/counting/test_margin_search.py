"""Where the search for margins begins and ends, what it asks, and what it must not believe."""

from __future__ import annotations

from functools import cache

import pytest

from civic.counting import Election, Limits, Project, count
from civic.counting.questions.margin_search import TRIES, Search
from tests.counting.examples import FIRST_COMES_FIRST


class Asked:
    """A search for the margins of project `a`, and how many recounts were made for it."""

    def __init__(self, costs, budget, ballots, rule="greedy", *completion, **options):
        election = Election.of(costs, budget, ballots)
        outcome = count(election, rule, *completion, ties=FIRST_COMES_FIRST, **options)
        assert "a" not in outcome.winners
        self.recounts = 0
        self.search = Search(election, outcome, 0, "numpy", self._heard)

    def _heard(self, number, spent):
        self.recounts += 1
        assert number == self.recounts


class TestVotes:
    def test_a_project_that_takes_the_whole_budget_is_helped(self):
        asked = Asked({"a": 10, "b": 10}, 10, [["a"], ["b"], ["b"], [], []])

        # With as many votes the one that stands first goes ahead.
        assert asked.search.votes() == 1

    @pytest.mark.parametrize("ballots", [[["a"], ["b"]], [["b"]]])
    def test_for_a_withdrawn_or_too_dear_one_nothing_is_counted(self, ballots):
        paper = [Project("a", 5, withdrawn=True), Project("b", 5)]
        for asked in (Asked(paper, 10, ballots), Asked({"a": 11, "b": 5}, 10, ballots)):
            assert asked.search.votes() is None
            assert asked.recounts == 0

    def test_what_is_funded_before_leaves_less_money(self):
        limits = Limits(prefunded=("c",))
        costs = {"a": 7, "b": 6, "c": 4}
        ballots = [["a"], ["b"], ["b"], ["c"], []]
        dear = Asked(costs, 10, ballots, limits=limits)
        cheap = Asked(costs | {"a": 6}, 10, ballots, limits=limits)

        assert (dear.search.votes(), dear.recounts) == (None, 0)
        assert cheap.search.votes() == 1

    def test_no_more_voters_can_choose_it_than_have_not(self):
        asked = Asked({"a": 10, "b": 9}, 10, [["a", "b"], ["b"], ["b"]])

        assert asked.search.votes() is None

    def test_all_who_have_not_can(self):
        asked = Asked({"a": 10, "b": 10}, 10, [["a", "b"], ["b"], ["b"], ["b"]])

        assert asked.search.votes() == 3

    @pytest.mark.parametrize(("cost", "votes"), [(50, 4), (52, None)])
    def test_no_more_newcomers_come_than_there_are_voters(self, cost, votes):
        # With as many newcomers as voters half of the budget is theirs.
        asked = Asked({"a": cost, "b": 100}, 100, [["b"], ["b"], [], []], "equal-shares")

        assert asked.search.votes() == votes

    def test_several_points_a_vote_reach_a_threshold(self):
        ballots = [{"a": 2}, {"b": 2}, {"b": 2}, {"b": 2}, {}, {}]
        asked = Asked({"a": 5, "b": 5}, 10, ballots, "greedy-threshold", threshold=5)

        assert asked.search.votes() == 2


class TestCost:
    def test_down_to_one_unit_and_not_dearer(self):
        asked = Asked({"a": 5, "b": 9}, 10, [["a"], ["b"], ["b"]])

        assert asked.search.cost() == 4
        assert asked.recounts == 4

    def test_costs_above_the_budget_are_not_tried(self):
        asked = Asked({"a": 13, "b": 5}, 10, [["a"], ["a"], ["b"]])

        assert asked.search.cost() == 3
        assert asked.recounts == 1

    def test_a_score_that_is_just_the_threshold_is_enough(self):
        ballots = [["a"], ["a"], ["b"], ["b"], ["b"]]
        asked = Asked({"a": 5, "b": 8}, 10, ballots, "greedy-threshold", threshold=2)

        assert (asked.search.cost(), asked.search.budget()) == (3, 3)

    def test_a_score_below_the_threshold_is_not(self):
        ballots = [["a"], ["b"], ["b"], ["b"]]
        asked = Asked({"a": 5, "b": 8}, 10, ballots, "greedy-threshold", threshold=2)

        assert (asked.search.cost(), asked.search.budget()) == (None, None)
        assert asked.recounts == 0


class TestBudget:
    def test_budgets_below_the_cost_are_not_tried(self):
        asked = Asked({"a": 13, "b": 5}, 10, [["a"], ["a"], ["b"]])

        assert asked.search.budget() == 3
        assert asked.recounts == 1

    def test_only_up_to_what_all_cost(self):
        # The only supporter holds five when twenty are shared out, twice what all cost.
        asked = Asked({"a": 5, "b": 5}, 9, [["a"], ["b"], ["b"], ["b"]], "equal-shares")

        assert asked.search.budget() is None

    @pytest.mark.parametrize(
        ("rule", "more"),
        [(("greedy",), 4), (("equal-shares", "utilitarian"), 4), (("equal-shares",), None)],
    )
    def test_what_nobody_chose_is_bought_where_nobody_pays(self, rule, more):
        asked = Asked({"a": 5, "b": 5}, 6, [["b"], ["b"]], *rule)

        assert asked.search.budget() == more
        assert (asked.recounts > 0) == (more is not None)


@pytest.mark.parametrize(
    ("costs", "budget", "is_short"),
    [
        ({"a": 24, "b": 30}, 30, True),
        ({"a": 25, "b": 30}, 30, False),
        ({"a": 34, "b": 10}, 20, True),
    ],
)
def test_short_ranges_are_tried_one_by_one(costs, budget, is_short):
    search = Asked(costs, budget, [["a"], ["b"], ["b"]]).search

    assert search.budget() == sum(costs.values()) - budget
    assert search.least == (["budget"] if is_short else [])


class SaysSo:
    """Last runs that seem to buy from some change on, whatever is true."""

    def __init__(self, edge):
        self.edge = edge
        self.asked = []
        self.learnt = []

    def seem_to_buy(self, changed, place):
        self.asked.append(changed)
        return changed >= self.edge

    def learn(self, outcome):
        self.learnt.append(outcome)


def found(seeming, true, reach=(0, 100)):
    """What is found where the last runs say one thing and full counts another, and full counts."""
    search = Asked({"a": 5, "b": 9}, 10, [["a"], ["b"], ["b"]]).search
    asked = []

    @cache
    def wins(by):
        asked.append(by)
        return by >= true

    runs = SaysSo(seeming)
    edge = search._found_by_last_runs(runs, lambda by: by, wins, reach, (50, 1))
    # Who is believed at once is asked about no change twice.
    assert seeming != true or len(runs.asked) == len(set(runs.asked))
    return edge, asked


class TestTheLastRuns:
    def test_are_believed_when_two_full_counts_agree(self):
        assert found(7, 7) == (7, [7, 6])

    def test_below_the_first_change_it_is_known_to_lose(self):
        assert found(1, 1) == (1, [1])

    def test_are_not_believed_when_the_change_before_wins_too(self):
        edge, asked = found(10, 7)

        assert edge == 7
        assert asked[:2] == [10, 9]

    def test_are_not_believed_when_it_loses(self):
        assert found(5, 7)[0] == 7

    def test_that_never_buy_are_asked_no_more_and_the_end_is_tried(self):
        assert found(1_000, 100) == (100, [100, 99])
        assert found(1_000, 101)[0] is None

    def test_are_left_near_where_they_led(self):
        # One count on each side of the edge, and those on the way to it from the guess.
        assert found(10, 8) == (8, [10, 9, 8, 6, 7])

    def test_learn_from_every_full_count(self):
        asked = Asked({"a": 5, "b": 9}, 10, [["a"], ["b"], ["b"]])
        runs = asked.search._last_runs = SaysSo(None)
        runs.seem_to_buy = lambda changed, place: changed.projects[0].cost <= 2

        assert asked.search.cost() == 4
        assert len(runs.learnt) == asked.recounts > 1

    def test_are_asked_again_as_they_learn(self):
        class Learns(SaysSo):
            times = 0

            def seem_to_buy(self, changed, place):
                if changed == 10:
                    self.times += 1
                return changed >= (10 if self.times < TRIES else 8)

        search = Asked({"a": 5, "b": 9}, 10, [["a"], ["b"], ["b"]]).search
        asked = []

        def wins(by):
            asked.append(by)
            return by >= 8

        edge = search._found_by_last_runs(Learns(10), lambda by: by, wins, (0, 100), (10, 1))

        assert edge == 8
        assert asked[-2:] == [8, 7]
