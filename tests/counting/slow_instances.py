"""Small elections drawn from a seed so that ties, exact thresholds and equal ballots are common."""

from __future__ import annotations

import random

from civic.counting import Election

COSTS = (1, 2, 2, 3, 4, 6, 6, 12, 50)


def by_id(costs, budget, ballots):
    """The election with these numbered projects, as the package takes it."""
    named = [
        {f"p{p}": points for p, points in ballot.items()}
        if isinstance(ballot, dict)
        else [f"p{p}" for p in ballot]
        for ballot in ballots
    ]
    return Election.of({f"p{p}": cost for p, cost in enumerate(costs)}, budget, named)


def approvals(seed):
    """Costs, a budget and ballots that approve."""
    draw = random.Random(seed)
    costs, budget, voters = _frame(draw)
    some = [_some(draw, costs) for _ in range(draw.randint(1, 5))]
    # Half of the voters vote as somebody else did: a ballot that counts several times.
    return (
        costs,
        budget,
        [
            list(draw.choice(some)) if draw.random() < 0.5 else _some(draw, costs)
            for _ in range(voters)
        ],
    )


def points(seed, lowest=1):
    """Costs, a budget and ballots that give points; below nought where `lowest` says so."""
    draw = random.Random(seed)
    costs, budget, ballots = approvals(seed)
    give = [given for given in (*range(lowest, 4), 6) if given]
    ballots = [{p: draw.choice(give) for p in ballot} for ballot in ballots]
    return costs, budget, [*ballots, *draw.choices(ballots, k=draw.randint(0, 4))]


def points_below_nought(seed):
    """The same with points against projects; but none is below nought when all are added up."""
    costs, budget, ballots = points(seed, lowest=-2)
    sums = [sum(ballot.get(p, 0) for ballot in ballots) for p in range(len(costs))]
    return costs, budget, [*ballots, {p: -lacking for p, lacking in enumerate(sums) if lacking < 0}]


def nearly_tied(seed):
    """Large costs that differ by a unit or not at all: what floats cannot tell apart for sure."""
    draw = random.Random(seed)
    about = draw.choice([10**6, 10**9 + 7, 10**12])
    costs = [about * draw.choice([1, 1, 1, 2]) + draw.randint(0, 2) for _ in range(8)]
    ballots = [_some(draw, costs) for _ in range(draw.randint(3, 12))]
    return costs, about * draw.randint(2, 5) + draw.randint(-1, 1), ballots


def nearly_tied_points(seed):
    """The same with points."""
    costs, budget, ballots = nearly_tied(seed)
    draw = random.Random(seed)
    return costs, budget, [{p: draw.randint(1, 3) for p in ballot} for ballot in ballots]


def _frame(draw):
    costs = [draw.choice(COSTS) for _ in range(draw.randint(1, 7))]
    voters = draw.randint(1, 14)
    budget = draw.choice([voters * draw.choice([1, 1, 2, 3]), draw.randint(1, 40)])
    return costs, budget, voters


def _some(draw, costs):
    return sorted(draw.sample(range(len(costs)), draw.randint(0, len(costs))))
