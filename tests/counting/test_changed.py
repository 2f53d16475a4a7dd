from __future__ import annotations

import pytest

from civic.counting import Election, TieRule, count
from civic.counting.questions.changed import Joined, place_of, recount, with_budget, with_costs
from tests.counting.slow_instances import approvals, by_id, points

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_approving_voters_make_the_election_they_would_have_made(seed):
    costs, budget, ballots = approvals(seed)
    place = seed % len(costs)

    joined = Joined.by_supporters_of(by_id(costs, budget, ballots), place)

    for more in (1, 2, 7):
        changed, anew = joined.by(more), by_id(costs, budget, [*ballots, *[[place]] * more])
        assert changed.sha256 == anew.sha256
        assert (changed.votes, changed.scores) == (anew.votes, anew.scores)
        assert [who.tolist() for who in changed.supporters] == [
            who.tolist() for who in anew.supporters
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_more_voters_with_points_give_the_most_that_anybody_gave(seed):
    costs, budget, ballots = points(seed, lowest=-2)
    place = seed % len(costs)
    election = by_id(costs, budget, ballots)
    if election.points is None:
        return
    most = max((given for ballot in ballots for given in ballot.values()), default=1)

    joined = Joined.by_supporters_of(election, place)
    changed = joined.by(3)
    anew = by_id(costs, budget, [*ballots, *[{place: max(1, most)}] * 3])

    assert joined.points == max(1, most)
    assert changed.sha256 == anew.sha256
    assert (changed.votes, changed.scores) == (anew.votes, anew.scores)


def test_another_cost_and_another_budget_leave_the_ballots_alone():
    election = Election.of({"a": 5, "b": 7}, 10, [["a"], ["a", "b"]])

    dearer = with_costs(election, {"b": 9})
    poorer = with_budget(dearer, 4)

    assert dearer.sha256 == Election.of({"a": 5, "b": 9}, 10, [["a"], ["a", "b"]]).sha256
    assert poorer.sha256 == Election.of({"a": 5, "b": 9}, 4, [["a"], ["a", "b"]]).sha256
    assert poorer.choices is election.choices
    assert poorer.votes is election.votes


def test_a_recount_takes_every_option_again():
    election = by_id(*approvals(3))
    outcome = count(
        election,
        "equal-shares",
        "add1-utilitarian",
        utility="cardinality",
        ties=TieRule("s", ("cost", "lot")),
        threshold=1,
        step=2,
    )

    assert recount(election, outcome.options) == outcome


def test_places_are_those_of_the_frozen_order():
    election = Election.of({"a": 5, "b": 7}, 10, [])

    assert (place_of(election, "b"), place_of(election, "c")) == (1, None)
