"""One run of the Method of Equal Shares with any additive utilities, decided exactly.

Every voter gets the same purse. Again and again the project is bought whose supporters pay the
least for a unit of utility. What a project is worth to a voter is the points given to it times a
factor that is the same for all voters: its cost (cost utility), or one (cardinality and score).
Floats do the searching; what is nearer than their proven error is settled in whole numbers.

Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive
Utilities", NeurIPS 2021 (there: Rule X).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from civic.counting.kernels import NEAR, PART, Level
from civic.counting.limits import Gate
from civic.counting.purses import UNIT, Purses
from civic.counting.setting import Setting
from civic.counting.ties import TieBreaker


@dataclass(frozen=True)
class Quote:
    """The price of a point of a project: a float, its doubt, or exactly; `rate` is per utility."""

    place: int
    price: float
    doubt: float
    rate: float
    exact: Fraction | None = None


@dataclass(frozen=True)
class Auction:
    """One finished run: what was bought in which order, and the purses as they were left."""

    bought: list[int]
    purses: Purses
    gate: Gate
    ties: TieBreaker


def run_auction(setting: Setting, endowment: Fraction) -> Auction | None:
    """Buy until nobody can pay for anything; nothing comes back once more than the budget is spent.

    Plain equal shares cannot overspend; only the larger purses of a completion can.
    """
    market = _Market(setting, endowment)
    while (quote := market.cheapest()) is not None:
        if not market.gate.fits(quote.place):
            return None
        market.buy(quote)
    return Auction(market.purses.bought, market.purses, market.gate, market.ties)


class _Market:
    """The projects still for sale, each with a bound below which its rate cannot fall."""

    def __init__(self, setting: Setting, endowment: Fraction) -> None:
        self.election = setting.election
        self.ties = setting.ties.fresh()
        self.gate = setting.gate.fresh()
        self.purses = Purses(setting.election, setting.support, endowment, setting.kernel)
        self._weights = setting.weights
        self._factor = setting.factors
        self._who = {place: setting.supporters_of(place) for place in setting.for_sale}
        # With full purses all pay alike, and purses only get emptier.
        self._bound = dict(setting.lowest_rates)

    def cheapest(self) -> Quote | None:
        """The project that costs its supporters the least per utility, if they can pay for any."""
        quotes: list[Quote] = []
        best = np.inf
        for place in sorted(self._bound, key=self._bound.__getitem__):
            if self._bound[place] * (1 - 2 * NEAR) > best * (1 + 2 * NEAR):
                break
            quote = self._quote(place, best)
            if quote is None:
                del self._bound[place]
                continue
            self._bound[place] = quote.rate
            quotes.append(quote)
            best = min(best, quote.rate)
        return self._choose([q for q in quotes if q.rate * (1 - 2 * NEAR) <= best * (1 + 2 * NEAR)])

    def buy(self, quote: Quote) -> None:
        """Charge the supporters of a project; what cannot stand beside it leaves the market."""
        del self._bound[quote.place]
        supporters = self._who.pop(quote.place)
        self.purses.pay(quote.place, supporters, quote.price, quote.doubt, quote.exact)
        self.gate.take(quote.place)
        for place in [place for place in self._bound if not self.gate.admits(place)]:
            del self._bound[place]

    def _choose(self, near: list[Quote]) -> Quote | None:
        if len(near) <= 1:
            return near[0] if near else None
        exact = {quote.place: self._exactly(quote) for quote in near}
        rates = {place: price / self._factor[place] for place, price in exact.items()}
        lowest = min(rates.values())
        place = self.ties.pick([place for place, rate in rates.items() if rate == lowest])
        return self._exact_quote(place, exact[place])

    def _exactly(self, quote: Quote) -> Fraction:
        return quote.exact or self.purses.exact_price(quote.place)

    def _quote(self, place: int, best: float) -> Quote | None:
        """The price of a project, proven to be right within NEAR; exact where floats cannot be.

        The proof: were the price wrong by NEAR, those who pay it in full would pay together more
        than the error by which the money of all supporters can be wrong.
        """
        cost, factor = self.election.projects[place].cost, self._factor[place]
        bound = self._bound[place] * factor * (1 - NEAR)
        level = self.purses.kernel.level(
            self.purses.money, self._weights, self._who[place], cost, bound
        )
        error = self._error(level, cost)
        if level.price == np.inf:
            # All supporters together fall short; by how much is known well enough, or it is not.
            return None if cost - level.from_poor > error else self._exact(place)
        rate = level.price / factor
        in_the_running = rate * (1 - 2 * NEAR) <= best * (1 + 2 * NEAR)
        # Only who could win must be proven from above as well: by those who could pay more.
        safe = level.safe if in_the_running else level.rich
        if safe * NEAR * level.price <= error:
            return self._exact(place)
        if in_the_running and safe == level.rich and level.from_poor == 0:
            return self._exact_quote(place, Fraction(cost, int(level.rich)))
        return Quote(place, level.price, error / safe + 2 * UNIT * level.price, rate)

    def _error(self, level: Level, cost: int) -> float:
        """How far the money that the supporters pay at this price can be from the truth.

        Who can surely pay the price pays it, however full the purse really is: only the purses
        of the others matter, as long as no purse is in error by more than makes one of the other.
        """
        slip = self.purses.slip
        doubtful = level.unsafe if slip <= NEAR * level.price else level.voters
        rounding = 2 * (level.size / PART + PART + 8) * UNIT * (cost + level.from_poor)
        return slip * doubtful + rounding

    def _exact(self, place: int) -> Quote | None:
        if not self.purses.can_pay(place):
            return None
        return self._exact_quote(place, self.purses.exact_price(place))

    def _exact_quote(self, place: int, price: Fraction) -> Quote:
        value = float(price)
        return Quote(place, value, UNIT * value, value / self._factor[place], price)
