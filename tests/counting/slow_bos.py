"""Bounded overspending (Papasotiropoulos and others, 2024), tried at every level that can be best.

Supporters pay for a part of a project at a price per worth; who still has money pays for the part
that is missing as well. Best is the lowest price for the largest part.
"""

from __future__ import annotations

from fractions import Fraction

from tests.counting.slow_greedy import by_tie
from tests.counting.slow_shares import rate, worth


def part_paid(cost, supporters, level):
    """The part of the cost that supporters raise when nobody pays more than this per worth."""
    return min(Fraction(1), sum(min(purse, level * worth) for purse, worth in supporters) / cost)


def best_offer(cost, supporters):
    """The least price over part, with the price that goes with it; None if nobody has money."""
    levels = {purse / worth for purse, worth in supporters}
    full = rate(cost, supporters)
    offers = []
    for level in levels if full is None else {*levels, full}:
        part = part_paid(cost, supporters, level)
        if part and level:
            price = level / part
            offers.append((price / part, -part, price))
    return min(offers, default=None)


def bos(costs, budget, ballots, utility="cost"):
    """The winners in order; ties go to more votes, then lower cost, then first in the list."""
    if not ballots:
        return []
    purses = [Fraction(budget, len(ballots))] * len(ballots)
    worths = [[worth(utility, costs, ballot, p) for ballot in ballots] for p in range(len(costs))]
    bought = []
    while True:
        left = budget - sum(costs[p] for p in bought)
        offers = []
        for p, cost in enumerate(costs):
            able = [(purse, w) for purse, w in zip(purses, worths[p], strict=True) if w]
            offer = best_offer(cost, able) if p not in bought and cost <= left else None
            if offer:
                offers.append((offer[0], *by_tie(costs, ballots, p), offer[2]))
        if not offers:
            return bought
        *_, winner, price = min(offers)
        bought.append(winner)
        purses = [
            max(Fraction(0), purse - price * w)
            for purse, w in zip(purses, worths[winner], strict=True)
        ]
