"""The voters' purses where supporters may pay for more than their share.

Voters who hold the same are one class, held once: in whole numbers of 1/2**`bits` between which
the money of the class lies, with its remainder (see `bounds`), and as the nearest float. Where
money was lent for a purchase, a class may owe some of it: then it holds less than nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from operator import itemgetter, mul

import numpy as np

from civic.counting.arithmetic.bounds import PRIME, Bounded, TooCoarse
from civic.counting.arithmetic.kernels import Floats
from civic.counting.ballots.election import Election, Indices

# A float of a purse is off by half of its last bit, and by what its bounds may be apart: far less.
NARROW = 60
# So two levels (money for a point) that differ by more than this are in their order in floats too.
APART = 1e-14
NOTHING = Bounded.of(0)
# Two whole numbers of the smallest part between which an amount lies, and its remainder.
Held = tuple[int, int, int]


@dataclass(frozen=True)
class Payers:
    """Supporters of one project by what they hold for each point, the poorest first.

    All of one group hold the same (`classes`) and give the project the same `points`; they are so
    many voters (`times`). `ballots` are their ballots and `group` says to which each belongs.
    """

    classes: Indices
    points: Indices
    times: Indices
    level: Floats
    ballots: Indices
    group: Indices

    @property
    def rights(self) -> Indices:
        """The points that each group gives altogether."""
        return self.times * self.points


class Wallets:
    """What every distinct ballot holds or owes; class 0 holds nothing."""

    def __init__(
        self,
        election: Election,
        support: Sequence[Indices | None],
        endowment: Fraction,
        bits: int,
    ) -> None:
        self._election = election
        self._support = support
        self._unit = 1 << bits
        self._class = np.ones(len(election.weights), dtype=np.int64)
        start = endowment * self._unit
        self._low = [0, floor(start)]
        self._high = [0, ceil(start)]
        self._rest = [0, Bounded.of(endowment).rest]
        self._money: Floats = np.array([0.0, float(endowment)])

    def payers(self, place: int) -> Payers:
        """The supporters of a project who hold anything."""
        who, points = self._election.supporters[place], self._support[place]
        alive = self._money[self._class[who]] > 0
        who = who[alive]
        given = np.ones(len(who), dtype=np.int64) if points is None else points[alive]
        span = int(given.max(initial=0)) + 1
        keys, group = np.unique(self._class[who] * span + given, return_inverse=True)
        classes, given = np.divmod(keys, span)
        # Whole numbers below 2 ** 53 are exact in the floats that `bincount` adds.
        times = np.bincount(group, weights=self._election.weights[who], minlength=len(keys))
        level = self._money[classes] / given
        order = np.argsort(level, kind="stable")
        place_in_order = np.empty_like(order)
        place_in_order[order] = np.arange(len(order))
        return Payers(
            classes[order],
            given[order],
            times[order].astype(np.int64),
            level[order],
            who,
            place_in_order[group],
        )

    def cash(self, payers: Payers) -> Floats:
        """What each group holds altogether."""
        return payers.times * self._money[payers.classes]

    def level(self, payers: Payers, group: int) -> Bounded:
        """What a voter of one group holds for each point."""
        return self.held(payers, group) / Bounded.of(int(payers.points[group]))

    def split(self, payers: Payers, group: int) -> tuple[Bounded, int]:
        """What those hold together whose level is below that of a group; and the others' points."""
        level = payers.level[group]
        first = int(np.searchsorted(payers.level, level * (1 - APART)))
        last = int(np.searchsorted(payers.level, level * (1 + APART), side="right"))
        below = np.arange(len(payers.level)) < first
        mine, points = self.held(payers, group), int(payers.points[group])
        for near in range(first, last):
            theirs = self.held(payers, near) * points
            below[near] = theirs.over(mine * int(payers.points[near])) < 0
        poor = self._total(payers.classes[below], payers.times[below])
        return poor, int(payers.rights[~below].sum())

    def lent(self, more: Bounded) -> Wallets:
        """The same with so much more for everybody; who owes as much or more holds nothing."""
        if more is NOTHING:
            return self
        purses = copy(self)
        purses._low, purses._high, purses._rest = ([0] * len(self._low) for _ in range(3))
        added = self._in_units(more)
        for class_ in np.unique(self._class).tolist():
            held = _certain(_sum(self._of(class_), added))
            if held[0] > 0:
                purses._low[class_], purses._high[class_], purses._rest[class_] = held
        purses._money = np.array([money / self._unit for money in purses._low])
        return purses

    def charge(self, payers: Payers, price: Bounded, lent: Bounded = NOTHING) -> None:
        """Take the price for each point out of the purses, or all where they hold less.

        What was lent to everybody for this purchase alone is used as well, and then it is owed.
        """
        low, high = floor(price.low * self._unit), ceil(price.high * self._unit)
        sure = payers.level >= float(price.low) * (1 - APART)
        debt = self._in_units(lent)
        empty = self._class_of(_certain((-debt[1], -debt[0], -debt[2])))
        after = np.full(len(payers.classes), empty, dtype=np.int64)
        for group in np.flatnonzero(sure).tolist():
            points = int(payers.points[group])
            paid = (-high * points, -low * points, -price.rest * points)
            left = _sum(self._of(int(payers.classes[group])), paid)
            if _certain(_sum(left, debt))[0] > 0:
                after[group] = self._class_of(_certain(left))
        new = self._low[len(self._money) :]
        self._money = np.append(self._money, [money / self._unit for money in new])
        self._class[payers.ballots] = after[payers.group]

    def _class_of(self, held: Held) -> int:
        """A new class for those who hold this, or that of the empty."""
        if held == (0, 0, 0):
            return 0
        for numbers, number in zip((self._low, self._high, self._rest), held, strict=True):
            numbers.append(number)
        return len(self._low) - 1

    def _of(self, class_: int) -> Held:
        return self._low[class_], self._high[class_], self._rest[class_]

    def _in_units(self, amount: Bounded) -> Held:
        return floor(amount.low * self._unit), ceil(amount.high * self._unit), amount.rest

    def together(self, payers: Payers) -> Bounded:
        """What all groups hold together."""
        return self._total(payers.classes, payers.times)

    def held(self, payers: Payers, group: int) -> Bounded:
        """What a voter of one group holds."""
        return self._total(payers.classes[group : group + 1], np.ones(1, dtype=np.int64))

    def _total(self, classes: Indices, times: Indices) -> Bounded:
        """The money of so many voters of each class."""
        if not len(classes):
            return Bounded.of(0)
        # One nothing more, so that `itemgetter` gives a tuple for a single class too.
        pick = itemgetter(0, *classes.tolist())
        voters = (0, *times.tolist())
        low, high, rest = (
            sum(map(mul, pick(numbers), voters)) for numbers in (self._low, self._high, self._rest)
        )
        return Bounded(Fraction(low, self._unit), Fraction(high, self._unit), rest % PRIME)


def _sum(one: Held, other: Held) -> Held:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _certain(held: Held) -> Held:
    """The same amount, known well enough for a float, or as nothing at all."""
    low, high, rest = held
    if low <= 0 <= high and rest % PRIME == 0:
        return 0, 0, 0
    if high - low > min(abs(low), abs(high)) >> NARROW:
        raise TooCoarse
    return low, high, rest % PRIME
