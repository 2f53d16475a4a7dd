"""Small elections drawn from a seed, full of ties, counted by pabutools and by us."""

from __future__ import annotations

import pytest

from civic.bench import referee
from civic.bench.methods import Method
from civic.counting import TieRule, count
from tests.counting.oracles.elections import COMPARED
from tests.counting.slow_instances import approvals, by_id, points

pytestmark = pytest.mark.skipif(
    not referee.is_installed(), reason="pabutools is not installed; .ci/run installs it"
)

EACH = 1_000
TIES = ("votes", "cost")
# The solver needs a tenth of a second for each; its sets are compared on real elections.
METHODS = [method for method in COMPARED if method.rule != "knapsack"]


def paper(costs, budget, ballots):
    """The same election as pabutools takes it; what costs more than the budget is left out."""
    from pabutools.election import (
        ApprovalBallot,
        ApprovalProfile,
        CardinalBallot,
        CardinalProfile,
        Instance,
        Project,
    )

    projects = [Project(f"p{place}", cost) for place, cost in enumerate(costs)]
    instance = Instance([project for project in projects if project.cost <= budget], budget)
    instance.project_meta = {project: {} for project in projects}
    if any(isinstance(ballot, dict) for ballot in ballots):
        given = [CardinalBallot({projects[p]: n for p, n in b.items()}) for b in ballots]
        return referee.Paper(instance, CardinalProfile(given), "scoring")
    given = [ApprovalBallot([projects[p] for p in ballot]) for ballot in ballots]
    return referee.Paper(instance, ApprovalProfile(given), "approval")


def has_supporters(costs, budget, ballots):
    """Whether somebody wants each project, as it is in real elections.

    pabutools funds what nobody wants at the end of Phragmén's rule, and overlooks it when it asks
    whether anything more would fit; we do neither.
    """
    wanted = {place for ballot in ballots for place in ballot}
    return all(p in wanted for p in range(len(costs)))


def draws(method: Method):
    return points if method.utility == "score" else approvals


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_the_referee_agrees_on_ties(method):
    compared = 0
    for seed in range(EACH):
        instance = draws(method)(seed)
        if not has_supporters(*instance):
            continue
        theirs = referee.winners(paper(*instance), method, TIES)
        outcome = count(
            by_id(*instance),
            method.rule,
            method.completion,
            utility=method.utility,
            ties=TieRule(steps=TIES),
        )
        ours = list(outcome.winners)
        assert (sorted(ours) if method.rule == "phragmen" else ours) == theirs, (seed, instance)
        compared += 1
    assert compared > EACH / 3
