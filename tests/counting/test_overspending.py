from __future__ import annotations

import random
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

import pytest

from civic.counting import Cap, Election, Limits, Project, TieRule, count
from civic.counting.rules.overspending import bos as overspending
from tests.counting.examples import FIRST_COMES_FIRST, election_of, large_instance, small_instance
from tests.counting.slow_instances import by_id, points


class Sale(NamedTuple):
    """What the slow count says of a purchase."""

    place: int
    payers: int
    most: int
    percent: int


def worth(utility, cost, given):
    return {"cost": cost * given, "cardinality": min(given, 1), "score": given}[utility]


def part_at(cost, able, level):
    return min(Fraction(1), sum(min(purse, level * u) for purse, u in able) / cost)


def full_at(cost, able):
    """The level at which all is raised, found from the highest purse down."""
    if sum(purse for purse, _ in able) < cost:
        return None
    levels = sorted({Fraction(0), *(purse / u for purse, u in able)})
    upper = next(i for i, level in enumerate(levels) if part_at(cost, able, level) == 1)
    below = [(purse, u) for purse, u in able if purse / u <= levels[upper - 1]]
    above = sum(u for purse, u in able if purse / u > levels[upper - 1])
    return (cost - sum(purse for purse, _ in below)) / Fraction(above)


def best_offer(cost, able):
    """Rate, minus part, price: the least of all levels that can be best."""
    levels = {purse / u for purse, u in able} | {full_at(cost, able)} - {None}
    parts = [(level, part_at(cost, able, level)) for level in levels]
    return min((level / part**2, -part, level / part) for level, part in parts)


def sales(costs, budget, ballots, utility="cost", groups=()):
    """Every purchase, voter by voter in fractions; of each group one can be bought at most."""
    given = [[max(0, b.get(p, 0)) for p in range(len(costs))] for b in map(as_points, ballots)]
    purses = [Fraction(budget, len(ballots))] * len(ballots)
    votes = [sum(row[p] > 0 for row in given) for p in range(len(costs))]
    waiting = set(range(len(costs)))
    found = []
    while True:
        offers = []
        for p in waiting:
            able = [
                (purse, worth(utility, costs[p], row[p]))
                for purse, row in zip(purses, given, strict=True)
                if purse and row[p]
            ]
            if able and costs[p] <= budget:
                rate, part, price = best_offer(costs[p], able)
                offers.append((rate, -votes[p], costs[p], p, part, price))
        if not offers:
            return found
        *_, p, part, price = min(offers)
        paid = [price * worth(utility, costs[p], row[p]) for row in given]
        payers = [v for v, row in enumerate(given) if purses[v] and row[p]]
        most = ceil(max(paid[v] for v in payers))
        found.append(Sale(p, len(payers), most, floor(-part * 100)))
        purses = [max(Fraction(0), purse - each) for purse, each in zip(purses, paid, strict=True)]
        budget -= costs[p]
        waiting -= {p, *(other for group in groups if p in group for other in group)}


def as_points(ballot):
    return ballot if isinstance(ballot, dict) else dict.fromkeys(ballot, 1)


def told(outcome):
    """The purchases as the reasons tell them."""
    reasons = {line.project: line.reason.params for line in outcome.lines if line.funded}
    return [
        Sale(
            int(winner[1:]),
            reasons[winner]["payers"],
            reasons[winner]["payment"].units,
            reasons[winner].get("percent", 100),
        )
        for winner in outcome.winners
    ]


def ours(instance, utility="cost", limits=None):
    options = {"utility": utility, "limits": limits or Limits(), "ties": FIRST_COMES_FIRST}
    return count(by_id(*instance), "bos", **options)


