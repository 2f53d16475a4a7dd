"""Every stated change is proven by counting elections that are made anew from plain ballots."""

from __future__ import annotations

import random

import pytest

from civic.counting import RULES, Cap, CountingError, Election, Limits, Project, TieRule, count
from civic.counting.questions.margin_search import BY_VOTES
from civic.counting.questions.margin_sentences import SENTENCES
from civic.counting.questions.margins import Margins, explained, margins
from civic.counting.terms.reasons import Amount
from tests.counting.examples import FIRST_COMES_FIRST, large_instance
from tests.counting.slow_instances import approvals, by_id, points

COUNTED = [
    (rule, completion) for rule, method in RULES.items() for completion in method.completions
]
every_rule = pytest.mark.parametrize(("rule", "completion"), COUNTED, ids=map("/".join, COUNTED))
SEEDS = range(14)


class Case:
    """Plain costs, budget and ballots, and how they are counted."""

    def __init__(self, instance, rule, completion, **options):
        self.costs, self.budget, self.ballots = instance
        self.options = {"threshold": int(rule == "greedy-threshold"), **options}
        self.rule, self.completion = rule, completion
        self.election = by_id(*instance)
        self.outcome = self.counted(self.election)

    def counted(self, election):
        ties = TieRule("seed")
        return count(election, self.rule, self.completion, ties=ties, **self.options)

    def wins(self, loser, *, costs=None, budget=None, ballots=None):
        """Whether it wins in an election made anew; what is left out stays."""
        anew = by_id(
            costs or self.costs,
            self.budget if budget is None else budget,
            self.ballots if ballots is None else ballots,
        )
        return loser in self.counted(anew).winners

    def wins_at_cost(self, loser, cost):
        return self.wins(loser, costs=_replaced(self.costs, int(loser[1:]), cost))

    def wins_with_budget(self, loser, budget):
        return self.wins(loser, budget=budget)

    def wins_with(self, loser, found, more):
        """More voters: as the margin says, new ones, or some of those who did not choose it."""
        place = int(loser[1:])
        if found.of == "newcomers":
            ballot = [place] if found.points is None else {place: found.points}
            return self.wins(loser, ballots=[*self.ballots, *[ballot] * more])
        others = [voter for voter, ballot in enumerate(self.ballots) if place not in ballot]
        ballots = list(self.ballots)
        for voter in random.Random(place).sample(others, more):
            ballot = ballots[voter]
            ballots[voter] = (
                [*ballot, place] if found.points is None else {**ballot, place: found.points}
            )
        return self.wins(loser, ballots=ballots)

    def all_margins(self):
        return list(explained(self.election, self.outcome))


def _replaced(costs, place, cost):
    return [*costs[:place], cost, *costs[place + 1 :]]


def assert_edges(case, loser, found):
    """At the stated change it wins, with one unit less of it it loses."""
    if found.votes is not None:
        assert case.wins_with(loser, found, found.votes)
        assert not case.wins_with(loser, found, found.votes - 1)
    if found.cost is not None:
        assert case.wins_at_cost(loser, found.cost)
        assert not case.wins_at_cost(loser, found.cost + 1)
    if found.budget is not None:
        assert case.wins_with_budget(loser, found.budget)
        assert not case.wins_with_budget(loser, found.budget - 1)


def assert_least(case, loser, found):
    """No smaller change of those in `least` makes it win: all are tried."""
    cost = case.costs[int(loser[1:])]
    if "votes" in found.least:
        assert not any(case.wins_with(loser, found, more) for more in range(found.votes))
    if "cost" in found.least:
        assert not any(case.wins_at_cost(loser, c) for c in range(found.cost + 1, cost))
    if "budget" in found.least:
        assert not any(case.wins_with_budget(loser, b) for b in range(case.budget, found.budget))


