"""The money in the voters' purses during equal shares: fast floats, and exact numbers on demand.

The floats carry a proven bound of their error. Exact values need no fractions per voter:
a purse is the endowment less the payments of the rounds its owner took part in, so the purse of a
whole group follows from a few whole numbers, the payments over one common denominator.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from civic.counting.election import Election, Indices

Floats = NDArray[np.float64]

UNIT = float(np.finfo(np.float64).eps)
ALIVE = np.iinfo(np.int32).max
_WORD = 64


class Purses:
    """Every distinct ballot's purse; a purse that is emptied below the price is dead for good."""

    def __init__(self, election: Election, endowment: Fraction) -> None:
        self.election = election
        self.endowment = endowment
        ballots = len(election.weights)
        self.weights: Floats = election.weights.astype(np.float64)
        self.money: Floats = np.full(ballots, float(endowment))
        self.slip = float(endowment) * UNIT
        self.bought: list[int] = []
        self._died = np.full(ballots, ALIVE, dtype=np.int32)
        self._paid: list[NDArray[np.uint64]] = []
        # Exact: endowment and payments as whole numbers over one denominator.
        self._denominator = endowment.denominator
        self._start = endowment.numerator
        self._payments: list[int] = []

    def pay(self, place: int, price: float, doubt: float, exact: Fraction | None = None) -> None:
        """Charge the supporters of a project at most `price` each, known to within `doubt`."""
        who = self.election.supporters[place]
        who = who[self._died[who] == ALIVE]
        slip = self.slip + doubt + UNIT * (float(self.endowment) + price)
        left = self.money[who] - price
        rich = left >= 0
        close = np.flatnonzero(np.abs(left) <= slip)
        if len(close):
            left[close] = self._exact_rest(who[close], exact or self.exact_price(place))
            rich[close] = left[close] >= 0
        this = len(self.bought)
        self.money[who] = np.where(rich, left, 0.0)
        self._died[who[~rich]] = this
        if this % _WORD == 0:
            self._paid.append(np.zeros(len(self.weights), dtype=np.uint64))
        self._paid[-1][who[rich]] |= np.uint64(1 << (this % _WORD))
        self.slip = slip
        self.bought.append(place)
        if self.slip > 1e-12 * float(self.endowment):
            self._start_afresh()

    def can_pay(self, place: int) -> bool:
        """Say whether the supporters of a project together hold its cost, exactly."""
        return self.exact_money(place) >= self.election.projects[place].cost

    def exact_price(self, place: int) -> Fraction:
        """The exact largest payment for a project that its supporters can pay for now."""
        self._settle()
        groups = sorted(self._groups(self._alive(place)))
        rest = self.election.projects[place].cost * self._denominator
        weight = sum(times for _, times in groups)
        for purse, times in groups:
            if purse * weight >= rest:
                return Fraction(rest, weight * self._denominator)
            rest -= purse * times
            weight -= times
        raise AssertionError("only a project that can be paid for has a price")

    def exact_money(self, place: int) -> Fraction:
        """What the supporters of a project hold together."""
        self._settle()
        return Fraction(self._total(self._alive(place), len(self.bought)), self._denominator)

    def exact_payments(self) -> list[Fraction]:
        """The most that one supporter paid, round by round."""
        self._settle()
        return [Fraction(paid, self._denominator) for paid in self._payments]

    def payers(self, turn: int) -> int:
        """How many voters paid something in this round (counted from nought)."""
        who = self.election.supporters[self.bought[turn]]
        who = who[self._died[who] >= turn]
        self._settle()
        return sum(times for purse, times in self._groups(who, before=turn) if purse > 0)

    def _alive(self, place: int) -> Indices:
        who = self.election.supporters[place]
        return who[self._died[who] == ALIVE]

    def _settle(self) -> None:
        """Work out exactly every payment that has only been made in floats so far."""
        for turn in range(len(self._payments), len(self.bought)):
            place = self.bought[turn]
            who = self.election.supporters[place]
            died = self._died[who]
            rich = int(self.election.weights[who[died > turn]].sum())
            rest = self.election.projects[place].cost * self._denominator
            rest -= self._total(who[died == turn], before=turn)
            factor = rich // gcd(rest, rich)
            self._denominator *= factor
            self._start *= factor
            self._payments = [paid * factor for paid in self._payments]
            self._payments.append(rest * factor // rich)

    def _total(self, who: Indices, before: int) -> int:
        """The exact sum of these purses before a round: endowments less what was paid till then."""
        weights = self.election.weights[who]
        total = self._start * int(weights.sum())
        for first in range(0, before, _WORD):
            turns = np.arange(min(_WORD, before - first), dtype=np.uint64)
            bits = (self._paid[first // _WORD][who][:, None] >> turns) & np.uint64(1)
            payers = (weights @ bits.astype(np.int64)).tolist()
            total -= sum(self._payments[first + turn] * times for turn, times in enumerate(payers))
        return total

    def _groups(self, who: Indices, before: int | None = None) -> Iterator[tuple[int, int]]:
        """The exact purses of these ballots before a round, with how many voters hold each."""
        before = len(self._payments) if before is None else before
        for history, times, _ in self._histories(who, before):
            yield self._start - sum(self._payments[turn] for turn in history), times

    def _histories(self, who: Indices, before: int) -> Iterator[tuple[list[int], int, Indices]]:
        """Group ballots by the rounds they paid in: rounds, voters, positions within `who`."""
        if not len(who):
            return
        words = (before + _WORD - 1) // _WORD
        paid = [self._paid[word][who] for word in range(words)]
        order = np.lexsort(paid) if paid else np.arange(len(who))
        changes = np.zeros(len(who), dtype=bool)
        changes[0] = True
        for word in paid:
            changes[1:] |= np.diff(word[order]) != 0
        starts = np.flatnonzero(changes)
        times = np.add.reduceat(self.election.weights[who][order], starts).tolist()
        members = np.split(order, starts[1:])
        for group, count in zip(members, times, strict=True):
            mask = sum(int(word[group[0]]) << (_WORD * i) for i, word in enumerate(paid))
            yield [turn for turn in range(before) if mask >> turn & 1], count, group

    def _exact_rest(self, who: Indices, price: Fraction) -> Floats:
        """What is left of these purses after the price, right to the last digit of a float."""
        self._settle()
        rest = np.zeros(len(who))
        for history, _, group in self._histories(who, len(self.bought)):
            purse = self._start - sum(self._payments[turn] for turn in history)
            rest[group] = float(Fraction(purse, self._denominator) - price)
        return rest

    def _start_afresh(self) -> None:
        """Work the floats out again from the exact payments, so that their error is small again."""
        alive = np.flatnonzero(self._died == ALIVE)
        money = np.full(len(alive), float(self.endowment))
        for turn, payment in enumerate(self.exact_payments()):
            bit = self._paid[turn // _WORD][alive] >> np.uint64(turn % _WORD) & np.uint64(1)
            money -= float(payment) * bit
        rounding = float(self.endowment) * UNIT * (2 * len(self.bought) + 2)
        # A purse with next to nothing must not look empty: who has nothing is known exactly.
        self.money[alive] = np.maximum(money, rounding)
        self.slip = 2 * rounding
