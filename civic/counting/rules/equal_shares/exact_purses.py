"""What every purse holds in exact numbers, without a fraction per voter.

A purse is the endowment less the payments of the rounds in which its owner paid in full; who could
not pay in full has nothing left. A payment is the price of one point times the points given. So
the purse of a whole group of voters follows from a few whole numbers: the prices so far over one
common denominator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.election import Indices

Floats = NDArray[np.float64]
Traces = Sequence[NDArray[np.integer]]
_WORD = 64


class Purchase(NamedTuple):
    """One round: who paid in full, who gave all they had left, and how many points were paid for.

    `given` holds the points of every ballot for the project; None where they are all one.
    """

    cost: int
    rich: Indices
    poor: Indices
    rights: int
    given: Indices | None


class Group(NamedTuple):
    """Voters who hold the same and give a project as many points; `members` are positions."""

    purse: int
    points: int
    voters: int
    members: Indices


class Shares:
    """The exact purses of all ballots, worked out when somebody asks."""

    def __init__(self, weights: Indices, endowment: Fraction) -> None:
        self._weights = weights
        self._paid: list[NDArray[np.uint64]] = []
        self._given: list[Indices | None] = []
        self._pending: list[Purchase] = []
        self._denominator = endowment.denominator
        self._start = endowment.numerator
        self._prices: list[int] = []

    def note(self, purchase: Purchase) -> None:
        """Keep a round in mind; its price is worked out when it is needed."""
        turn = len(self._given)
        if turn % _WORD == 0:
            self._paid.append(np.zeros(len(self._weights), dtype=np.uint64))
        self._paid[-1][purchase.rich] |= np.uint64(1 << (turn % _WORD))
        self._given.append(purchase.given)
        self._pending.append(purchase)

    def prices(self) -> list[Fraction]:
        """The price of one point, round by round."""
        self._settle()
        return [Fraction(price, self._denominator) for price in self._prices]

    def money(self, who: Indices) -> Fraction:
        """What these ballots hold together, if none of them has been emptied."""
        self._settle()
        return Fraction(self._total(who, len(self._prices)), self._denominator)

    def price(self, cost: int, who: Indices, points: Indices | None) -> Fraction:
        """The lowest price of one point at which these ballots pay for a cost they can pay for."""
        self._settle()
        # From the purse that is used up first at a rising price to the one used up last.
        groups = sorted(
            self._groups(who, points), key=lambda group: Fraction(group.purse, group.points)
        )
        rest = cost * self._denominator
        rights = sum(group.points * group.voters for group in groups)
        for group in groups:
            if group.purse * rights >= rest * group.points:
                return Fraction(rest, rights * self._denominator)
            rest -= group.purse * group.voters
            rights -= group.points * group.voters
        raise AssertionError("only a project that can be paid for has a price")

    def rest(self, who: Indices, points: Indices | None, price: Fraction) -> Floats:
        """What a price leaves of these purses, right to the last digit of a float."""
        self._settle()
        rest = np.zeros(len(who))
        for group in self._groups(who, points):
            left = Fraction(group.purse, self._denominator) - price * group.points
            rest[group.members] = float(left)
        return rest

    def paid(self, who: Indices, turn: int) -> Indices:
        """For how many points each of these ballots paid in full in a round, or nought."""
        word = self._paid[turn // _WORD][who]
        bits = (word >> np.uint64(turn % _WORD) & np.uint64(1)).astype(np.int64)
        given = self._given[turn]
        return bits if given is None else bits * given[who]

    def _settle(self) -> None:
        """Work out the price of every round that has only been noted so far."""
        for cost, _, poor, rights, _ in self._pending:
            rest = cost * self._denominator - self._total(poor, before=len(self._prices))
            factor = rights // gcd(rest, rights)
            self._denominator *= factor
            self._start *= factor
            self._prices = [price * factor for price in self._prices]
            self._prices.append(rest * factor // rights)
        self._pending.clear()

    def _total(self, who: Indices, before: int) -> int:
        """The sum of these purses before a round: endowments less what was paid till then."""
        weights = self._weights[who].astype(np.float64)
        total = self._start * int(weights.sum())
        for first in range(0, before, _WORD):
            turns = range(first, min(first + _WORD, before))
            # Sums of whole numbers below 2 ** 53 are exact in floats too, and faster.
            times = (weights @ self._paid_in(who, turns)).tolist()
            total -= sum(map(mul, self._prices[first:before], map(int, times)))
        return total

    def _paid_in(self, who: Indices, turns: range) -> Floats:
        """For how many points each of these ballots (rows) paid in each round of one word."""
        word = self._paid[turns[0] // _WORD][who].astype("<u8")
        bits = np.unpackbits(word.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        matrix = bits[:, : len(turns)].astype(np.float64)
        for column, turn in enumerate(turns):
            given = self._given[turn]
            if given is not None:
                matrix[:, column] *= given[who]
        return matrix

    def _groups(self, who: Indices, points: Indices | None) -> Iterator[Group]:
        # Before the first round nothing tells voters apart.
        traces = self._traces(who, points) or [np.zeros(len(who), dtype=np.int64)]
        order, starts = _alike(traces)
        voters = np.add.reduceat(self._weights[who][order], starts).tolist()
        heads = order[starts]
        purses = [self._start] * len(heads)
        for turn, price in enumerate(self._prices):
            for group, paid in enumerate(self.paid(who[heads], turn).tolist()):
                purses[group] -= price * paid
        given = [1] * len(heads) if points is None else points[heads].tolist()
        members = np.split(order, starts[1:])
        yield from map(Group, purses, given, voters, members)

    def _traces(self, who: Indices, points: Indices | None) -> Traces:
        """What tells ballots apart: the rounds they paid in and for how many points."""
        if points is None:
            return [word[who] for word in self._paid]
        return [points, *(self.paid(who, turn) for turn in range(len(self._prices)))]


def _alike(traces: Traces) -> tuple[Indices, Indices]:
    """Bring equal rows together: the order, and where each group of equals begins in it."""
    order = np.lexsort(traces)
    changes = np.zeros(len(order), dtype=bool)
    changes[0] = True
    for trace in traces:
        changes[1:] |= np.diff(trace[order]) != 0
    return order, np.flatnonzero(changes)