class TestAgainstTheSlowCount:
    @pytest.mark.parametrize("block", range(10))
    @pytest.mark.parametrize("utility", ["cost", "cardinality"])
    def test_small_elections_full_of_ties(self, utility, block):
        for seed in range(block * 30, block * 30 + 30):
            instance = small_instance(seed)

            assert told(ours(instance, utility)) == sales(*instance, utility), seed

    @pytest.mark.parametrize("block", range(10))
    @pytest.mark.parametrize("utility", ["cost", "cardinality", "score"])
    def test_points(self, utility, block):
        for seed in range(block * 20, block * 20 + 20):
            instance = points(seed)

            assert told(ours(instance, utility)) == sales(*instance, utility), seed

    @pytest.mark.parametrize("seed", range(10))
    def test_elections_with_large_money(self, seed):
        instance = large_instance(seed)

        assert told(ours(instance)) == sales(*instance)

    @pytest.mark.parametrize("utility", ["cost", "cardinality"])
    def test_what_differs_by_a_hair_is_no_tie(self, utility):
        # Ten quadrillions, and one more or less: floats see ties where there are none.
        for seed in range(150):
            costs, budget, ballots = small_instance(seed)
            draw = random.Random(seed)
            hair = [cost * 10**16 + draw.randint(-1, 1) for cost in costs]
            instance = hair, budget * 10**16 + draw.randint(-1, 1), ballots

            assert told(ours(instance, utility)) == sales(*instance, utility), seed

    def test_all_is_raised_by_a_hair_before_a_purse_is_used_up(self):
        # After p0 the supporters of p1 hold 1 and 2 of ten quadrillions. At the level 1 they raise
        # one unit more than it costs; from there on the rest would look even cheaper.
        ten = 10**16
        instance = [3 * ten, 2 * ten - 1], 8 * ten, [[0, 1], [0], [0], [1]]

        assert told(ours(instance)) == sales(*instance) == [(0, 3, ten, 100), (1, 2, ten, 100)]

        # For one more than that the level 1 is a hair too low; the one who holds 2 pays more.
        instance[0][1] = 2 * ten + 1
        assert told(ours(instance)) == sales(*instance) == [(0, 3, ten, 100), (1, 2, ten + 1, 100)]

    def test_ballots_that_were_cast_many_times(self):
        for seed in range(60):
            costs, budget, ballots = small_instance(seed)
            draw = random.Random(seed)
            repeated = [ballot for ballot in ballots for _ in range(draw.randint(1, 20))]
            instance = costs, budget * 5, repeated

            assert told(ours(instance)) == sales(*instance), seed

    def test_one_of_a_pair(self):
        limits, closed = Limits(conflicts=(frozenset({"p0", "p1"}),)), 0
        for seed in range(150):
            instance = small_instance(seed)
            if len(instance[0]) > 1:
                outcome = ours(instance, limits=limits)

                assert told(outcome) == sales(*instance, groups=[(0, 1)]), seed
                closed += any(line.reason.kind == "conflict" for line in outcome.lines)
        assert closed > 50

    def test_no_other_price_would_have_been_better(self):
        draw = random.Random(1)
        for _ in range(300):
            cost = draw.randint(1, 40)
            able = [
                (Fraction(draw.randint(1, 12), draw.randint(1, 3)), draw.randint(1, 3))
                for _ in range(draw.randint(1, 6))
            ]
            rate = best_offer(cost, able)[0]

            for step in range(1, 200):
                level = Fraction(step, 10)
                assert level / part_at(cost, able, level) ** 2 >= rate


class TestBits:
    def test_with_few_bits_the_count_is_done_again_until_it_is_certain(self, monkeypatch):
        made, market = [], overspending._Market

        def noted(setting, share, bits):
            made.append(bits)
            return market(setting, share, bits)

        monkeypatch.setattr(overspending, "BITS", 1)
        monkeypatch.setattr(overspending, "_Market", noted)
        for seed in range(25):
            instance = small_instance(seed)

            assert told(ours(instance)) == sales(*instance), seed
        assert max(made) > 64


class TestPublished:
    """The examples of the paper, as its authors and others count them."""

    LARGE = {"A": 300, "C": 400, "B": 300, "D": 240, "E": 170, "F": 100}
    BALLOTS = ["A", "ACBE", *["ACB"] * 3, "ACF", *["DE"] * 2, "DEF", "BDF"]

    def test_the_large_example(self):
        costs = {id_: cost * 1000 for id_, cost in self.LARGE.items()}
        outcome = count(Election.of(costs, 1_000_000, self.BALLOTS), "bos")
        parts = {
            line.project: line.reason.params.get("percent", 100)
            for line in outcome.lines
            if line.funded
        }

        # The parts 1, 5/6, 1 and 5/6.
        assert parts == {"A": 100, "B": 83, "D": 100, "F": 83}

    def test_many_go_before_few_with_a_cheap_project(self):
        ballots = [["A"]] * 403 + [["B"]] * 11
        outcome = count(Election.of({"A": 310_000, "B": 6_000}, 310_000, ballots), "bos")

        assert outcome.winners == ("A",)


