"""Bounded overspending (Papasotiropoulos and others, 2024), tried at every level that can be best.

Supporters pay for a part of a project at a price per worth; who still has money pays for the part
that is missing as well. Best is the lowest price for the largest part.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import NamedTuple

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


def loan_for(supporters, part, price):
    """How far one of them would go beyond the purse at most for this price and part."""
    return max(max(Fraction(0), min(b, part * price * w) / part - b) for b, w in supporters)


class Bought(NamedTuple):
    """A purchase of the refined form, with how many paid, the most of each, and the loan."""

    place: int
    payers: int
    most: int
    loan: int


def bos_plus(costs, budget, ballots, utility="cost", groups=()):
    """Every purchase of the refined form; of each group of projects one can be bought at most.

    Everybody gets a loan as large as the best offer needs, and plain equal shares buy with it.
    """
    holds = [Fraction(budget, max(1, len(ballots)))] * len(ballots)
    owes = [Fraction(0)] * len(ballots)
    worths = [[worth(utility, costs, ballot, p) for ballot in ballots] for p in range(len(costs))]
    waiting = set(range(len(costs)))
    bought = []
    while True:
        left = budget - sum(costs[sale.place] for sale in bought)
        waiting = {p for p in waiting if costs[p] <= left}
        offers = []
        for p in waiting:
            able = [(b, w) for b, w in zip(holds, worths[p], strict=True) if w]
            offer = best_offer(costs[p], able)
            if offer:
                offers.append((offer[0], *by_tie(costs, ballots, p), -offer[1], offer[2], able))
        if not offers:
            return bought
        *_, part, price, able = min(offers)
        loan = loan_for(able, part, price)
        lent = [max(Fraction(0), loan - owed) for owed in owes]
        purses = [b + more for b, more in zip(holds, lent, strict=True)]
        asked = []
        for p in waiting:
            able = [(purse, w) for purse, w in zip(purses, worths[p], strict=True) if w]
            full = rate(costs[p], able) if able else None
            if full is not None:
                asked.append((full, *by_tie(costs, ballots, p)))
        full, *_, winner = min(asked)
        paying = [w for purse, w in zip(purses, worths[winner], strict=True) if purse and w]
        bought.append(Bought(winner, len(paying), ceil(full * max(paying)), ceil(loan)))
        for v, purse in enumerate(purses):
            rest = purse - min(purse, full * worths[winner][v]) - lent[v]
            holds[v] = max(Fraction(0), rest)
            owes[v] += max(Fraction(0), -rest)
        waiting -= {winner, *(other for group in groups if winner in group for other in group)}
