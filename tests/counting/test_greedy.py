from __future__ import annotations

import pytest

from civic.counting import CountingError, Election, Limits, Project, TieRule, count
from tests.counting.examples import election_of, small_instance

PAPER = {"swing": 50, "bridge": 60, "trees": 30, "bench": 10}
BALLOTS = [["swing"]] * 5 + [["bridge"]] * 4 + [["trees"]] * 3 + [["bench"]] * 2
ELECTION = Election.of(PAPER, 100, BALLOTS)


@pytest.mark.parametrize(
    ("rule", "threshold", "winners"),
    [
        pytest.param("greedy", 0, ("swing", "trees", "bench"), id="passes over the bridge"),
        pytest.param("greedy-no-skip", 0, ("swing",), id="stops at the bridge"),
        pytest.param("greedy-threshold", 3, ("swing", "trees"), id="bench below the threshold"),
        pytest.param("greedy-no-skip", 6, (), id="nobody reaches the threshold"),
    ],
)
def test_who_wins(rule, threshold, winners):
    assert count(ELECTION, rule, threshold=threshold).winners == winners


def test_each_step_says_what_was_left():
    rounds = count(ELECTION).rounds

    assert [(r.number, r.project, r.votes, r.left) for r in rounds] == [
        (1, "swing", 5, 50),
        (2, "trees", 3, 20),
        (3, "bench", 2, 10),
    ]


@pytest.mark.parametrize("limits", [Limits(), Limits(conflicts=(frozenset({"trees", "bench"}),))])
def test_each_reason_says_how_the_project_came_in(limits):
    lines = count(ELECTION, limits=limits).lines

    ranks = {line.project: line.reason.params.get("rank") for line in lines}
    assert ranks == {"swing": 1, "bridge": 2, "trees": 3, "bench": None if limits else 4}


def test_a_loser_that_costs_the_whole_budget_was_not_too_dear():
    outcome = count(Election.of({"swing": 50, "school": 100}, 100, [["swing"]]))

    assert [line.reason.kind for line in outcome.lines] == ["greedy-won", "greedy-lost"]


def test_points_are_called_points_and_must_do_without_the_tie():
    election = Election.of({"swing": 50, "school": 60}, 100, [{"swing": 5, "school": 3}])

    reason = count(election).lines[1].reason

    assert reason.kind == "greedy-lost-points"
    assert reason.params["more"] == 3


def test_a_withdrawn_project_neither_wins_nor_stops_the_count():
    projects = [Project("gone", 999, withdrawn=True), Project("swing", 50)]

    outcome = count(Election.of(projects, 100, [["gone"], ["gone"], ["swing"]]), "greedy-no-skip")

    assert outcome.winners == ("swing",)
    assert outcome.lines[0].reason.kind == "withdrawn"


def test_a_project_dearer_than_everything_stops_a_count_that_does_not_skip():
    outcome = count(Election.of({"palace": 500, "swing": 50}, 100, [["palace"]]), "greedy-no-skip")

    assert outcome.winners == ()
    assert str(outcome.lines[0].reason) == "It costs 500, which is 400 more than the whole budget."


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"rule": "dice"}, "no rule dice", id="unknown rule"),
        pytest.param({"completion": "add1"}, "no rule greedy with completion add1", id="pair"),
        pytest.param({"rule": "greedy-threshold"}, "least number of votes", id="no threshold"),
        pytest.param({"threshold": -1}, "cannot be negative", id="negative threshold"),
        pytest.param({"step": 0}, "more than nothing", id="no step"),
    ],
)
def test_options_that_make_no_count(options, complaint):
    with pytest.raises(CountingError, match=complaint):
        count(ELECTION, **options)


@pytest.mark.parametrize(
    ("projects", "budget", "ballots", "complaint"),
    [
        pytest.param({"a": 0}, 10, [], "Project a must cost more", id="free project"),
        pytest.param({"a": 1}, -1, [], "cannot be negative", id="negative budget"),
        pytest.param({"a": 1}, 1, [["b"]], "names project b", id="unknown project"),
        pytest.param([Project("a", 1)] * 2, 1, [], "Project a stands twice", id="twice"),
    ],
)
def test_elections_that_make_no_sense(projects, budget, ballots, complaint):
    with pytest.raises(CountingError, match=complaint):
        Election.of(projects, budget, ballots)


@pytest.mark.parametrize("steps", [("cost",), ("order",), ("lot",), ("votes", "cost")])
def test_votes_that_are_missing_are_right_under_any_way_to_break_ties(steps):
    ties = TieRule("s", steps)
    for seed in range(20):
        costs, budget, ballots = small_instance(seed)
        outcome = count(election_of(costs, budget, ballots), ties=ties)
        losers = [
            (place, line)
            for place, line in enumerate(outcome.lines)
            if line.reason.kind == "greedy-lost"
        ]
        for place, line in losers:
            more = ballots + [[place]] * line.reason.params["more"]
            again = count(election_of(costs, budget, more), ties=ties)
            fewer = count(election_of(costs, budget, more[:-1]), ties=ties)
            assert line.project in again.winners
            assert line.project not in fewer.winners
