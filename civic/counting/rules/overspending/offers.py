"""What supporters offer for a project when they may raise a part of its cost only.

Only so many limits (the most that anybody pays for a unit of utility) can be the best ones for a
project: those at which the purses of some are just used up, and the one at which all is raised. For
between two of them, where the poor raise P and each further unit of the limit raises R, the limit x
has the rate x / (P + R x)**2 times a constant, which rises and then falls: its least value stands
at an end. Floats find which limits may be the best; among those it is settled exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from civic.counting.arithmetic.bounds import Bounded
from civic.counting.arithmetic.kernels import Floats
from civic.counting.rules.equal_shares.purses import UNIT
from civic.counting.rules.overspending.wallets import Payers, Wallets
from civic.counting.terms.setting import Setting


@dataclass(frozen=True)
class Offer:
    """A project with the price of a point, the part of its cost raised, and its rate.

    The rate is the price of a unit of utility divided by the part.
    """

    place: int
    price: Bounded
    part: Bounded
    rate: Bounded


class Offers:
    """The projects still for sale, each with a bound below which its rate cannot fall."""

    def __init__(self, setting: Setting, wallets: Wallets) -> None:
        self._projects = setting.election.projects
        self._factor = setting.factors
        self._wallets = wallets
        # Nobody pays less than where all pay alike; and purses only get emptier.
        self._bound = dict(setting.lowest_rates)

    @property
    def places(self) -> Iterable[int]:
        """The projects for sale."""
        return self._bound.keys()

    def withdraw(self, place: int) -> None:
        """Take a project from the market."""
        del self._bound[place]

    def best(self) -> list[Offer]:
        """The offers with the least rate, one for each project that has it."""
        found: list[tuple[int, Payers, Floats]] = []
        best = inf
        for place in sorted(self._bound, key=self._bound.__getitem__):
            if self._bound[place] > best:
                break
            payers = self._wallets.payers(place)
            if not len(payers.classes):
                del self._bound[place]
                continue
            low, high = self._rates(place, payers)
            self._bound[place] = float(low.min())
            best = min(best, high)
            found.append((place, payers, low))
        return least(
            [
                self._offer(place, payers, group)
                for place, payers, low in found
                for group in np.flatnonzero(low <= best).tolist()
            ]
        )

    def _rates(self, place: int, payers: Payers) -> tuple[Floats, float]:
        """Floats below which no group's rate lies, and one above which the best of them is not.

        The rate of a group is that of the price at which its purses are just used up, or of the
        price at which all is raised, if that is reached on the way up from the group before.
        """
        cost = self._projects[place].cost
        # Sums of numbers above nought: their relative error is about half a unit for each of them.
        error = 8 * (len(payers.level) + 8) * UNIT
        poor = np.concatenate([[0.0], np.cumsum(self._wallets.cash(payers))[:-1]])
        rich = np.cumsum(payers.rights[::-1])[::-1]
        raised = poor + payers.level * rich
        # Beyond the first group at which all is raised for certain, nothing is better.
        end = 1 + int(np.searchsorted(raised[:-1], cost * (1 + error), side="right"))
        level, raised = payers.level[:end], raised[:end]
        rate = level / np.minimum(1, raised / cost) ** 2
        full = (cost - poor[:end]) / rich[:end]
        doubt = error * cost / rich[:end]
        before = np.concatenate([[0.0], level[:-1]])
        lowest = np.minimum(level, np.maximum(before, full - doubt))
        low = np.where(raised < cost * (1 - error), rate, lowest)
        highest = np.where(raised > cost * (1 + error), np.minimum(level, full + doubt), rate)
        factor = self._factor[place]
        return low * (1 - error) / factor, float(highest.min()) * (1 + error) / factor

    def _offer(self, place: int, payers: Payers, group: int) -> Offer:
        """The exact offer at one group's price, or where all is raised if that comes before."""
        cost, wallets = self._projects[place].cost, self._wallets
        level, raised = self._raised(payers, group)
        if raised.over(cost) < 0:
            part = raised / Bounded.of(cost)
            price = level / part
            return Offer(place, price, part, price / part / Bounded.of(self._factor[place]))
        while group and self._raised(payers, group - 1)[1].over(cost) >= 0:
            group -= 1
        poor, rich = wallets.split(payers, group)
        price = (Bounded.of(cost) - poor) / Bounded.of(rich)
        return Offer(place, price, Bounded.of(1), price / Bounded.of(self._factor[place]))

    def _raised(self, payers: Payers, group: int) -> tuple[Bounded, Bounded]:
        """What a group holds for a point, and what all raise if nobody pays more than that."""
        poor, rich = self._wallets.split(payers, group)
        level = self._wallets.level(payers, group)
        return level, poor + level * rich


def least(offers: Iterable[Offer]) -> list[Offer]:
    """The offers with the least rate; of one project's the one with the largest part."""
    best: dict[int, Offer] = {}
    for offer in offers:
        known = next(iter(best.values()), offer)
        over = offer.rate.over(known.rate)
        if over < 0:
            best = {}
        if over <= 0:
            same = best.setdefault(offer.place, offer)
            if offer.part.over(same.part) > 0:
                best[offer.place] = offer
    return list(best.values())
