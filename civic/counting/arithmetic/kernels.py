"""What the loops in which equal shares spends its time are given, and what they answer.

`numpy_kernel` has them on whole arrays, `numba_kernel` compiled; `kernel_named` of `choosing` takes
one. Both only search: what they find is proven, or settled in whole numbers, by who calls them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.election import Indices

Floats = NDArray[np.float64]

# Two prices this near, relatively, are compared exactly; every float price is proven to this much.
NEAR = 1e-9
# Sums are taken in parts of this size and then added up (as NumPy does by itself): the rounding of
# n parts of k numbers grows with n + k, not with n times k.
PART = 256


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


def forget_empty(money: Floats, supporters: Supporters) -> None:
    """Leave out the supporters who have nothing any more."""
    full = money[supporters.who] > 0
    if not full.all():
        supporters.who = supporters.who[full]
        if supporters.points is not None:
            supporters.points = supporters.points[full]
