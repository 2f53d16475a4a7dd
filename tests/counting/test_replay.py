"""The audit: a second way to count, that agrees, and that notices when somebody counted wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from civic.counting import Cap, CountingError, Election, Limits, Project, TieRule, count
from civic.counting.questions.confirming import confirm
from tests.counting.examples import election_of, large_instance, small_instance
from tests.counting.slow_instances import by_id, points

COMPLETIONS = ["none", "add1", "add1-exhaustive", "add1-utilitarian"]


@pytest.mark.parametrize("completion", COMPLETIONS)
@pytest.mark.parametrize("utility", ["cost", "cardinality"])
@pytest.mark.parametrize(("make", "seeds"), [(small_instance, 60), (large_instance, 2)])
def test_a_replay_in_whole_numbers_agrees(make, seeds, utility, completion):
    for seed in range(seeds):
        election = election_of(*make(seed))
        confirm(election, count(election, "equal-shares", completion, utility=utility))


@pytest.mark.parametrize("utility", ["score", "cost"])
def test_points_are_replayed_too(utility):
    for seed in range(200):
        election = by_id(*points(seed))
        confirm(election, count(election, "equal-shares", "add1", utility=utility))


def test_other_rules_have_nothing_to_replay():
    election = election_of(*small_instance(3))
    confirm(election, count(election, "greedy"))


@pytest.fixture
def counted():
    election = election_of([4, 4, 9], 12, [[0], [0], [1], [1, 2], [2]])
    return election, count(election, "equal-shares", "add1")


def test_another_election_is_noticed(counted):
    _, outcome = counted
    with pytest.raises(CountingError, match="not the election"):
        confirm(election_of([4, 4, 9], 12, [[0]]), outcome)


def test_another_winner_is_noticed(counted):
    election, outcome = counted
    wrong = replace(outcome.details, rounds=outcome.rounds[1:])
    with pytest.raises(CountingError, match="another result"):
        confirm(election, replace(outcome, tell=lambda: wrong))


def test_shares_that_are_too_large_are_noticed(counted):
    election, outcome = counted
    with pytest.raises(CountingError, match="another result"):
        confirm(election, replace(outcome, endowment=Fraction(1_000)))


def test_steps_that_ended_too_early_are_noticed():
    election = election_of([6, 5], 12, [[0], [0], [0], [1]])
    plain = count(election, "equal-shares")
    options = replace(plain.options, completion="add1")
    with pytest.raises(CountingError, match="raised once more"):
        confirm(election, replace(plain, options=options))


def test_a_replay_keeps_the_limits():
    projects = [Project("a", 4, category="park"), Project("b", 4), Project("c", 3)]
    limits = Limits(conflicts=(frozenset({"a", "b"}),), caps=(Cap("category", "park", cost=4),))
    election = Election.of(projects, 12, [["a", "b"], ["a", "b"], ["b", "c"], ["c"]])
    confirm(election, count(election, "equal-shares", "add1", limits=limits))


def test_a_walk_that_more_voters_preferred_has_nothing_to_replay():
    walks = 0
    for seed in range(60):
        election = election_of(*small_instance(seed))
        outcome = count(election, "equal-shares", comparison="satisfaction")
        confirm(election, outcome)
        walks += outcome.endowment is None
    assert walks > 0


def test_what_a_limit_closed_is_not_bought_in_the_replay_either():
    election = election_of([4, 4], 12, [[0], [0], [1], [1]])
    limits = Limits(conflicts=(frozenset({"p0", "p1"}),))
    outcome = count(election, "equal-shares", limits=limits)

    confirm(election, outcome)

    assert len(outcome.winners) == 1


def test_a_purse_that_was_paid_out_to_the_last_unit_is_empty():
    # Of 2 each, the first voter pays 1 for p0 and 1 for p1; p2 is left to the third alone.
    election = election_of([2, 2, 1], 6, [[0, 1, 2], [0], [1, 2]])
    outcome = count(election, "equal-shares", ties=TieRule(steps=("order",)))

    confirm(election, outcome)

    assert [round_.payment for round_ in outcome.rounds] == [1, 1, 1]