@every_rule
def test_every_margin_is_an_edge_between_two_recounts(rule, completion):
    checked = 0
    for seed in SEEDS:
        case = Case(approvals(seed), rule, completion)
        for loser, found in case.all_margins():
            assert_edges(case, loser, found)
            assert_least(case, loser, found)
            checked += sum(value is not None for value in (found.votes, found.cost, found.budget))
    assert checked > 20


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("greedy", {}),
        ("greedy-per-cost", {}),
        ("equal-shares", {}),
        ("equal-shares", {"utility": "cost"}),
        ("equal-shares", {"utility": "cardinality"}),
    ],
)
def test_margins_of_elections_with_points(rule, options):
    for seed in range(100, 100 + len(SEEDS)):
        case = Case(points(seed, lowest=-1), rule, "none", **options)
        for loser, found in case.all_margins():
            assert_edges(case, loser, found)
            assert_least(case, loser, found)


@pytest.mark.parametrize("completion", ["none", "add1", "add1-exhaustive", "add1-utilitarian"])
def test_margins_of_real_amounts_of_money(completion):
    case = Case(large_instance(4), "equal-shares", completion, step=300)

    found = dict(case.all_margins())

    assert found
    for loser, margins_ in found.items():
        assert_edges(case, loser, margins_)
        assert ("cost" in margins_.least) == (completion == "none")


@pytest.mark.parametrize("comparison", ["satisfaction", "coverage"])
@pytest.mark.parametrize("completion", ["none", "add1"])
def test_margins_of_an_outcome_that_was_held_against_another(completion, comparison):
    for seed in SEEDS:
        case = Case(approvals(seed), "equal-shares", completion, comparison=comparison)
        for loser, found in case.all_margins():
            assert_edges(case, loser, found)
            assert_least(case, loser, found)


@pytest.mark.parametrize("utility", ["cost", "cardinality"])
def test_the_price_in_plain_equal_shares_is_the_highest_of_all(utility):
    tried = 0
    for seed in range(30):
        case = Case(approvals(seed), "equal-shares", "none", utility=utility)
        for loser, found in case.all_margins():
            cost = case.costs[int(loser[1:])]
            winning = [c for c in range(1, cost) if case.wins_at_cost(loser, c)]
            assert found.cost == max(winning, default=None)
            tried += len(winning)
    assert tried > 100


def test_nothing_helps_only_where_nothing_was_found_in_reach():
    for seed in range(30):
        case = Case(approvals(seed), "greedy", "none")
        for loser, found in case.all_margins():
            others = sum(int(loser[1:]) not in ballot for ballot in case.ballots)
            tried = [case.wins_with(loser, found, more) for more in range(others + 1)]
            assert found.votes == next((more for more, won in enumerate(tried) if won), None)


class TestWorkedExamples:
    """The swing costs 60 and gets 5 votes, the bridge 60 and 3, the pond 30 and 1; there is 100."""

    COSTS = {"swing": 60, "bridge": 60, "pond": 30}
    BALLOTS = (["swing"],) * 4 + (["swing", "bridge"], ["bridge"], ["bridge"], ["pond"])

    def found(self, rule, project):
        election = Election.of(self.COSTS, 100, self.BALLOTS)
        outcome = count(election, rule, ties=FIRST_COMES_FIRST)
        return margins(election, outcome, project)

    def test_down_a_list(self):
        found = self.found("greedy", "bridge")

        # Three more votes put it ahead; forty are left after the swing; it takes twenty more.
        assert (found.votes, found.cost, found.budget) == (3, 40, 120)
        assert (found.of, found.least) == ("voters", ("votes", "cost"))
        assert str(found) == (
            "With 3 more votes, or at a cost of 40, or with a budget of 120, it would have been"
            " funded."
        )

    def test_by_equal_shares(self):
        found = self.found("equal-shares", "bridge")

        # The swing takes 12 of 12.50 from each supporter, so those of the bridge keep 25.50.
        # With five newcomers the swing is too dear for 5 * 100 / 13, and 8 * 100 / 13 buys the
        # bridge; with four, 7 * 100 / 12 does not. Even 150 shared by eight leave them 44.25.
        assert found.as_dict() == {
            "votes": 5,
            "of": "newcomers",
            "points": None,
            "cost": 25,
            "budget": None,
            "least": ["votes", "cost"],
        }

    def test_a_winner_has_no_margins(self):
        with pytest.raises(CountingError, match="Project swing did not lose"):
            self.found("greedy", "swing")

    def test_nor_has_what_is_not_on_the_paper(self):
        with pytest.raises(CountingError, match="Project moon did not lose"):
            self.found("greedy", "moon")

    def test_every_recount_is_heard_of(self):
        election = Election.of(self.COSTS, 100, self.BALLOTS)
        heard = []

        margins(election, count(election), "bridge", progress=lambda *told: heard.append(told))

        assert [number for number, _ in heard] == list(range(1, len(heard) + 1))
        assert all(spent <= 150 for _, spent in heard)


