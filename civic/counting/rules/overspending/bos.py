"""Equal shares with bounded overspending (BOS): what is nearly affordable can be bought as well.

Every voter gets the same purse. If nobody pays more than so much for a unit of utility, the
supporters of a project raise a part of its cost. They are charged the whole cost in the proportion
in which they raised that part, so the price of a unit is that limit divided by the part; who holds
less overspends and is left with nothing. Bought is the project with the least price divided by
its part. What does not fit into the money that is left is not for sale, so the budget is kept.

Source: Papasotiropoulos, Pishbin, Skibski, Skowron, Wąs, "Method of Equal Shares with Bounded
Overspending", EC 2025, arXiv 2409.15005.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from civic.counting.arithmetic.bounds import Bounded, TooCoarse
from civic.counting.rules.overspending.offers import Offer, Offers
from civic.counting.rules.overspending.wallets import Wallets
from civic.counting.terms.limits import Gate
from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Amount, Reason, too_dear
from civic.counting.terms.run import Run, Story
from civic.counting.terms.setting import Setting
from civic.counting.terms.ties import TieBreaker

BITS = 256
PERCENT = 100


@dataclass(frozen=True)
class Purchase:
    """What was bought: by how many, each charged so much at most, and what was left after it.

    So many percent of the cost were `missing`, or nobody went further `beyond` their share.
    """

    place: int
    payers: int
    most: int
    left: int
    missing: int = 0
    beyond: int = 0


class Market(Protocol):
    """One attempt to sell everything, with purses known to so many bits."""

    gate: Gate
    ties: TieBreaker
    sold: list[Purchase]

    def sell(self) -> bool:
        """Sell until there is nothing to sell; say whether the bits sufficed to be certain."""
        ...


def overspending(setting: Setting) -> Run:
    """Buy at the least price for the largest part until nothing fits or nobody holds anything."""
    return run_market(setting, _Market)


def run_market(setting: Setting, opened: Callable[[Setting, Fraction, int], Market]) -> Run:
    """Sell everything in a market, with twice the bits again and again until they suffice."""
    voters = setting.election.voters
    share = Fraction(setting.budget, voters) if voters else Fraction(0)
    market, bits = opened(setting, share, BITS), BITS
    while not market.sell():
        bits *= 2
        market = opened(setting, share, bits)
    winners = [purchase.place for purchase in market.sold]
    return Run(
        winners,
        market.ties.broken,
        lambda: _story(setting, market.gate, market.sold),
        share,
    )


class _Market:
    """One attempt to sell everything, with purses known to so many bits."""

    def __init__(self, setting: Setting, share: Fraction, bits: int) -> None:
        self.gate: Gate = setting.gate.fresh()
        self.ties = setting.ties.fresh()
        self.sold: list[Purchase] = []
        self._wallets = Wallets(setting.election, setting.support, share, bits)
        self._offers = Offers(setting, self._wallets)

    def sell(self) -> bool:
        """Sell the best offer until there is none; say whether the bits sufficed to be certain."""
        try:
            while best := {offer.place: offer for offer in self._offers.best()}:
                self._sell(best[self.ties.pick(best)])
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
                self.gate.left,
                missing.ceil(),
            )
        )
        self._offers.withdraw(offer.place)
        for place in list(self._offers.places):
            if not (self.gate.admits(place) and self.gate.fits(place)):
                self._offers.withdraw(place)


def _story(setting: Setting, gate: Gate, sold: Sequence[Purchase]) -> Story:
    """Every purchase, and a reason for every project that took part."""
    election = setting.election
    rounds = []
    reasons = {}
    for number, sale in enumerate(sold, start=1):
        project, votes = election.projects[sale.place], election.votes[sale.place]
        rounds.append(Round(number, project.id, project.cost, votes, sale.left, payers=sale.payers))
        reasons[sale.place] = _won(number, sale)
    for place in set(setting.eligible) - set(reasons):
        reasons[place] = gate.closed.get(place) or _lost(setting, sold, place)
    return Story(rounds, reasons)


def _won(number: int, sale: Purchase) -> Reason:
    charged: dict[str, int | str | Amount] = {
        "round": number,
        "payers": sale.payers,
        "payment": Amount(sale.most),
    }
    if sale.beyond:
        return Reason("overspent-beyond", {**charged, "beyond": Amount(sale.beyond)})
    if sale.missing:
        return Reason("overspent-won", {**charged, "percent": PERCENT - sale.missing})
    return Reason("shares-won", charged)


def _lost(setting: Setting, sold: Sequence[Purchase], place: int) -> Reason:
    """What stood against it, if no limit did: the budget, no votes, or too little left."""
    cost = setting.election.projects[place].cost
    if cost > setting.budget:
        return too_dear(cost, setting.budget)
    if not setting.election.votes[place]:
        return Reason("no-votes", {})
    for number, sale in enumerate(sold, start=1):
        if sale.left < cost:
            left, missing = Amount(sale.left), Amount(cost - sale.left)
            return Reason("overspent-unfit", {"round": number, "left": left, "missing": missing})
    return Reason("overspent-lost", {})
