from __future__ import annotations

import random

from civic.counting import Election, TieRule

FIRST_COMES_FIRST = TieRule(steps=("votes", "cost"))


def election_of(costs, budget, ballots):
    """An election from numbered projects; ballots name them by number."""
    projects = {f"p{place}": cost for place, cost in enumerate(costs)}
    return Election.of(projects, budget, [[f"p{place}" for place in b] for b in ballots])


def small_instance(seed):
    """Costs, a budget and ballots, drawn so that ties and exact thresholds are common."""
    draw = random.Random(seed)
    costs = [draw.choice([1, 2, 2, 3, 4, 6, 6, 12, 50]) for _ in range(draw.randint(1, 7))]
    voters = draw.randint(1, 14)
    per_voter = draw.choice([1, 1, 2, 3])
    budget = draw.choice([voters * per_voter, draw.randint(1, 40)])
    ballots = [
        sorted(draw.sample(range(len(costs)), draw.randint(0, len(costs)))) for _ in range(voters)
    ]
    return costs, budget, ballots


def large_instance(seed):
    """Money and voters of a real city: no small numbers for the floats to be lucky with."""
    draw = random.Random(seed)
    costs = [draw.randint(1_000, 90_000) for _ in range(12)]
    ballots = [draw.sample(range(12), draw.randint(1, 5)) for _ in range(150)]
    return costs, sum(costs) // 3, ballots
