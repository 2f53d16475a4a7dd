"""Phragmén's method for budgets, voter by voter in fractions."""

from __future__ import annotations

from fractions import Fraction

from tests.counting.slow_greedy import by_tie, points_of


def phragmen(costs, budget, ballots):
    """Buy what raises the highest load least; stop when one of the next in line does not fit."""
    loads = [Fraction(0)] * len(ballots)
    bought = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            who = [v for v, ballot in enumerate(ballots) if points_of(ballot, p) > 0]
            if who and p not in bought and cost <= budget:
                load = (sum(loads[v] for v in who) + cost) / len(who)
                offers.append((load, *by_tie(costs, ballots, p)))
        spent = sum(costs[p] for p in bought)
        level = min(offers, default=(None,))[0]
        if not offers or any(spent + costs[o[-1]] > budget for o in offers if o[0] == level):
            return bought
        winner = min(offers)[-1]
        bought.append(winner)
        loads = [
            level if points_of(ballot, winner) > 0 else load
            for load, ballot in zip(loads, ballots, strict=True)
        ]
