"""Equal shares with bounded overspending (BOS): what is nearly affordable can be bought as well.

Every voter gets the same purse. A project whose supporters pay at most so much for a unit of
utility raises a part of its cost; bought is the project with the least price for the largest part
(price divided by part). Its supporters are charged the whole cost in the proportion in which they
raised the part; who holds less than that overspends and is left with nothing. Nothing is bought
that does not fit into the money that is left, so the budget is kept.

Only so many prices can be the best one for a project: those at which a supporter's purse is just
used up, and the one at which all is raised. Between them the price divided by the part rises and
then falls, so its least value stands at an end.

Source: Papasotiropoulos, Pishbin, Skibski, Skowron, Wąs, "Method of Equal Shares with Bounded
Overspending", EC 2025, arXiv 2409.15005.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np

from civic.counting.bounds import Bounded, TooCoarse
from civic.counting.kernels import Floats
from civic.counting.limits import Gate
from civic.counting.outcome import Round
from civic.counting.purses import UNIT
from civic.counting.reasons import Amount, Reason, too_dear
from civic.counting.run import Run, Story
from civic.counting.setting import Setting
from civic.counting.wallets import Payers, Wallets

BITS = 256
PERCENT = 100


@dataclass(frozen=True)
class Offer:
    """A project with the price of a point, the part of its cost raised, and price over part."""

    place: int
    price: Bounded
    part: Bounded
    rate: Bounded


@dataclass(frozen=True)
class Purchase:
    """What was bought: by how many, each charged so much at most, with so many percent missing."""

    place: int
    payers: int
    most: int
    missing: int
    left: int


def overspending(setting: Setting) -> Run:
    """Buy at the least price for the largest part until nothing fits or nobody holds anything."""
    voters = setting.election.voters
    share = Fraction(setting.budget, voters) if voters else Fraction(0)
    market, bits = _Market(setting, share, BITS), BITS
    while not market.sell():
        bits *= 2
        market = _Market(setting, share, bits)
    winners = [purchase.place for purchase in market.sold]
    return Run(winners, market.ties.broken, lambda: _story(setting, market), share)


class _Market:
    """The projects still for sale, each with a bound below which its rate cannot fall."""

    def __init__(self, setting: Setting, share: Fraction, bits: int) -> None:
        self.gate: Gate = setting.gate.fresh()
        self.ties = setting.ties.fresh()
        self.sold: list[Purchase] = []
        self._projects = setting.election.projects
        self._factor = setting.factors
        self._wallets = Wallets(setting.election, setting.support, share, bits)
        # Nobody pays less than where all pay alike; and purses only get emptier.
        self._bound = dict(setting.lowest_rates)

    def sell(self) -> bool:
        """Sell the best offer until there is none; say whether the bits sufficed to be certain."""
        try:
            while (offer := self._best()) is not None:
                self._sell(offer)
        except TooCoarse:
            return False
        return True

    def _sell(self, offer: Offer) -> None:
        payers = self._wallets.payers(offer.place)
        most = offer.price * int(payers.points.max())
        missing = (Bounded.of(1) - offer.part) * PERCENT
        self._wallets.charge(payers, offer.price)
        self.gate.take(offer.place)
        self.sold.append(
            Purchase(
                offer.place,
                int(payers.times.sum()),
                most.ceil(),
                missing.ceil(),
                self.gate.left,
            )
        )
        del self._bound[offer.place]
        self._bound = {
            place: bound
            for place, bound in self._bound.items()
            if self.gate.admits(place) and self.gate.fits(place)
        }

    def _best(self) -> Offer | None:
        """The offer with the least rate, exactly; None if nobody holds anything."""
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
        return self._choose(
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

    def _choose(self, offers: list[Offer]) -> Offer | None:
        """The least rate; of one project's the largest part, between projects by the tie rule."""
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
        return best[self.ties.pick(best)] if best else None


def _story(setting: Setting, market: _Market) -> Story:
    """Every purchase, and a reason for every project that took part."""
    election = setting.election
    rounds = []
    reasons = {}
    for number, sale in enumerate(market.sold, start=1):
        project, votes = election.projects[sale.place], election.votes[sale.place]
        rounds.append(Round(number, project.id, project.cost, votes, sale.left, payers=sale.payers))
        reasons[sale.place] = _won(number, sale)
    for place in set(setting.eligible) - set(reasons):
        reasons[place] = _lost(setting, market, place)
    return Story(rounds, reasons)


def _won(number: int, sale: Purchase) -> Reason:
    charged: dict[str, int | str | Amount] = {
        "round": number,
        "payers": sale.payers,
        "payment": Amount(sale.most),
    }
    if not sale.missing:
        return Reason("shares-won", charged)
    return Reason("overspent-won", {**charged, "percent": PERCENT - sale.missing})


def _lost(setting: Setting, market: _Market, place: int) -> Reason:
    """The first that stood against it: a limit, the budget, no votes, or too little left."""
    cost = setting.election.projects[place].cost
    if not market.gate.admits(place):
        return market.gate.closed[place]
    if cost > setting.budget:
        return too_dear(cost, setting.budget)
    if not setting.election.votes[place]:
        return Reason("no-votes", {})
    for number, sale in enumerate(market.sold, start=1):
        if sale.left < cost:
            left, missing = Amount(sale.left), Amount(cost - sale.left)
            return Reason("overspent-unfit", {"round": number, "left": left, "missing": missing})
    return Reason("overspent-lost", {})
