"""Whether equal shares of every size within a range buy the same projects: a proof for each case.

All runs of the range, with shares from `low` to `high`, are gone through at once. What is known of
them is in which block of projects the next purchases lie, and for each project

* a floor: from now on no rate (price for a unit of utility) of it is lower,
* a ceiling, once its block has been found: it is bought at no higher rate. It is `full` where all
  supporters are certain to pay alike. Then the rate is known exactly, and so is who goes first in
  a tie with it: p comes after s if its floor is above the ceiling of s, or if the ceiling of s is
  full and p would come after it with full purses (by its rate or, at the same, by the tie rule).

Before the first block the floors are the rates with full purses. Let the runs have bought the same
blocks and nothing else. Then nobody holds more than `high` less the floors of all he supported in
them (or nothing), and nobody less than `low` less their ceilings. So:

(1) The rate at which the supporters pay for a project with the larger purses is a floor of it; if
    they cannot, it is never bought, as purses only get emptier.
(2) Let C be projects with rates that satisfy: the supporters of each p in C still pay for it at its
    rate after everybody has also paid for all others in C, at theirs, that do not come after p; and
    what is outside C comes after each of C. Then C is bought next, and the rates are ceilings.
    For, round by round: as long as p is not bought, its rate is not above its ceiling. (So it was
    until now, hence nothing was bought that comes after it, and all that was bought is taken from
    the smaller purses.) So what is bought next does not come after anything in C that is left: it
    lies in C. And no run ends while something in C has a rate.

If blocks can be found until all is bought that the last run bought, and nothing else can be paid
for, then every run of the range buys just that, in some order. The budget, and limits, do not stand
against it: they did not in the last run, and neither depends on the order.

All this is done in floats; (1) and (2) are relied on only where they hold by more than sums can be
wrong. Where nothing can be proven the runs are made one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import NamedTuple

import numpy as np

from civic.counting.arithmetic.kernels import NEAR, Floats, Supporters
from civic.counting.arithmetic.numpy_kernel import NumpyKernel
from civic.counting.terms.setting import Setting

# Sums of numbers above nought, of fewer than 10,000 projects: they are wrong by less than this.
SLACK = 1e-11
# A block that has not been found after so many attempts, or is larger than that, is given up.
ATTEMPTS, LARGEST = 20, 8


class Ceiling(NamedTuple):
    """A rate that is not exceeded; `full` if all supporters pay alike, whatever else is bought."""

    rate: float
    full: bool


NO_CEILING = Ceiling(inf, full=False)


def lasts(setting: Setting, bought: frozenset[int], low: float, high: float) -> bool:
    """Say whether it is proven that every run with shares from low to high buys exactly these."""
    runs = _Runs(setting, bought, low * (1 - SLACK), high * (1 + SLACK))
    while runs.wanted:
        block = runs.next_block()
        if block is None:
            return False
        runs.buy(block)
    return runs.are_over()


def _in_order(setting: Setting) -> list[int]:
    """The projects for sale as they would be taken with full purses."""
    by_tie = setting.ties.fresh().rank(setting.for_sale)
    return sorted(by_tie, key=lambda place: _full_rate(setting, place))


def _full_rate(setting: Setting, place: int) -> Fraction:
    points, rights = setting.support[place], setting.election.votes[place]
    if points is not None:
        who = setting.election.supporters[place]
        rights = int((setting.election.weights[who] * points).sum())
    return Fraction(setting.election.projects[place].cost, rights * setting.factors[place])


class _Runs:
    """All runs of a range after some blocks of purchases."""

    def __init__(self, setting: Setting, bought: frozenset[int], low: float, high: float) -> None:
        self._setting = setting
        self.wanted = set(bought)
        self._turn = {place: turn for turn, place in enumerate(_in_order(setting))}
        self._floor = {place: rate * (1 - NEAR) for place, rate in setting.lowest_rates.items()}
        self._is_fresh: set[int] = set()
        self._who = {place: setting.supporters_of(place) for place in setting.for_sale}
        # Nobody holds more, nobody less; below nought stands for nothing.
        self._most = np.full(len(setting.weights), high)
        self._least = np.full(len(setting.weights), low)

    def are_over(self) -> bool:
        """Say whether nothing more can be bought in any of the runs."""
        for place in list(self._floor):
            self._raise_floor(place)
        return not self._floor

    def buy(self, block: Mapping[int, Ceiling]) -> None:
        """Buy a block by its ceilings, and its floors."""
        for place, ceiling in block.items():
            who = self._who[place].who
            self._most[who] -= self._price(place, self._floor.pop(place)) * (1 - SLACK)
            self._least[who] -= self._price(place, ceiling.rate) * (1 + SLACK)
        self.wanted -= block.keys()
        self._is_fresh.clear()

    def next_block(self) -> Mapping[int, Ceiling] | None:
        """The next block with its ceilings; None where it could hold what was not bought."""
        block = self._cheapest()
        for _ in range(ATTEMPTS):
            if not block or NO_CEILING in block.values():
                return None
            joined = self._not_after(block)
            if not joined <= self.wanted or len(block) + len(joined) > LARGEST:
                return None
            block |= {place: self._ceiling(place, self._least) for place in joined}
            lifted = self._lifted(block) if len(block) > 1 else {}
            if not joined and not lifted:
                return block
            block |= lifted
        return None

    def _cheapest(self) -> dict[int, Ceiling]:
        """The project that is the cheapest for sure if it is bought next, with its ceiling."""
        place, best = -1, NO_CEILING
        for other in sorted(self.wanted & self._floor.keys(), key=self._floor.__getitem__):
            if self._floor[other] > best.rate:
                break
            self._raise_floor(other)
            ceiling = self._ceiling(other, self._least)
            if ceiling.full and best.full:
                is_first = self._turn[other] < self._turn[place]
            else:
                is_first = ceiling.rate < best.rate
            if is_first:
                place, best = other, ceiling
        return {place: best} if place >= 0 else {}

    def _not_after(self, block: Mapping[int, Ceiling]) -> set[int]:
        """The projects that do not come after all of a block."""
        rate = max(ceiling.rate for ceiling in block.values())
        found = set()
        for place in [place for place, floor in self._floor.items() if floor <= rate]:
            if place not in block and not self._is_after_all(place, block):
                self._raise_floor(place)
                if place in self._floor and not self._is_after_all(place, block):
                    found.add(place)
        return found

    def _is_after_all(self, place: int, block: Mapping[int, Ceiling]) -> bool:
        return all(self._is_after(place, each, ceiling) for each, ceiling in block.items())

    def _is_after(self, place: int, other: int, ceiling: Ceiling) -> bool:
        """Say whether a project comes after another that has this ceiling."""
        if ceiling.full and self._turn[other] < self._turn[place]:
            return True
        return self._floor[place] > ceiling.rate

    def _raise_floor(self, place: int) -> None:
        """Raise a floor to where (1) allows; what can never be bought has none any more."""
        if place in self._is_fresh:
            return
        self._is_fresh.add(place)
        money = np.maximum(self._most[self._who[place].who], 0.0)
        if self._raised(place, money, money) < 1 - 2 * SLACK:
            del self._floor[place]
            return
        higher = self._rate(place, money) * (1 - NEAR)
        most = self._price(place, higher)
        if higher > self._floor[place] and self._raised(place, money, most) < 1 - 2 * SLACK:
            self._floor[place] = higher

    def _ceiling(self, place: int, purses: Floats) -> Ceiling:
        """The ceiling of a project if it is bought with these purses; below nought is nothing."""
        money = np.maximum(purses[self._who[place].who], 0.0)
        full = self._price(place, self._setting.lowest_rates[place] * (1 + NEAR))
        if (money >= full).all():
            return Ceiling(self._setting.lowest_rates[place] * (1 + NEAR), full=True)
        rate = self._rate(place, money) * (1 + 2 * NEAR)
        if rate == inf or self._raised(place, money, self._price(place, rate)) < 1 + 2 * SLACK:
            return NO_CEILING
        return Ceiling(rate, full=False)

    def _lifted(self, block: Mapping[int, Ceiling]) -> dict[int, Ceiling]:
        """The ceilings for which (2) does not hold, lifted."""
        lifted = {}
        for place, ceiling in block.items():
            left = self._least.copy()
            for other, theirs in block.items():
                if other != place and not self._is_after(other, place, ceiling):
                    left[self._who[other].who] -= self._price(other, theirs.rate) * (1 + SLACK)
            needed = self._ceiling(place, left)
            if needed.rate > ceiling.rate or (ceiling.full and not needed.full):
                lifted[place] = needed
        return lifted

    def _raised(self, place: int, money: Floats, most: Floats) -> float:
        """The part of the cost that supporters raise, each with so much money and a limit."""
        weights = self._setting.weights[self._who[place].who]
        return float((weights * np.minimum(money, most)).sum()) / self._cost(place)

    def _rate(self, place: int, money: Floats) -> float:
        """About the rate at which supporters with so much money pay for a project."""
        who = self._who[place]
        supporters = Supporters(np.arange(len(money)), who.points)
        weights = self._setting.weights[who.who]
        level = NumpyKernel().level(money, weights, supporters, self._cost(place), 0.0)
        return level.price / self._setting.factors[place]

    def _price(self, place: int, rate: float) -> Floats:
        """What each supporter pays at a rate."""
        points, price = self._who[place].points, rate * self._setting.factors[place]
        return np.full(len(self._who[place].who), price) if points is None else price * points

    def _cost(self, place: int) -> int:
        return self._setting.election.projects[place].cost
