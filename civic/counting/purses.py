"""The money in the voters' purses during equal shares: fast floats, and exact numbers on demand.

The floats carry a proven bound of their error. Exact values need no fractions per voter:
a purse is the endowment less the payments of the rounds its owner took part in, so the purse of a
whole group follows from a few whole numbers, the payments over one common denominator.
A payment is the price of one point times the points that the voter gives the project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from operator import mul

import numpy as np
from numpy.typing import NDArray

from civic.counting.election import Election, Indices
from civic.counting.kernels import Floats, Kernel, Supporters

UNIT = float(np.finfo(np.float64).eps)
ALIVE = np.iinfo(np.int32).max
# Beyond this error of a purse, relative to the endowment, floats decide too little.
WORN = 1e-12
_WORD = 64
Group = tuple[int, int, int]


class Purses:
    """Every distinct ballot's purse; a purse that is emptied below the price is dead for good."""

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
        ballots = len(election.weights)
        self.money: Floats = np.full(ballots, float(endowment))
        self.slip = float(endowment) * UNIT
        self.bought: list[int] = []
        self._died = np.full(ballots, ALIVE, dtype=np.int32)
        # Who paid in full and has exactly nothing left is alive, but pays no more from then on.
        self._spent = np.full(ballots, ALIVE, dtype=np.int32)
        self._paid: list[NDArray[np.uint64]] = []
        self._given: list[Indices | None] = []
        # Exact: endowment and prices as whole numbers over one denominator.
        self._denominator = endowment.denominator
        self._start = endowment.numerator
        self._prices: list[int] = []
        self._estimates: list[float] = []
        self._corrected = 0

    def pay(self, place: int, price: float, doubt: float, exact: Fraction | None = None) -> None:
        """Charge the supporters of a project `price` a point at most, known to within `doubt`."""
        alive = self._alive(place)
        who, points = self.election.supporters[place][alive], self._points(place, alive)
        most = 1 if points is None else int(points.max(initial=1))
        slip = self.slip + most * (doubt + 2 * UNIT * price) + UNIT * float(self.endowment)
        floats = None if points is None else points.astype(np.float64)
        rich, poor, close = self.kernel.charge(self.money, Supporters(who, floats), price, slip)
        if len(close):
            exact = exact or self.exact_price(place)
            more = (float(exact) - price) * (1 if floats is None else floats[rich])
            self.money[who[rich]] -= more
            price = float(exact)
            rest = self._exact_rest(place, alive[close], exact)
            self.money[who[close]] = np.maximum(rest, 0.0)
            self._spent[who[close[rest == 0]]] = len(self.bought)
            rich = np.concatenate([rich, close[rest >= 0]])
            poor = np.concatenate([poor, close[rest < 0]])
        self._note(place, who[rich], who[poor])
        self._estimates.append(price)
        self.slip = slip
        if self.slip > WORN * float(self.endowment):
            self._correct()

    def can_pay(self, place: int) -> bool:
        """Say whether the supporters of a project together hold its cost, exactly."""
        return self.exact_money(place) >= self.election.projects[place].cost

    def exact_price(self, place: int) -> Fraction:
        """The exact price of one point of a project that its supporters can pay for now."""
        self._settle()
        # From the purse that is used up first at a rising price to the one used up last.
        groups = sorted(
            self._groups(place, self._alive(place)),
            key=lambda group: Fraction(group[0], group[1]),
        )
        rest = self.election.projects[place].cost * self._denominator
        weight = sum(points * times for _, points, times in groups)
        for purse, points, times in groups:
            if purse * weight >= rest * points:
                return Fraction(rest, weight * self._denominator)
            rest -= purse * times
            weight -= points * times
        raise AssertionError("only a project that can be paid for has a price")

    def exact_money(self, place: int) -> Fraction:
        """What the supporters of a project hold together."""
        self._settle()
        who = self.election.supporters[place][self._alive(place)]
        return Fraction(self._total(who, len(self.bought)), self._denominator)

    def exact_prices(self) -> list[Fraction]:
        """The price of one point, round by round."""
        self._settle()
        return [Fraction(price, self._denominator) for price in self._prices]

    def payers(self, turn: int) -> int:
        """How many voters paid something in this round (counted from nought)."""
        who = self.election.supporters[self.bought[turn]]
        paid = (self._died[who] >= turn) & (self._spent[who] >= turn)
        return int(self.election.weights[who[paid]].sum())

    def _alive(self, place: int) -> Indices:
        """The positions, among the supporters of a project, of those who hold anything."""
        return np.flatnonzero(self._died[self.election.supporters[place]] == ALIVE)

    def _points(self, place: int, positions: Indices) -> Indices | None:
        points = self.support[place]
        return None if points is None else points[positions]

    def _note(self, place: int, rich: Indices, poor: Indices) -> None:
        turn = len(self.bought)
        self._died[poor] = turn
        if turn % _WORD == 0:
            self._paid.append(np.zeros(len(self.money), dtype=np.uint64))
        self._paid[-1][rich] |= np.uint64(1 << (turn % _WORD))
        self._given.append(self._dense(place))
        self.bought.append(place)

    def _dense(self, place: int) -> Indices | None:
        """The points that every ballot gives a project; None where they are all one."""
        points = self.support[place]
        if points is None:
            return None
        given = np.zeros(len(self.money), dtype=np.int64)
        given[self.election.supporters[place]] = points
        return given

    def _settle(self) -> None:
        """Work out exactly every price that has only been paid in floats so far."""
        for turn in range(len(self._prices), len(self.bought)):
            place = self.bought[turn]
            who = self.election.supporters[place]
            died = self._died[who]
            rights = self.election.weights[who]
            points = self.support[place]
            rich = int((rights if points is None else rights * points)[died > turn].sum())
            rest = self.election.projects[place].cost * self._denominator
            rest -= self._total(who[died == turn], before=turn)
            factor = rich // gcd(rest, rich)
            self._denominator *= factor
            self._start *= factor
            self._prices = [price * factor for price in self._prices]
            self._prices.append(rest * factor // rich)

    def _total(self, who: Indices, before: int) -> int:
        """The exact sum of these purses before a round: endowments less what was paid till then."""
        weights = self.election.weights[who].astype(np.float64)
        total = self._start * int(weights.sum())
        for first in range(0, before, _WORD):
            turns = range(first, min(first + _WORD, before))
            # Sums of whole numbers below 2 ** 53 are exact in floats too, and faster.
            times = (weights @ self._paid_matrix(who, turns)).tolist()
            total -= sum(map(mul, self._prices[first:before], map(int, times)))
        return total

    def _paid_matrix(self, who: Indices, turns: range) -> Floats:
        """For how many points each of these ballots (rows) paid in each round of one word."""
        word = self._paid[turns[0] // _WORD][who].astype("<u8")
        bits = np.unpackbits(word.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        matrix = bits[:, : len(turns)].astype(np.float64)
        for column, turn in enumerate(turns):
            given = self._given[turn]
            if given is not None:
                matrix[:, column] *= given[who]
        return matrix

    def _paid_points(self, who: Indices, turn: int) -> Indices:
        """For how many points each of these ballots paid in a round; nought where it did not."""
        word = self._paid[turn // _WORD][who]
        bits = (word >> np.uint64(turn % _WORD) & np.uint64(1)).astype(np.int64)
        given = self._given[turn]
        return bits if given is None else bits * given[who]

    def _groups(self, place: int, positions: Indices, before: int | None = None) -> Iterator[Group]:
        """Supporters of a project by exact purse before a round: purse, points given, voters."""
        before = len(self._prices) if before is None else before
        for purse, points, times, _ in self._histories(place, positions, before):
            yield purse, points, times

    def _histories(
        self, place: int, positions: Indices, before: int
    ) -> Iterator[tuple[int, int, int, Indices]]:
        """Group supporters by the rounds they paid in: as `_groups`, with members' positions."""
        if not len(positions):
            return
        who = self.election.supporters[place][positions]
        points = self._points(place, positions)
        # Before the first round nothing tells them apart.
        traces = self._traces(who, points, before) or [np.zeros(len(who), dtype=np.int64)]
        order, starts = _alike(traces)
        times = np.add.reduceat(self.election.weights[who][order], starts).tolist()
        first = who[order[starts]]
        purses = [self._start] * len(first)
        for turn, price in enumerate(self._prices[:before]):
            for group, paid in enumerate(self._paid_points(first, turn).tolist()):
                purses[group] -= price * paid
        given = [1] * len(first) if points is None else points[order[starts]].tolist()
        yield from zip(purses, given, times, np.split(order, starts[1:]), strict=True)

    def _traces(
        self, who: Indices, points: Indices | None, before: int
    ) -> list[NDArray[np.integer]]:
        """What tells ballots apart: the rounds they paid in, for how many points, and for what."""
        traces: list[NDArray[np.integer]] = [] if points is None else [points]
        if points is None:
            traces += [self._paid[word][who] for word in range((before + _WORD - 1) // _WORD)]
        else:
            traces += [self._paid_points(who, turn) for turn in range(before)]
        return traces

    def _exact_rest(self, place: int, positions: Indices, price: Fraction) -> Floats:
        """What is left of these purses after the price, right to the last digit of a float."""
        self._settle()
        rest = np.zeros(len(positions))
        groups = self._histories(place, positions, len(self.bought))
        for purse, points, _, members in groups:
            rest[members] = float(Fraction(purse, self._denominator) - price * points)
        return rest

    def _correct(self) -> None:
        """Replace prices that were estimated by the exact ones, so that the error is small again.

        An estimate is wrong by up to as much as the purses were: errors double with every round,
        until they are taken out here.
        """
        self._settle()
        for turn in range(self._corrected, len(self.bought)):
            exact = float(Fraction(self._prices[turn], self._denominator))
            who = self.election.supporters[self.bought[turn]]
            who = who[(self._died[who] == ALIVE) & (self._spent[who] == ALIVE)]
            error = (exact - self._estimates[turn]) * self._paid_points(who, turn)
            # A purse with next to nothing must not look empty: who has nothing is known exactly.
            self.money[who] = np.maximum(self.money[who] - error, np.finfo(np.float64).tiny)
        self._corrected = len(self.bought)
        # In each round at most six roundings of numbers that are not above the endowment.
        self.slip = float(self.endowment) * UNIT * (6 * len(self.bought) + 2)


def _alike(traces: Sequence[NDArray[np.integer]]) -> tuple[Indices, Indices]:
    """Bring equal rows together: the order, and where each group of equals begins in it."""
    order = np.lexsort(list(traces))
    changes = np.zeros(len(order), dtype=bool)
    changes[0] = True
    for trace in traces:
        changes[1:] |= np.diff(trace[order]) != 0
    return order, np.flatnonzero(changes)
