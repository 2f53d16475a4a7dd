"""The two loops of equal shares compiled by Numba, for large counts where it is installed."""

from __future__ import annotations

import numpy as np
from numba import njit

from civic.counting.arithmetic.kernels import NEAR, PART, Floats, Level, Supporters, forget_empty
from civic.counting.ballots.election import Indices

# Below this share of full purses the empty ones are worth leaving out for good.
FEW_EMPTY = 0.8
_ALL_ONES = np.empty(0, dtype=np.float64)


class NumbaKernel:
    """Both loops as machine code; the numbers they come to may differ in the last digits."""

    def __init__(self) -> None:
        # Room for the purses that are looked at, the same for every search: four rows, each in one
        # piece, which is what lets several numbers be added up at a time.
        self._room: list[Floats] = [np.empty(0)] * 4
        # Room for the places of those who are charged: who paid, who fell short, who may have.
        self._sorts: list[Indices] = [np.empty(0, dtype=np.int64)] * 3

    def level(
        self, money: Floats, weights: Floats, supporters: Supporters, cost: float, price: float
    ) -> Level:
        """The lowest price at which the supporters pay for a cost, up from a lower bound."""
        who, points = supporters.who, supporters.points
        if len(self._room[0]) < len(who):
            self._room = [np.empty(2 * len(who)) for _ in range(4)]
        graded = _ALL_ONES if points is None else points
        size = _gather(money, weights, who, graded, *self._room)
        if size < FEW_EMPTY * len(who):
            forget_empty(money, supporters)
        found = _search(*(row[:size] for row in self._room), float(cost), price)
        price, rich, safe, from_poor, unsafe, voters = found
        return Level(price, rich, safe, from_poor, unsafe, voters, size)

    def glance(
        self, money: Floats, weights: Floats, supporters: Supporters, price: float
    ) -> tuple[float, float]:
        """The rights of those who can pay a price, and the money of those who cannot."""
        who, points = supporters.who, supporters.points
        graded = _ALL_ONES if points is None else points
        rich, from_poor = _glance(money, weights, who, graded, price)
        return rich, from_poor

    def charge(
        self, money: Floats, supporters: Supporters, price: float, slip: float
    ) -> tuple[Indices, Indices, Indices]:
        """Take the price out of the purses: who paid, who fell short, and who may have."""
        points = _ALL_ONES if supporters.points is None else supporters.points
        if len(self._sorts[0]) < len(supporters.who):
            self._sorts = [np.empty(2 * len(supporters.who), dtype=np.int64) for _ in range(3)]
        sizes = _charge(money, supporters.who, points, price, slip, *self._sorts)
        rich, poor, close = (row[:size] for row, size in zip(self._sorts, sizes, strict=True))
        return rich, poor, close


@njit(cache=True, nogil=True)
def _gather(money, weights, who, points, *found):  # type: ignore[no-untyped-def]
    """The purses that hold something: what each can pay a point, its rights, money and voters."""
    graded = len(points) > 0
    per_point, rights, cash, worth = found
    kept = 0
    for position in range(len(who)):
        ballot = who[position]
        held, voters = money[ballot], weights[ballot]
        given = points[position] if graded else 1.0
        per_point[kept] = held / given if graded else held
        rights[kept] = voters * given
        cash[kept] = held * voters
        worth[kept] = voters
        # An empty purse is written over by the next one.
        kept += held > 0
    return kept


# Sums may be taken in any order within a part: the bound of their rounding holds for every order.
@njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def _glance(money, weights, who, points, price):  # type: ignore[no-untyped-def]
    """The same sums as in `_divided`, at once and of a single price."""
    graded = len(points) > 0
    rich, from_poor = 0.0, 0.0
    size = len(who)
    for first in range(0, size, PART):
        part_rich, part_cash = 0.0, 0.0
        for position in range(first, min(first + PART, size)):
            ballot = who[position]
            held, voters = money[ballot], weights[ballot]
            given = points[position] if graded else 1.0
            is_poor = held < price * given
            part_rich += 0.0 if is_poor else voters * given
            part_cash += held * voters if is_poor else 0.0
        rich += part_rich
        from_poor += part_cash
    return rich, from_poor


@njit(cache=True, nogil=True)
def _search(*given):  # type: ignore[no-untyped-def]
    per_point, rights, cash, worth, cost, price = given
    poor_before = -1
    while True:
        poor, rich, from_poor = _divided(per_point, rights, cash, price)
        if poor == len(cash):
            voters = worth.sum()
            return np.inf, 0.0, 0.0, from_poor, voters, voters
        price = max(price, (cost - from_poor) / rich)
        if poor == poor_before:
            break
        poor_before = poor
    _, safe, unsafe = _divided(per_point, rights, worth, price * (1 + NEAR))
    return price, rich, safe, from_poor, unsafe, worth.sum()


# Sums may be taken in any order within a part: the bound of their rounding holds for every order.
@njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def _divided(per_point, rights, cash, price):  # type: ignore[no-untyped-def]
    """The number of those who cannot pay a price, the rights of those who can, money of the poor.

    Whole numbers would not be added up as many at a time, so the poor are counted in floats.
    """
    poor, rich, from_poor = 0.0, 0.0, 0.0
    size = len(cash)
    for first in range(0, size, PART):
        part_poor, part_rich, part_cash = 0.0, 0.0, 0.0
        for position in range(first, min(first + PART, size)):
            is_poor = per_point[position] < price
            part_poor += 1.0 if is_poor else 0.0
            part_rich += 0.0 if is_poor else rights[position]
            part_cash += cash[position] if is_poor else 0.0
        poor += part_poor
        rich += part_rich
        from_poor += part_cash
    return poor, rich, from_poor


@njit(cache=True, nogil=True)
def _charge(money, who, points, price, slip, *found):  # type: ignore[no-untyped-def]
    """Who paid, who fell short, and who may have: how many places are in each row."""
    graded = len(points) > 0
    paid, fell_short, unsure = found
    many, few, some = 0, 0, 0
    for position in range(len(who)):
        ballot = who[position]
        held = money[ballot]
        left = held - (price * points[position] if graded else price)
        if left > slip:
            money[ballot] = left
            paid[many] = position
            many += 1
        elif held > 0 and left < -slip:
            money[ballot] = 0.0
            fell_short[few] = position
            few += 1
        elif held > 0:
            unsure[some] = position
            some += 1
    return many, few, some
