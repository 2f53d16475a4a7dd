"""The money in the voters' purses during equal shares: fast floats with a proven bound of error.

Where the floats cannot tell, `exact_purses` is asked, which knows every purse exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from civic.counting.arithmetic.kernels import Floats, Kernel, Supporters
from civic.counting.ballots.election import Election, Indices
from civic.counting.rules.equal_shares.exact_purses import Purchase, Shares

UNIT = float(np.finfo(np.float64).eps)
# A purse with next to nothing must not look empty.
TINY = float(np.finfo(np.float64).tiny)
# Beyond this error of a purse, relative to the endowment, floats decide too little.
WORN = 1e-11
# Estimates are mostly nearer than is known beforehand: so much of their errors is not taken out.
LEFT_IN = WORN / 10


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
        # What was taken from whom at a price that was only estimated, and most points for it.
        self._estimates: list[tuple[int, float, float, Indices]] = []
        # The errors of estimates that were too small to be taken out, together.
        self._left_in = 0.0

    def pay(
        self,
        place: int,
        supporters: Supporters,
        price: float,
        doubt: float,
        exact: Fraction | None = None,
    ) -> None:
        """Charge the supporters of a project a price for each point, known to within `doubt`."""
        who, points = supporters.who, supporters.points
        most = 1.0 if points is None else float(points.max(initial=1))
        slip = self.slip + most * (doubt + 2 * UNIT * price) + UNIT * float(self.endowment)
        rich, poor, close = self.kernel.charge(self.money, supporters, price, slip)
        if len(close):
            payers = np.concatenate([rich, poor, close])
            exact = exact or self._exact_price(place, supporters, payers)
            # Those who have paid already must not have paid another price.
            more = float(exact) - price
            self.money[who[rich]] -= more if points is None else more * points[rich]
            price = float(exact)
            left = self._exact_rest(supporters, close, exact)
            self.money[who[close]] = np.maximum(left, 0.0)
            rich = np.concatenate([rich, close[left >= 0]])
            poor = np.concatenate([poor, close[left < 0]])
        paid = self._note(place, supporters, rich, who[poor])
        self._estimates.append((len(self.bought) - 1, price, most, paid))
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

    def _exact_price(self, place: int, supporters: Supporters, payers: Indices) -> Fraction:
        """The same while the supporters are being charged: their shares are as they were before."""
        points, cost = supporters.points, self.election.projects[place].cost
        given = None if points is None else points[payers].astype(np.int64)
        return self.shares.price(cost, supporters.who[payers], given)

    def exact_money(self, place: int) -> Fraction:
        """What the supporters of a project hold together."""
        who = self.election.supporters[place]
        return self.shares.money(who[self.money[who] > 0])

    def _exact_rest(self, supporters: Supporters, positions: Indices, price: Fraction) -> Floats:
        points = supporters.points
        given = None if points is None else points[positions].astype(np.int64)
        return self.shares.rest(supporters.who[positions], given, price)

    def _note(self, place: int, supporters: Supporters, rich: Indices, poor: Indices) -> Indices:
        """Put a round down; the ballots that paid the full price."""
        weights = self.election.weights
        everybody = len(rich) == len(supporters.who)
        who, points = supporters.who if everybody else supporters.who[rich], supporters.points
        voters = weights[who]
        paying = int(voters.sum())
        rights = paying if points is None else int(voters @ points[rich].astype(np.int64))
        cost = self.election.projects[place].cost
        self.shares.note(Purchase(cost, who, poor, rights, self._dense(place)))
        self.payers.append(paying + int(weights[poor].sum()))
        self.bought.append(place)
        return who

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
        for turn, estimate, most, who in self._estimates:
            error = float(prices[turn]) - estimate
            left_in = self._left_in + abs(error) * most
            if left_in <= LEFT_IN * float(self.endowment):
                self._left_in = left_in
                continue
            left = who[self.money[who] > 0]
            # Next to nothing is still something: who has nothing is known exactly.
            corrected = self.money[left] - error * self.shares.paid(left, turn)
            self.money[left] = np.maximum(corrected, TINY)
        self._estimates.clear()
        # In each round at most six roundings of numbers that are not above the endowment.
        self.slip = float(self.endowment) * UNIT * (6 * len(self.bought) + 2) + self._left_in
