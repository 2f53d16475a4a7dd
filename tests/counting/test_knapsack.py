"""The best set is the best set: held against every set there is, limits and ties included."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from civic.counting import CountingError, Election, TieRule, count
from civic.counting.rules.knapsack import rule
from civic.counting.rules.knapsack.best_set import TooManySetsError, best_set
from civic.counting.rules.knapsack.fines import Item, Meter
from tests.counting.slow_greedy import by_tie, score_of, votes_of
from tests.counting.slow_instances import approvals, points
from tests.counting.slow_limits import before, kept, limited

FIRST_COMES_FIRST = TieRule(steps=("votes", "cost"))
SEEDS = range(200)


def points_below_nought(seed):
    return points(seed, lowest=-2)


KINDS = [
    (approvals, "cardinality"),
    (approvals, "cost"),
    (points, "score"),
    (points, "cardinality"),
    (points_below_nought, "score"),
    (points_below_nought, "cost"),
]
every_kind = pytest.mark.parametrize(("draw", "utility"), KINDS)


def worth_of(utility, costs, ballots, place):
    if utility == "cardinality":
        return votes_of(ballots, place)
    return score_of(ballots, place) * (costs[place] if utility == "cost" else 1)


class EverySet:
    """All sets that keep the limits, the best first, by the rule as it is written down."""

    def __init__(self, projects, election, limits, ballots, utility):
        self.costs = [project.cost for project in projects]
        self.ballots, self.utility = ballots, utility
        start = before(projects, limits)
        rest = [place for place in range(len(projects)) if place not in start]
        self.order = sorted(rest, key=lambda p: by_tie(self.costs, ballots, p))
        self.sets = [
            chosen
            for size in range(len(rest) + 1)
            for chosen in combinations(self.order, size)
            if kept(projects, election.budget, limits, [*start, *chosen])
        ]

    def worth(self, chosen):
        return sum(worth_of(self.utility, self.costs, self.ballots, p) for p in chosen)

    def cost(self, chosen):
        return sum(self.costs[p] for p in chosen)

    def quality(self, chosen):
        names = [place in chosen for place in self.order]
        return self.worth(chosen), -self.cost(chosen), names

    def best(self, holding=None):
        return max(
            (one for one in self.sets if holding is None or holding in one), key=self.quality
        )


@pytest.mark.parametrize("binding", [True, False])
@every_kind
def test_no_other_set_goes_before_the_winners(draw, utility, binding):
    for seed in SEEDS:
        instance = draw(seed)
        projects, election, limits = limited(instance, seed, binding=binding)
        every = EverySet(projects, election, limits, instance[2], utility)

        outcome = count(
            election, "knapsack", utility=utility, limits=limits, ties=FIRST_COMES_FIRST
        )

        own = [int(id_[1:]) for id_ in outcome.winners if id_ not in limits.prefunded]
        assert tuple(own) == every.best(), seed


def told_of(every, place):
    """The kind of sentence a loser deserves, with its numbers."""
    best, other = every.best(), every.best(place)
    out = ", ".join(f"p{p}" for p in best if p not in other)
    fewer = every.worth(best) - every.worth(other)
    more = every.cost(other) - every.cost(best)
    if fewer:
        return "knapsack-lost", {"out": out, "fewer": fewer}
    return (
        ("knapsack-dearer", {"out": out, "more": more}) if more else ("knapsack-tied", {"out": out})
    )


@every_kind
def test_what_is_said_is_so(draw, utility):
    told = set()
    for seed in SEEDS:
        instance = draw(seed)
        projects, election, limits = limited(instance, seed)
        every = EverySet(projects, election, limits, instance[2], utility)

        lines = count(
            election, "knapsack", utility=utility, limits=limits, ties=FIRST_COMES_FIRST
        ).lines

        for place, line in enumerate(lines):
            kind = line.reason.kind.removesuffix("-points").removesuffix("-cost")
            said = {name: getattr(n, "units", n) for name, n in line.reason.params.items()}
            told.add(kind)
            if kind == "knapsack-won":
                assert said == {"all": every.worth(every.best())}
            elif kind == "knapsack-nothing":
                assert every.worth([place]) <= 0
            elif kind.startswith("knapsack"):
                assert (kind, said) == told_of(every, place), (seed, line)
    assert {"knapsack-won", "knapsack-lost"} <= told


@every_kind
def test_a_tie_is_reported_when_sets_are_level(draw, utility):
    reported = 0
    for seed in SEEDS:
        instance = draw(seed)
        projects, election, limits = limited(instance, seed)
        every = EverySet(projects, election, limits, instance[2], utility)
        best = every.best()
        level = [one for one in every.sets if every.quality(one)[:2] == every.quality(best)[:2]]

        outcome = count(
            election, "knapsack", utility=utility, limits=limits, ties=FIRST_COMES_FIRST
        )

        assert bool(outcome.ties) == (len(level) > 1), seed
        for tie in outcome.ties:
            ahead, behind = (int(id_[1:]) for id_ in tie.projects)
            assert ahead in best
            assert any(behind in one and ahead not in one for one in level)
            reported += 1
    # With points, sets are seldom level.
    assert reported > 5 or draw is not approvals


def hard(seed, size):
    """Items whose worth is their cost and a little: no fraction says much about whole sets."""
    draw = random.Random(seed)
    costs = [draw.randint(10_000, 99_999) for _ in range(size)]
    return [Item(rank, cost, cost + 1_000) for rank, cost in enumerate(costs)], sum(costs) // 2


def entangled(seed):
    """Items, a budget, and limits of all sizes with many items in several of them."""
    draw = random.Random(seed)
    items = [
        Item(rank, draw.randint(1, 30), draw.randint(1, 30) * draw.choice([1, 7]))
        for rank in range(12)
    ]
    meters = [
        Meter({rank: draw.randint(1, 9) for rank in draw.sample(range(12), 7)}, most)
        for most in (0, 10, 18, 10**6)
    ]
    return items, sum(item.cost for item in items) // draw.choice([2, 3]), meters


class TestSearch:
    def test_it_gives_up_with_a_sentence(self):
        items, budget = hard(1, 60)

        with pytest.raises(TooManySetsError, match="too many sets of projects"):
            best_set(items, budget, most_work=500)

    @pytest.mark.parametrize("promising", [1, 3, 200])
    @pytest.mark.parametrize("seed", range(20))
    def test_limits_of_all_sizes_and_items_in_many_of_them(self, seed, promising, monkeypatch):
        monkeypatch.setattr("civic.counting.rules.knapsack.best_set.PROMISING", promising)
        items, budget, meters = entangled(seed)
        every = [
            (sum(item.worth for item in chosen), -sum(item.cost for item in chosen))
            for size in range(len(items) + 1)
            for chosen in combinations(items, size)
            if sum(item.cost for item in chosen) <= budget
            and all(sum(m.amounts.get(i.rank, 0) for i in chosen) <= m.most for m in meters)
        ]

        found = best_set(items, budget, meters)

        assert (found.worth, -found.cost) == max(every)

    def test_what_costs_the_whole_budget_can_be_bought(self):
        found = best_set([Item(0, 10, 5), Item(1, 9, 4)], 10)

        assert (found.ranks, found.worth, found.cost, found.several) == ((0,), 5, 10, False)

    def test_what_uses_a_whole_limit_can_be_bought(self):
        items, limit = [Item(0, 1, 5), Item(1, 1, 4)], Meter({0: 3, 1: 1}, 3)

        assert best_set(items, 10, [limit]).ranks == (0,)

    def test_of_level_sets_that_use_limits_otherwise_the_first_name_decides(self):
        # Either of the two leaves room for the third, by one limit or by the other.
        items = [Item(0, 2, 5), Item(1, 2, 5), Item(2, 1, 3)]
        limits = [Meter({0: 2, 1: 1}, 2), Meter({0: 1, 1: 2}, 2)]
        found = best_set(items, 9, limits)

        assert (found.ranks, found.worth, found.several) == ((0, 2), 8, True)

    def test_nothing_to_choose_from(self):
        assert best_set([], 10).ranks == ()
        assert best_set([Item(0, 11, 5), Item(1, 5, 0)], 10).ranks == ()


def test_the_whole_count_is_refused_when_it_cannot_be_done(monkeypatch):
    monkeypatch.setattr(rule, "MOST_WORK", 10)
    items, budget = hard(2, 40)
    costs = {f"p{item.rank}": item.cost for item in items}
    election = Election.of(costs, budget, [list(costs)] * 3)

    with pytest.raises(CountingError, match="too many sets of projects"):
        count(election, "knapsack", utility="cost")
