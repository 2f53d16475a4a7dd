"""The two loops of equal shares on whole arrays of NumPy."""

from __future__ import annotations

import numpy as np

from civic.counting.arithmetic.kernels import NEAR, Floats, Level, Supporters, forget_empty
from civic.counting.ballots.election import Indices

_NOBODY = np.empty(0, dtype=np.int64)
# As `sum` of an array, without a step between that takes as long as some hundred purses.
_sum = np.add.reduce


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
