"""Each rule is written twice: what counts fast must agree with what is slow and obvious.

The elections are small and full of ties; two thousand for each rule and kind of ballot.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest

from civic.counting import TieRule, count
from tests.counting.slow_bos import bos, bos_plus
from tests.counting.slow_greedy import best_score, score_of, walk
from tests.counting.slow_instances import (
    approvals,
    by_id,
    nearly_tied,
    nearly_tied_points,
    points,
    points_below_nought,
)
from tests.counting.slow_phragmen import phragmen
from tests.counting.slow_shares import completed

BLOCKS, EACH = 4, 500
FIRST_COMES_FIRST = TieRule(steps=("votes", "cost"))
KINDS = ("none", "add1")
COMPLETIONS = ("none", "utilitarian", "add1", "add1-exhaustive", "add1-utilitarian")


class Twice(NamedTuple):
    """One rule with the elections it is tried on and its slow twin."""

    rule: str
    draw: Callable[[int], Any]
    slow: Callable[..., list[int]]
    completion: str = "none"
    utility: str = "cost"

    @property
    def name(self) -> str:
        return "-".join((self.rule, self.completion, self.utility, self.draw.__name__))


def refined(*instance, utility):
    return [bought.place for bought in bos_plus(*instance, utility=utility)]


def shares(completion, utility):
    return partial(completed, completion=completion, utility=utility)


TWICE = [
    *(
        Twice("equal-shares", draw, shares(completion, utility), completion, utility)
        for completion in COMPLETIONS
        for draw, utility in [
            (approvals, "cost"),
            (approvals, "cardinality"),
            (points, "score"),
            (points, "cost"),
            (points_below_nought, "score"),
        ]
    ),
    *(
        Twice("equal-shares", draw, shares("none", utility), "none", utility)
        for draw in (nearly_tied, nearly_tied_points)
        for utility in ("cost", "cardinality", "score")
    ),
    *(Twice("greedy", draw, walk) for draw in (approvals, points, points_below_nought)),
    Twice("greedy-no-skip", approvals, partial(walk, no_skip=True)),
    *(Twice("greedy-per-cost", draw, partial(walk, per_cost=True)) for draw in (approvals, points)),
    *(Twice("phragmen", draw, phragmen) for draw in (approvals, nearly_tied)),
    *(
        Twice(rule, draw, partial(slow, utility=utility), utility=utility)
        for rule, slow in [("bos", bos), ("bos-plus", refined)]
        for draw, utility in [
            (approvals, "cost"),
            (approvals, "cardinality"),
            (points, "score"),
            (nearly_tied, "cost"),
            (nearly_tied_points, "score"),
        ]
    ),
]
COMPILED = [twice for twice in TWICE if twice.rule == "equal-shares" and twice.completion in KINDS]


def winners(instance, twice, kernel="numpy"):
    """The winners of the fast count, by their numbers."""
    outcome = count(
        by_id(*instance),
        twice.rule,
        twice.completion,
        utility=twice.utility,
        ties=FIRST_COMES_FIRST,
        kernel=kernel,
    )
    return [int(winner[1:]) for winner in outcome.winners]


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("twice", TWICE, ids=lambda twice: twice.name)
def test_the_slow_count_agrees(twice, block):
    for seed in range(block * EACH, (block + 1) * EACH):
        instance = twice.draw(seed)
        assert winners(instance, twice) == twice.slow(*instance), (seed, instance)


@pytest.mark.parametrize("twice", COMPILED, ids=lambda twice: twice.name)
def test_the_compiled_kernel_agrees(twice):
    pytest.importorskip("numba", reason="numba is missing; .ci/run installs it")
    for seed in range(EACH):
        instance = twice.draw(seed)
        assert winners(instance, twice, "numba") == twice.slow(*instance), (seed, instance)


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.parametrize("draw", [approvals, points])
def test_no_affordable_set_is_worth_more_than_the_best(draw, block):
    for seed in range(block * EACH, (block + 1) * EACH):
        costs, budget, ballots = draw(seed)
        outcome = count(by_id(costs, budget, ballots), "knapsack", ties=FIRST_COMES_FIRST)
        chosen = [int(winner[1:]) for winner in outcome.winners]
        assert sum(costs[p] for p in chosen) <= budget
        assert sum(score_of(ballots, p) for p in chosen) == best_score(costs, budget, ballots), seed
