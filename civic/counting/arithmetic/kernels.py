"""The two loops in which equal shares spends its time, on whole arrays of NumPy.

`numba_kernel` holds the same two, compiled; it is used where Numba is installed and pays off.
Both only search: what they find is proven, or settled in whole numbers, by who calls them.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.election import Indices
from civic.counting.errors import N_, CountingError

Floats = NDArray[np.float64]

# Two prices this near, relatively, are compared exactly; every float price is proven to this much.
NEAR = 1e-9
# Sums are taken in parts of this size and then added up (as NumPy does by itself): the rounding of
# n parts of k numbers grows with n + k, not with n times k.
PART = 256
# Numba takes a second to be loaded: smaller elections are counted before it is there.
WORTH_COMPILING = 200_000
_NOBODY = np.empty(0, dtype=np.int64)
# As `sum` of an array, without a step between that takes as long as some hundred purses.
_sum = np.add.reduce


@dataclass
class Supporters:
    """The supporters of one project whose purses hold something, and the points they give it.

    `points` is None where everybody gives one.
    """

    who: Indices
    points: Floats | None


class Level(NamedTuple):
    """The price of one point, found by a search; infinite if all supporters together fall short.

    `rich` are the rights (voters times points) of those who pay it in full, `safe` of those who
    could pay NEAR more; `from_poor` is the money of those who cannot pay it. `unsafe` counts the
    voters who are not safe, `voters` all of them, and `size` the purses that were added up.
    """

    price: float
    rich: float
    safe: float
    from_poor: float
    unsafe: float
    voters: float
    size: int


class Kernel(Protocol):
    """What a kernel has to offer."""

    def level(
        self, money: Floats, weights: Floats, supporters: Supporters, cost: float, price: float
    ) -> Level:
        """The lowest price at which the supporters pay for a cost, up from a lower bound."""
        ...

    def glance(
        self, money: Floats, weights: Floats, supporters: Supporters, price: float
    ) -> tuple[float, float]:
        """The rights of those who can pay a price, and the money of those who cannot."""
        ...

    def charge(
        self, money: Floats, supporters: Supporters, price: float, slip: float
    ) -> tuple[Indices, Indices, Indices]:
        """Take the price out of the purses: who paid, who fell short, and who may have.

        The answers are positions among the supporters; who holds nothing is in none, and they hold
        until the next charge. The purses of the last group, to within
        `slip` as full as the price, are left alone.
        """
        ...


class NumpyKernel:
    """Both loops in NumPy: a few passes over the purses of the supporters."""

    def level(
        self, money: Floats, weights: Floats, supporters: Supporters, cost: float, price: float
    ) -> Level:
        """The lowest price at which the supporters pay for a cost, up from a lower bound.

        The poor only become more as the price rises, so the price has been found when they stay
        as many as before.
        """
        purses = money[supporters.who]
        if not purses.all():
            forget_empty(money, supporters)
            purses = money[supporters.who]
        who, points = supporters.who, supporters.points
        worth = weights[who]
        cash = purses * worth
        # What a purse can pay for each point decides who is poor.
        per_point = purses if points is None else purses / points
        rights = worth if points is None else worth * points
        voters = float(_sum(worth))
        # Rights are whole numbers: their sums are exact.
        all_rights = voters if points is None else float(_sum(rights))
        poor_before = -1
        while True:
            poor = (per_point < price).nonzero()[0]
            count = len(poor)
            from_poor = float(_sum(cash[poor])) if count else 0.0
            if count == len(who):
                return Level(np.inf, 0.0, 0.0, from_poor, voters, voters, len(who))
            rich = all_rights - float(_sum(rights[poor])) if count else all_rights
            # Rounding must not take it down again, or the search could go to and fro for ever.
            price = max(price, (cost - from_poor) / rich)
            if count == poor_before:
                unable = (per_point < price * (1 + NEAR)).nonzero()[0]
                unsafe = float(_sum(worth[unable]))
                safe = all_rights - float(_sum(rights[unable]))
                return Level(price, rich, safe, from_poor, unsafe, voters, len(who))
            poor_before = count

    def glance(
        self, money: Floats, weights: Floats, supporters: Supporters, price: float
    ) -> tuple[float, float]:
        """The rights of those who can pay a price, and the money of those who cannot."""
        who, points = supporters.who, supporters.points
        purses, worth = money[who], weights[who]
        poor = (purses < (price if points is None else price * points)).nonzero()[0]
        rights = worth if points is None else worth * points
        from_poor = float(_sum(purses[poor] * worth[poor]))
        # Rights are whole numbers: their sums are exact.
        rich = float(_sum(rights)) - float(_sum(rights[poor]))
        if 2 * len(poor) > len(who):
            forget_empty(money, supporters)
        return rich, from_poor

    def charge(
        self, money: Floats, supporters: Supporters, price: float, slip: float
    ) -> tuple[Indices, Indices, Indices]:
        """Take the price out of the purses: who paid, who fell short, and who may have."""
        who, points = supporters.who, supporters.points
        purses = money[who]
        left = purses - (price if points is None else price * points)
        rich = left > slip
        if rich.all():
            money[who] = left
            return np.arange(len(who)), _NOBODY, _NOBODY
        short = ~rich & (purses > 0)
        poor = short & (left < -slip)
        money[who[rich]] = left[rich]
        money[who[poor]] = 0.0
        return np.flatnonzero(rich), np.flatnonzero(poor), np.flatnonzero(short & ~poor)


def forget_empty(money: Floats, supporters: Supporters) -> None:
    """Leave out the supporters who have nothing any more."""
    full = money[supporters.who] > 0
    if not full.all():
        supporters.who = supporters.who[full]
        if supporters.points is not None:
            supporters.points = supporters.points[full]


def kernel_named(name: str | None, entries: int) -> Kernel:
    """The kernel to count so many entries with; without a name, the one that will be done first."""
    if name is None:
        name = "numba" if entries >= WORTH_COMPILING and find_spec("numba") else "numpy"
    if name == "numpy":
        return NumpyKernel()
    if name == "numba" and find_spec("numba"):
        from civic.counting.arithmetic.numba_kernel import NumbaKernel

        return NumbaKernel()
    raise CountingError(N_("Counting with %(kernel)s is not possible here."), kernel=name)