class TestWhatNothingHelps:
    def test_a_withdrawn_project(self):
        election = Election.of([Project("a", 5, withdrawn=True)], 10, [["a"]])

        found = margins(election, count(election), "a")

        assert (found.votes, found.cost, found.budget) == (None, None, None)
        assert (
            str(found) == "No other number of votes, cost or budget by itself would have funded it."
        )

    def test_a_project_dearer_than_the_budget_is_not_helped_by_votes(self):
        election = Election.of({"a": 50}, 10, [["a"]])

        found = margins(election, count(election), "a")

        assert (found.votes, found.cost, found.budget) == (None, 10, 50)

    def test_a_project_below_the_threshold_is_helped_by_votes_alone(self):
        election = Election.of({"a": 5, "b": 5}, 10, [["a"], ["b"], ["b"], ["b"], []])

        found = margins(election, count(election, "greedy-threshold", threshold=3), "a")

        assert (found.votes, found.cost, found.budget) == (2, None, None)

    def test_a_project_that_nobody_chose_is_not_bought_with_shares_of_anything(self):
        election = Election.of({"a": 5, "b": 5}, 6, [["b"], ["b"]])

        found = margins(election, count(election, "equal-shares"), "a")

        assert (found.cost, found.budget) == (None, None)

    @pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
    def test_an_election_without_voters(self, rule):
        election = Election.of({"a": 5}, 3, [])

        found = margins(election, count(election, rule), "a")

        assert found.votes is None

    def test_steps_without_voters(self):
        election = Election.of({"a": 5}, 3, [])

        assert margins(election, count(election, "equal-shares", "add1"), "a").votes is None


class TestLimits:
    LIMITS = Limits(
        conflicts=(frozenset({"p0", "p1"}),), caps=(Cap("area", "", number=2),), prefunded=("p2",)
    )

    @every_rule
    def test_limits_are_kept_in_every_recount(self, rule, completion):
        checked = 0
        for seed in range(30):
            costs, budget, ballots = approvals(seed)
            if len(costs) < 4 or costs[2] > budget:
                continue
            case = Case((costs, budget, ballots), rule, completion, limits=self.LIMITS)
            for loser, found in case.all_margins():
                assert_edges(case, loser, found)
                assert_least(case, loser, found)
                checked += 1
        assert checked > 10


@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_has_the_numbers_it_names(key):
    of = "voters" if "voters" in key else "newcomers"
    found = Margins(
        votes=3 if of in key else None,
        cost=5 if "cost" in key else None,
        budget=7 if "budget" in key else None,
        of=of,
        points=9 if "points" in key else None,
    )

    assert found.text == SENTENCES[key]
    assert all(str(value) in str(found) for value in found.params.values() if value != 9)
    assert {type(found.params[name]) for name in ("cost", "budget") if name in key} <= {Amount}


@pytest.mark.parametrize(("points", "said"), [
    (None, "With 1 more voter who chooses only this project it would have been funded."),
    (1, "With 1 more voter who chooses only this project it would have been funded."),
    (5, "With 1 more voter who gives 5 points to this project alone it would have been funded."),
])  # fmt: skip
def test_one_voter_is_spoken_of_as_one(points, said):
    assert str(Margins(1, None, None, "newcomers", points)) == said


def test_rules_that_go_by_votes_are_the_lists_and_the_best_set():
    assert BY_VOTES == (
        "greedy", "greedy-no-skip", "greedy-threshold", "greedy-per-cost", "knapsack",
    )  # fmt: skip
