from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

from civic.counting import Cap, CountingError, Election, Limits, Outcome, Project, TieRule, count
from civic.counting.terms.reasons import Amount
from tests.counting.examples import FIRST_COMES_FIRST, election_of, large_instance, small_instance


def purchases(costs, budget, ballots, groups=()):
    """Place and load of each purchase, voter by voter; of each group one can be bought at most."""
    loads = [Fraction(0)] * len(ballots)
    votes = [sum(place in ballot for ballot in ballots) for place in range(len(costs))]
    waiting = {p for p, cost in enumerate(costs) if cost <= budget and votes[p]}
    bought = []
    while waiting:
        after = {
            p: (costs[p] + sum(loads[v] for v, b in enumerate(ballots) if p in b)) / votes[p]
            for p in waiting
        }
        due = [p for p in waiting if after[p] == min(after.values())]
        if any(costs[p] > budget for p in due):
            break
        winner = min(due, key=lambda p: (-votes[p], costs[p], p))
        budget -= costs[winner]
        bought.append((winner, after[winner]))
        loads = [
            after[winner] if winner in b else load for load, b in zip(loads, ballots, strict=True)
        ]
        waiting -= {winner, *(p for group in groups if winner in group for p in group)}
    return bought


def ours(instance, limits=None):
    outcome = count(
        election_of(*instance), "phragmen", ties=FIRST_COMES_FIRST, limits=limits or Limits()
    )
    return outcome, [(int(round_.project[1:]), round_.load) for round_ in outcome.rounds]


class TestAgainstTheSlowCount:
    @pytest.mark.parametrize("block", range(10))
    def test_small_elections_full_of_ties(self, block):
        for seed in range(block * 50, block * 50 + 50):
            instance = small_instance(seed)

            assert ours(instance)[1] == purchases(*instance), seed

    @pytest.mark.parametrize("seed", range(20))
    def test_elections_with_large_money(self, seed):
        instance = large_instance(seed)

        assert ours(instance)[1] == purchases(*instance)

    def test_what_differs_by_a_hair_is_no_tie(self):
        # Ten quadrillions, and one more or less: floats see ties where there are none.
        for seed in range(200):
            costs, budget, ballots = small_instance(seed)
            draw = random.Random(seed)
            hair = [cost * 10**16 + draw.randint(-1, 1) for cost in costs]
            instance = hair, budget * 10**16, ballots

            assert ours(instance)[1] == purchases(*instance), seed

    def test_ballots_that_were_cast_many_times(self):
        for seed in range(100):
            costs, budget, ballots = small_instance(seed)
            draw = random.Random(seed)
            repeated = [ballot for ballot in ballots for _ in range(draw.randint(1, 40))]
            instance = costs, budget * 20, repeated

            assert ours(instance)[1] == purchases(*instance), seed

    def test_one_of_a_pair(self):
        pair = (0, 1)
        limits = Limits(conflicts=(frozenset({"p0", "p1"}),))
        closed = 0
        for seed in range(200):
            instance = small_instance(seed)
            if len(instance[0]) > 1:
                outcome, found = ours(instance, limits)

                assert found == purchases(*instance, groups=[pair]), seed
                closed += any(line.reason.kind == "conflict" for line in outcome.lines)
        assert closed > 50


