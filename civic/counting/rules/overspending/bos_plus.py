"""Equal shares with bounded overspending, its refined form (BOS+): who overspends, pays it back.

Every voter gets the same purse, and nobody owes anything. Each round goes like this:

1. Among the projects that fit into the money left, the best offer of plain bounded overspending is
   found: a part of the cost that supporters raise, and a price for a unit of utility, with the
   least price divided by the part. Of two with the same the one for the larger part counts.
2. The loan is how far the charge of that offer would take one supporter at most beyond the purse.
   Charged is the price times the utility, or the purse divided by the part if that is less.
3. Everybody gets the loan for this round, less what is owed from earlier rounds, if that is less.
4. By plain equal shares, with these purses, the project is bought whose supporters can pay for all
   of it at the least price for a unit of utility. It need not be the project of the first step.
5. The loan is given back, as far as the purse goes; what is missing is owed. So nobody ever owes
   more than the largest loan, and what a voter holds less what is owed only falls.

The count ends when no project that fits has a supporter who holds anything. Where offers with
different loans are best, the first in a tie gives the loan; a tie is put on record only then.

Source: Papasotiropoulos, Pishbin, Skibski, Skowron, Wąs, "Method of Equal Shares with Bounded
Overspending", EC 2025, arXiv 2409.15005, Appendix C; the definition follows the research code that
its authors published (with `rescale`, their usual way to find the loan), without its tolerances.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from civic.counting.arithmetic.bounds import Bounded, TooCoarse
from civic.counting.rules.equal_shares.purses import UNIT
from civic.counting.rules.overspending.bos import Purchase, run_market
from civic.counting.rules.overspending.full_offers import full_offers
from civic.counting.rules.overspending.offers import Offer, Offers
from civic.counting.rules.overspending.wallets import NOTHING, Payers, Wallets
from civic.counting.terms.run import Run
from civic.counting.terms.setting import Setting


def overspending_plus(setting: Setting) -> Run:
    """Buy by equal shares with a loan in every round, just as large as the best offer needs."""
    return run_market(setting, _Market)


class _Market:
    """One attempt to sell everything, with purses known to so many bits."""

    def __init__(self, setting: Setting, share: Fraction, bits: int) -> None:
        self.gate = setting.gate.fresh()
        self.ties = setting.ties.fresh()
        self.sold: list[Purchase] = []
        self._setting = setting
        self._wallets = Wallets(setting.election, setting.support, share, bits)
        # Offers are made from what is held and not owed, so purses only get emptier there too.
        self._offers = Offers(setting, self._wallets)
        # A project whose supporters hold nothing may still be bought with a loan for another.
        self._open = list(setting.for_sale)

    def sell(self) -> bool:
        """Sell by equal shares until nothing is offered; say whether the bits sufficed."""
        try:
            while best := self._offers.best():
                self._sell(self._loan(best))
        except TooCoarse:
            return False
        return True

    def _loan(self, best: list[Offer]) -> Bounded:
        loans = {offer.place: self._beyond(offer) for offer in best}
        first = loans[best[0].place]
        if all(loan.over(first) == 0 for loan in loans.values()):
            return first
        return loans[self.ties.pick(loans)]

    def _beyond(self, offer: Offer) -> Bounded:
        """How far the charge for an offer takes one supporter at most beyond the purse."""
        if offer.part.low >= 1:
            return NOTHING
        payers = self._wallets.payers(offer.place)
        most = NOTHING
        for group in _farthest(payers, offer):
            held = self._wallets.held(payers, group)
            charged, limit = held / offer.part, offer.price * int(payers.points[group])
            beyond = (limit if limit.over(charged) < 0 else charged) - held
            if beyond.over(most) > 0:
                most = beyond
        return most

    def _sell(self, loan: Bounded) -> None:
        purses = self._wallets.lent(loan)
        offers = {o.place: o for o in full_offers(self._setting, purses, self._open)}
        offer = offers[self.ties.pick(offers)]
        payers = purses.payers(offer.place)
        most = offer.price * int(payers.points.max())
        self._wallets.charge(payers, offer.price, loan)
        self.gate.take(offer.place)
        self.sold.append(
            Purchase(
                offer.place,
                int(payers.times.sum()),
                most.ceil(),
                self.gate.left,
                beyond=loan.ceil(),
            )
        )
        self._open = [place for place in self._open if self.gate.could_take(place)]
        for place in set(self._offers.places) - set(self._open):
            self._offers.withdraw(place)


def _farthest(payers: Payers, offer: Offer) -> list[int]:
    """The groups that may go farthest beyond their purses, as far as floats can tell."""
    purses = payers.level * payers.points
    charged = np.minimum(purses / float(offer.part.low), float(offer.price.low) * payers.points)
    doubt = 16 * UNIT * (charged + purses)
    beyond = charged - purses
    close: list[int] = np.flatnonzero(beyond + doubt >= (beyond - doubt).max()).tolist()
    return close