class TestReasons:
    def test_of_two_prices_with_the_same_rate_the_one_that_raises_more(self):
        # After p0 the supporters of p1 hold 1, 1 and 4. At the level 1 they raise 3 of 10, at the
        # level 4 they raise 6: the price for the part is 100/9 both times.
        outcome = ours(([6, 10], 16, [[0, 1], [0, 1], [1], []]), "cardinality")

        assert [str(line.reason) for line in outcome.lines] == [
            "It was bought in round 1 by 2 supporters, who each paid at most 3.",
            "It was bought in round 2: its 3 supporters raised 60 percent of its cost, and the rest"
            " was added to what each of them paid, even beyond their shares; nobody was charged"
            " more than 7.",
        ]
        assert [(r.project, r.left, r.payers) for r in outcome.rounds] == [
            ("p0", 10, 2),
            ("p1", 0, 3),
        ]
        assert outcome.endowment == 4

    def test_losers(self):
        # p0 takes all that its three supporters have; p1 no longer fits, and p2 has nobody left.
        ballots = [[0, 1, 2], [0, 1], [0], []]
        outcome = ours(([9, 4, 1, 2, 13], 12, ballots))

        assert outcome.winners == ("p0",)
        assert [str(line.reason) for line in outcome.lines[1:]] == [
            "After round 1 only 3 was left, 1 less than its cost.",
            "All its supporters had used up their shares for other projects, so nobody could pay"
            " for it.",
            "Nobody voted for it, so nobody could pay for it.",
            "It costs 13, which is 1 more than the whole budget.",
        ]

    def test_a_cap_passes_over_a_project(self):
        parks = [Project("a", 4, category="park"), Project("b", 4, category="park")]
        election = Election.of([*parks, Project("c", 4)], 12, [["a"], ["a"], ["b"], ["c"]])
        outcome = count(election, "bos", limits=Limits(caps=(Cap("category", "park", 5),)))

        assert outcome.winners == ("a", "c")
        assert outcome.lines[1].reason.kind.startswith("category")

    def test_a_tie_is_broken_by_the_rule_and_noted(self):
        election = election_of([4, 4], 4, [[0], [1]])

        outcome = count(election, "bos", ties=TieRule(steps=("order",)))

        assert outcome.winners == ("p0",)
        assert [tie.projects for tie in outcome.ties] == [("p0", "p1")]

    def test_rates_that_floats_cannot_tell_apart_are_told_apart(self):
        dear, cheap = 2**54 + 2, 2**54
        costs = {"dear": dear, "cheap": cheap}
        for ids in (["dear", "cheap"], ["cheap", "dear"]):
            election = Election.of(
                {id_: costs[id_] for id_ in ids}, 2**56, [["dear"], ["cheap"]] * 2
            )
            options = {"utility": "cardinality", "ties": TieRule(steps=("order",))}

            outcome = count(election, "bos", **options)

            assert outcome.winners == ("cheap", "dear")
            assert outcome.ties == ()

    def test_what_costs_all_that_is_left_fits_but_nobody_has_money(self):
        lines = ours(([9, 3], 12, [[0, 1], [0], [0], []])).lines

        assert [line.reason.kind for line in lines] == ["shares-won", "overspent-lost"]

    def test_what_costs_the_whole_budget_is_not_too_dear(self):
        lines = ours(([4, 12], 12, [[0], [0], [0], [1]])).lines

        assert [line.reason.kind for line in lines] == ["shares-won", "overspent-unfit"]

    def test_no_voters_no_winners(self):
        assert ours(([5], 10, [])).winners == ()
        assert ours(([5], 10, [])).endowment == 0
