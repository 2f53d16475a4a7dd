"""What supporters offer for a project of which they must raise the whole cost.

The price at which all is raised is the largest of all quotients (cost less what some supporters
hold) / (points of the others): whoever is counted among the poor pays no more than that is in the
purse. So floats find the few quotients that may be the largest, and those are settled exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

import numpy as np

from civic.counting.arithmetic.bounds import Bounded
from civic.counting.arithmetic.kernels import Floats
from civic.counting.rules.equal_shares.purses import UNIT
from civic.counting.rules.overspending.offers import Offer, least
from civic.counting.rules.overspending.wallets import APART, Payers, Wallets
from civic.counting.terms.setting import Setting

ALL = Bounded.of(1)


class _Estimate(NamedTuple):
    """The quotient of each group with those before it as the poor, and how wrong it may be."""

    place: int
    payers: Payers
    price: Floats
    doubt: Floats

    @property
    def low(self) -> float:
        return float((self.price - self.doubt).max())

    @property
    def high(self) -> float:
        return float((self.price + self.doubt).max())


def full_offers(setting: Setting, wallets: Wallets, places: Iterable[int]) -> list[Offer]:
    """The offers with the least rate among projects whose supporters hold the whole cost."""
    found: list[_Estimate] = []
    best = inf
    # Nobody pays less than where all pay alike.
    lowest, factors = setting.lowest_rates, setting.factors
    for place in sorted(places, key=lowest.__getitem__):
        if lowest[place] > best:
            break
        cost = setting.election.projects[place].cost
        estimate = _estimate(wallets, place, cost)
        if estimate is not None:
            found.append(estimate)
            best = min(best, estimate.high / factors[place])
    return least(
        _offer(wallets, setting.election.projects[each.place].cost, factors[each.place], each)
        for each in found
        if each.low / factors[each.place] <= best * (1 + 4 * UNIT)
    )


def _estimate(wallets: Wallets, place: int, cost: int) -> _Estimate | None:
    payers = wallets.payers(place)
    cash = wallets.cash(payers)
    # Sums of numbers above nought: their relative error is about half a unit for each of them;
    # and groups that floats cannot tell apart may stand in the wrong order.
    error = 8 * (len(cash) + 8) * UNIT + 4 * APART
    total = float(cash.sum())
    if total < cost * (1 - error):
        return None
    if total < cost * (1 + error) and wallets.together(payers).over(cost) < 0:
        return None
    poor = np.concatenate([[0.0], np.cumsum(cash)[:-1]])
    rich = np.cumsum(payers.rights[::-1])[::-1]
    return _Estimate(place, payers, (cost - poor) / rich, error * cost / rich)


def _offer(wallets: Wallets, cost: int, factor: int, estimate: _Estimate) -> Offer:
    levels = estimate.payers.level
    close = levels[estimate.price + estimate.doubt >= estimate.low]
    first = np.searchsorted(levels, close.min() * (1 - 2 * APART))
    last = np.searchsorted(levels, close.max() * (1 + 2 * APART), side="right")
    price = Bounded.of(0)
    for group in range(int(first), int(last)):
        poor, rich = wallets.split(estimate.payers, group)
        quotient = (Bounded.of(cost) - poor) / Bounded.of(rich)
        if quotient.over(price) > 0:
            price = quotient
    return Offer(estimate.place, price, ALL, price / Bounded.of(factor))
