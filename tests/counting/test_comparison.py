"""Which result more voters prefer: by hand, by asking every voter, and as a city published it."""

from __future__ import annotations

import json
import random

import pytest

from civic.counting import (
    CountingError,
    Election,
    Limits,
    Outcome,
    Project,
    TieRule,
    count,
    read_pb,
)
from civic.counting.rules.comparison import Preference, prefer
from tests.conftest import REFERENCE
from tests.counting.slow_greedy import points_of
from tests.counting.slow_instances import approvals, by_id, points

WIELICZKA = REFERENCE / "pabulib" / "Poland_Wieliczka_2023_Green_Budget.pb"
SEEDS = range(200)
MODES = ("satisfaction", "coverage")


def asked(ballots, one, other, mode):
    """Each voter in turn: for the one, for the other, or neither."""
    voices = {"one": 0, "other": 0, "equal": 0}
    for ballot in ballots:
        mine = sum(points_of(ballot, p) > 0 for p in one)
        theirs = sum(points_of(ballot, p) > 0 for p in other)
        if mode == "coverage":
            mine, theirs = bool(mine), bool(theirs)
        voices["one" if mine > theirs else "other" if theirs > mine else "equal"] += 1
    return Preference(**voices)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("draw", [approvals, points])
def test_every_voter_is_asked(draw, mode):
    for seed in SEEDS:
        costs, budget, ballots = draw(seed)
        lot = random.Random(seed)
        one, other = (lot.sample(range(len(costs)), lot.randint(0, len(costs))) for _ in "ab")
        election = by_id(costs, budget, ballots)

        found = prefer(election, [f"p{p}" for p in one], [f"p{p}" for p in other], mode)

        assert found == asked(ballots, one, other, mode), seed
        assert found.one + found.other + found.equal == election.voters


@pytest.mark.parametrize("mode", MODES)
def test_the_walk_is_taken_only_if_strictly_more_prefer_it(mode):
    taken = set()
    for seed in SEEDS:
        election = by_id(*approvals(seed))
        shares = count(election, "equal-shares")
        walk = count(election, "greedy")
        voices = prefer(election, shares.winners, walk.winners, mode)

        outcome = count(election, "equal-shares", comparison=mode)

        better = walk if voices.other > voices.one else shares
        taken.add(better.rule)
        said = outcome.preference
        assert (said.mode, said.taken) == (mode, better.rule)
        assert (said.one, said.other, said.equal) == (voices.one, voices.other, voices.equal)
        assert outcome.winners == better.winners
        assert outcome.rounds == better.rounds
        assert outcome.lines == better.lines
        assert outcome.ties == better.ties
        assert outcome.rule == "equal-shares"
        assert Outcome.from_dict(json.loads(outcome.as_json())) == outcome
    assert taken == {"greedy", "equal-shares"}


def test_when_as_many_prefer_either_the_rule_stands():
    election = Election.of({"a": 6, "b": 5}, 10, [["a"], ["a"], ["b"], ["b"]])
    steps = TieRule(steps=("order",))

    outcome = count(election, "greedy-per-cost", comparison="satisfaction", ties=steps)

    assert (outcome.preference.one, outcome.preference.other) == (2, 2)
    assert outcome.preference.taken == "greedy-per-cost"
    assert outcome.winners == ("b",)


def test_what_is_funded_before_counts_for_both():
    projects = [Project("a", 4), Project("b", 4), Project("c", 5)]
    election = Election.of(projects, 10, [["a", "b"], ["a", "c"], ["c"]])

    outcome = count(
        election, "equal-shares", comparison="coverage", limits=Limits(prefunded=("a",))
    )

    assert outcome.winners == ("a", "c")
    assert outcome.preference.taken == "greedy"
    assert (outcome.preference.one, outcome.preference.other) == (0, 1)


def test_without_a_comparison_nothing_is_said():
    outcome = count(Election.of({"a": 1}, 1, [["a"]]), "equal-shares")
    stored = outcome.as_dict()

    assert outcome.preference is None
    assert stored.pop("preference") is None
    # Outcomes that were stored before there were comparisons.
    assert Outcome.from_dict(stored) == outcome


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"rule": "equal-shares", "comparison": "mood"}, "by mood", id="mode"),
        pytest.param({"rule": "greedy", "comparison": "coverage"}, "with itself", id="itself"),
    ],
)
def test_comparisons_that_are_refused(options, complaint):
    with pytest.raises(CountingError, match=complaint):
        count(Election.of({"a": 1}, 1, [["a"]]), **options)


def test_nobody_is_asked_in_an_unknown_way():
    with pytest.raises(CountingError, match="no comparison by mood"):
        prefer(Election.of({"a": 1}, 1, [["a"]]), ["a"], [], "mood")


@pytest.mark.skipif(
    not WIELICZKA.exists(), reason="allowed: the real elections are not part of the code"
)
def test_wieliczka_published_how_many_preferred_which():
    election = read_pb(WIELICZKA).election()

    outcome = count(
        election,
        "equal-shares",
        "add1",
        ties=TieRule(steps=("votes", "cost")),
        comparison="satisfaction",
    )

    said = outcome.preference
    assert (said.one, said.other, said.equal) == (1615, 873, 4098)
    assert said.taken == "equal-shares"
    assert len(outcome.winners) == 30
