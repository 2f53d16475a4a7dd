from __future__ import annotations

import hashlib

import pytest

from civic.counting import CountingError, Election, TieRule, count
from civic.counting.terms.ties import lot


def test_equal_votes_go_to_the_lower_cost():
    election = Election.of({"dear": 60, "cheap": 50}, 60, [["dear", "cheap"]])

    outcome = count(election)

    assert outcome.winners == ("cheap",)
    assert [(tie.projects, tie.decided_by) for tie in outcome.ties] == [(("cheap", "dear"), "cost")]


def test_full_equals_are_drawn_by_the_published_seed():
    election = Election.of({"east": 50, "west": 50}, 50, [["east", "west"]])

    for seed in ("1404", "sun", "moon", "river"):
        outcome = count(election, ties=TieRule(seed=seed))

        drawn = min(
            ("east", "west"), key=lambda id_: hashlib.sha256(f"{seed}\n{id_}".encode()).hexdigest()
        )
        assert outcome.winners == (drawn,)
        assert outcome.ties[0].decided_by == "lot"
        assert outcome.seed == seed


def test_the_lot_does_not_depend_on_the_order_of_the_paper():
    there = Election.of({"east": 50, "west": 50}, 50, [["east", "west"]])
    back = Election.of({"west": 50, "east": 50}, 50, [["east", "west"]])

    assert count(there, ties=TieRule("x")).winners == count(back, ties=TieRule("x")).winners


def test_equal_shares_breaks_equal_effective_votes_by_votes_first():
    # Both would get one effective vote per supporter who pays in full: 2 against 2 at round one.
    election = Election.of({"dear": 6, "cheap": 4}, 12, [["dear"], ["dear"], ["cheap"], ["cheap"]])

    outcome = count(election, "equal-shares")

    assert outcome.winners == ("cheap", "dear")
    assert outcome.ties[0].projects == ("cheap", "dear")
    assert outcome.ties[0].decided_by == "cost"


def test_more_votes_go_before_a_lower_cost():
    # The house empties its four voters, one of whom also wants the school: 2 effective votes of 3.
    ballots = [["house"]] * 3 + [["house", "school"]] + [["school"]] * 2 + [["well"]] * 2
    election = Election.of({"house": 40, "well": 10, "school": 20}, 80, ballots)

    outcome = count(election, "equal-shares")

    assert outcome.winners == ("house", "school", "well")
    assert outcome.rounds[1].effective == outcome.rounds[2].effective == 2
    assert outcome.ties[0].decided_by == "votes"


def test_the_deepest_step_that_a_walk_needed_is_the_one_reported():
    # The first two are told apart by cost, the others only by their order.
    election = Election.of({"a": 4, "b": 5, "c": 5}, 14, [["a", "b", "c"]])

    ties = count(election, ties=TieRule(steps=("votes", "cost"))).ties

    assert [(tie.projects, tie.decided_by) for tie in ties] == [(("a", "b", "c"), "order")]


def test_a_completion_reports_only_the_ties_of_the_run_that_stood():
    election = Election.of({"a": 4, "b": 4, "c": 9}, 12, [["a"], ["b"], ["c"], []])

    outcome = count(election, "equal-shares", "add1")

    assert outcome.runs > 1
    assert len(outcome.ties) == 1


def test_anybody_can_draw_the_lot_again():
    drawn = hashlib.sha256(b"1404\neast").hexdigest()

    assert f"{lot('1404', 'east'):064x}" == drawn


def test_no_tie_no_report():
    election = Election.of({"a": 5, "b": 5}, 10, [["a"], ["a"], ["b"]])

    assert count(election).ties == ()
    assert count(election, "equal-shares").ties == ()


def test_the_frozen_order_can_be_the_rule():
    election = Election.of({"second": 5, "first": 5}, 5, [["first", "second"]])

    assert count(election, ties=TieRule(steps=("order",))).winners == ("second",)


def test_an_unknown_step_is_refused():
    with pytest.raises(CountingError, match="no tie-breaking step coin"):
        TieRule(steps=("coin",))