class TestWhenItEnds:
    def test_a_project_that_does_not_fit_ends_the_count(self):
        # p1 is next at a load of 3, does not fit, and so p2 at 4 has no turn, though it would.
        outcome, found = ours(([4, 6, 4], 9, [[0], [0], [1], [1], [2]]))

        assert found == [(0, 2)]
        assert [str(line.reason) for line in outcome.lines] == [
            "It was bought in round 1; each of its 2 supporters then bore a load of at most 2.",
            "Its turn came after round 1, but it cost 1 more than the 5 that was left; there the"
            " count ended.",
            "The count ended before its turn, at project p1, which did not fit; each of its"
            " supporters would have borne a load of at least 4.",
        ]

    def test_one_of_several_whose_turn_it_is_ends_the_count_for_all(self):
        # p1 would fit and p2 would not, both at a load of 3.
        outcome, found = ours(([4, 3, 6], 9, [[0], [0], [1], [2], [2]]))

        assert found == [(0, 2)]
        assert outcome.lines[1].reason.kind == "phragmen-stopped"
        assert outcome.lines[2].reason.kind == "phragmen-unfit"
        assert outcome.ties == ()

    def test_a_limit_passes_over_a_project_and_does_not_end_the_count(self):
        parks = [Project("a", 4, category="park"), Project("b", 5, category="park")]
        election = Election.of([*parks, Project("c", 4)], 9, [["a"], ["a"], ["b"], ["b"], ["c"]])
        outcome = count(election, "phragmen", limits=Limits(caps=(Cap("category", "park", 5),)))

        assert outcome.winners == ("a", "c")
        assert outcome.lines[1].reason.kind.startswith("category")

    def test_all_is_bought_that_anybody_wants(self):
        outcome, found = ours(([2, 3, 1, 50], 20, [[0], [0, 1], [3]]))

        assert [place for place, _ in found] == [0, 1]
        assert [line.reason.kind for line in outcome.lines[2:]] == ["no-votes", "too-dear"]

    def test_no_voters_no_winners(self):
        assert count(election_of([5], 10, []), "phragmen").winners == ()


def test_loads_are_levelled_among_the_supporters_of_what_is_bought():
    # The road: (1 + 1 + 0 + 4) / 3; its third supporter had borne nothing.
    outcome = count(
        Election.of({"park": 2, "road": 4}, 6, [["park", "road"], ["park", "road"], ["road"]]),
        "phragmen",
    )

    assert [(r.project, r.load, r.left) for r in outcome.rounds] == [
        ("park", 1, 4),
        ("road", 2, 0),
    ]
    assert [r.payment for r in outcome.rounds] == [None, None]
    assert Outcome.from_dict(json.loads(outcome.as_json())).rounds == outcome.rounds


def test_a_tie_is_broken_by_the_rule_and_noted():
    election = election_of([2, 4, 2], 8, [[0], [1], [1], [2]])

    outcome = count(election, "phragmen", ties=TieRule(steps=("votes", "order")))

    assert outcome.winners == ("p1", "p0", "p2")
    assert [(tie.projects, tie.decided_by) for tie in outcome.ties] == [
        (("p1", "p0", "p2"), "votes"),
        (("p0", "p2"), "order"),
    ]


def test_loads_that_floats_cannot_tell_apart_are_told_apart():
    dearer, cheaper = 2**54 + 2, 2**54
    ballots = [["dear"], ["dear", "cheap"], ["cheap"]]
    election = Election.of({"dear": dearer, "cheap": cheaper}, 2**56, ballots)

    outcome = count(election, "phragmen", ties=TieRule(steps=("order",)))

    assert float(Fraction(dearer, 2)) == float(Fraction(cheaper, 2))
    assert outcome.winners == ("cheap", "dear")
    assert outcome.ties == ()


def test_points_are_refused():
    election = Election.of({"a": 5}, 10, [{"a": 3}])

    with pytest.raises(CountingError) as refused:
        count(election, "phragmen")

    assert "approvals" in str(refused.value)


def test_loads_that_are_no_whole_numbers_are_rounded_to_the_safe_side():
    # Loads of 4/3, 10/4, 8/3 and 10/4 again; p1 costs the whole budget, which is not too dear.
    ballots = [[0]] * 3 + [[1]] * 4 + [[2]] * 3 + [[3]] * 4

    lines = ours(([4, 10, 8, 10], 10, ballots))[0].lines

    unfit = {"round": 1, "left": Amount(6), "missing": Amount(4)}
    assert [(line.reason.kind, line.reason.params) for line in lines] == [
        ("phragmen-won", {"round": 1, "votes": 3, "load": Amount(2)}),
        ("phragmen-unfit", unfit),
        ("phragmen-stopped", {"stopper": "p1", "load": Amount(2)}),
        ("phragmen-unfit", unfit),
    ]
