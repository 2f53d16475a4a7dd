"""The money in the voters' purses during equal shares: fast floats with a proven bound of error.

Where the floats cannot tell, `shares` is asked, which knows every purse exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from civic.counting.election import Election, Indices
from civic.counting.kernels import Floats, Kernel, Supporters, forget_empty
from civic.counting.shares import Purchase, Shares

UNIT = float(np.finfo(np.float64).eps)
# A purse with next to nothing must not look empty.
TINY = float(np.finfo(np.float64).tiny)
# Beyond this error of a purse, relative to the endowment, floats decide too little.
WORN = 1e-12


class Purses:
    """Every distinct ballot's purse; nought means empty for certain, everything else is not.

    No purse is further from the truth than `slip`.
    """

    def __init__(
        self,
        election: Election,
        support: Sequence[Indices | None],
        endowment: Fraction,
        kernel: Kernel,
    ) -> None:
        self.election = election
        self.support = support
        self.endowment = endowment
        self.kernel = kernel
        self.shares = Shares(election.weights, endowment)
        self.money: Floats = np.full(len(election.weights), float(endowment))
        self.slip = float(endowment) * UNIT
        self.bought: list[int] = []
        # How many voters paid something, round by round.
        self.payers: list[int] = []
        # What was taken from whom at a price that was only estimated.
        self._estimates: list[tuple[int, float, Indices]] = []

    def pay(
        self,
        place: int,
        supporters: Supporters,
        price: float,
        doubt: float,
        exact: Fraction | None = None,
    ) -> None:
        """Charge the supporters of a project a price for each point, known to within `doubt`."""
        forget_empty(self.money, supporters)
        who, points = supporters.who, supporters.points
        most = 1.0 if points is None else float(points.max(initial=1))
        slip = self.slip + most * (doubt + 2 * UNIT * price) + UNIT * float(self.endowment)
        rich, poor, close = self.kernel.charge(self.money, supporters, price, slip)
        if len(close):
            exact = exact or self._exact_price(place, supporters)
            # Those who have paid already must not have paid another price.
            more = float(exact) - price
            self.money[who[rich]] -= more if points is None else more * points[rich]
            price = float(exact)
            left = self._exact_rest(supporters, close, exact)
            self.money[who[close]] = np.maximum(left, 0.0)
            rich = np.concatenate([rich, close[left >= 0]])
            poor = np.concatenate([poor, close[left < 0]])
        self._note(place, supporters, rich, who[poor])
        self._estimates.append((len(self.bought) - 1, price, who[rich]))
        self.slip = slip
        if self.slip > WORN * float(self.endowment):
            self._correct()

    def can_pay(self, place: int) -> bool:
        """Say whether the supporters of a project together hold its cost, exactly."""
        return self.exact_money(place) >= self.election.projects[place].cost

    def exact_price(self, place: int) -> Fraction:
        """The exact price of one point of a project that its supporters can pay for now."""
        who, points = self.election.supporters[place], self.support[place]
        full = self.money[who] > 0
        cost = self.election.projects[place].cost
        return self.shares.price(cost, who[full], None if points is None else points[full])

    def _exact_price(self, place: int, supporters: Supporters) -> Fraction:
        """The same while the supporters are being charged: their shares are as they were before."""
        given = None if supporters.points is None else supporters.points.astype(np.int64)
        return self.shares.price(self.election.projects[place].cost, supporters.who, given)

    def exact_money(self, place: int) -> Fraction:
        """What the supporters of a project hold together."""
        who = self.election.supporters[place]
        return self.shares.money(who[self.money[who] > 0])

    def _exact_rest(self, supporters: Supporters, positions: Indices, price: Fraction) -> Floats:
        points = supporters.points
        given = None if points is None else points[positions].astype(np.int64)
        return self.shares.rest(supporters.who[positions], given, price)

    def _note(self, place: int, supporters: Supporters, rich: Indices, poor: Indices) -> None:
        weights = self.election.weights
        who, points = supporters.who[rich], supporters.points
        voters = weights[who]
        rights = voters if points is None else voters * points[rich].astype(np.int64)
        cost = self.election.projects[place].cost
        self.shares.note(Purchase(cost, who, poor, int(rights.sum()), self._dense(place)))
        self.payers.append(int(voters.sum() + weights[poor].sum()))
        self.bought.append(place)

    def _dense(self, place: int) -> Indices | None:
        """The points that every ballot gives a project; None where they are all one."""
        points = self.support[place]
        if points is None:
            return None
        given = np.zeros(len(self.money), dtype=np.int64)
        given[self.election.supporters[place]] = points
        return given

    def _correct(self) -> None:
        """Replace prices that were estimated by the exact ones, so that the error is small again.

        An estimate is as wrong as the purses of those were who could not pay in full: errors grow
        from round to round until they are taken out here.
        """
        prices = self.shares.prices()
        for turn, estimate, who in self._estimates:
            error = float(prices[turn]) - estimate
            left = who[self.money[who] > 0]
            # Next to nothing is still something: who has nothing is known exactly.
            corrected = self.money[left] - error * self.shares.paid(left, turn)
            self.money[left] = np.maximum(corrected, TINY)
        self._estimates.clear()
        # In each round at most six roundings of numbers that are not above the endowment.
        self.slip = float(self.endowment) * UNIT * (6 * len(self.bought) + 2)
