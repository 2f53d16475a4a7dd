"""The two loops of equal shares compiled by Numba, for large counts where it is installed."""

from __future__ import annotations

import numpy as np
from numba import njit

from civic.counting.election import Indices
from civic.counting.kernels import NEAR, PART, Floats, Level, Supporters, forget_empty

PAID, FELL_SHORT, UNSURE = 1, 0, 2
_ALL_ONES = np.empty(0, dtype=np.float64)


class NumbaKernel:
    """Both loops as machine code; the numbers they come to may differ in the last digits."""

    def level(
        self, money: Floats, weights: Floats, supporters: Supporters, cost: float, price: float
    ) -> Level:
        """The lowest price at which the supporters pay for a cost, up from a lower bound."""
        who, points = supporters.who, supporters.points
        found = _gather(money, weights, who, _ALL_ONES if points is None else points)
        size = len(found[0])
        if size < len(who):
            forget_empty(money, supporters)
        price, rich, safe, from_poor = _search(*found, float(cost), price)
        return Level(price, rich, safe, from_poor, size)

    def charge(
        self, money: Floats, supporters: Supporters, price: float, slip: float
    ) -> tuple[Indices, Indices, Indices]:
        """Take the price out of the purses: who paid, who fell short, and who may have."""
        points = _ALL_ONES if supporters.points is None else supporters.points
        sorts = _charge(money, supporters.who, points, price, slip)
        return (
            np.flatnonzero(sorts == PAID),
            np.flatnonzero(sorts == FELL_SHORT),
            np.flatnonzero(sorts == UNSURE),
        )


@njit(cache=True, nogil=True)
def _gather(money, weights, who, points):  # type: ignore[no-untyped-def]
    """The purses that hold something: their money, their rights, and what they can pay a point."""
    graded = len(points) > 0
    cash, rights, per_point = np.empty(len(who)), np.empty(len(who)), np.empty(len(who))
    kept = 0
    for position in range(len(who)):
        ballot = who[position]
        if money[ballot] > 0:
            given = points[position] if graded else 1.0
            cash[kept] = money[ballot] * weights[ballot]
            rights[kept] = weights[ballot] * given
            per_point[kept] = money[ballot] / given if graded else money[ballot]
            kept += 1
    return cash[:kept], rights[:kept], per_point[:kept]


@njit(cache=True, nogil=True)
def _search(cash, rights, per_point, cost, price):  # type: ignore[no-untyped-def]
    poor_before = -1
    while True:
        from_poor, rich, poor = _divided(cash, rights, per_point, price)
        if poor == len(cash):
            return np.inf, 0.0, 0.0, from_poor
        price = max(price, (cost - from_poor) / rich)
        if poor == poor_before:
            return price, rich, _able(rights, per_point, price * (1 + NEAR)), from_poor
        poor_before = poor


@njit(cache=True, nogil=True)
def _divided(cash, rights, per_point, price):  # type: ignore[no-untyped-def]
    """The money of those who cannot pay a price, the rights of those who can, the poor."""
    from_poor, rich, poor = 0.0, 0.0, 0
    for first in range(0, len(cash), PART):
        part_poor, part_rich = 0.0, 0.0
        for position in range(first, min(first + PART, len(cash))):
            if per_point[position] < price:
                part_poor += cash[position]
                poor += 1
            else:
                part_rich += rights[position]
        from_poor += part_poor
        rich += part_rich
    return from_poor, rich, poor


@njit(cache=True, nogil=True)
def _able(rights, per_point, price):  # type: ignore[no-untyped-def]
    able = 0.0
    for position in range(len(rights)):
        if per_point[position] >= price:
            able += rights[position]
    return able


@njit(cache=True, nogil=True)
def _charge(money, who, points, price, slip):  # type: ignore[no-untyped-def]
    graded = len(points) > 0
    sorts = np.empty(len(who), dtype=np.int8)
    for position in range(len(who)):
        ballot = who[position]
        left = money[ballot] - (price * points[position] if graded else price)
        if left > slip:
            money[ballot] = left
            sorts[position] = PAID
        elif left < -slip:
            money[ballot] = 0.0
            sorts[position] = FELL_SHORT
        else:
            sorts[position] = UNSURE
    return sorts
