"""One run of the Method of Equal Shares with any additive utilities, decided exactly.

Every voter gets the same purse. Again and again the project is bought whose supporters pay the
least for a unit of utility. What a project is worth to a voter is the points given to it times a
factor that is the same for all voters: its cost (cost utility), or one (cardinality and score).
Floats do the searching; what is nearer than their proven error is settled in whole numbers.

Source: Peters, Pierczyński, Skowron, "Proportional Participatory Budgeting with Additive
Utilities", NeurIPS 2021 (there: Rule X).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from civic.counting.arithmetic.kernels import NEAR, PART, Level
from civic.counting.rules.equal_shares.purses import UNIT, Purses
from civic.counting.terms.limits import Gate
from civic.counting.terms.setting import Setting
from civic.counting.terms.ties import TieBreaker


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


def run_auction(
    setting: Setting, endowment: Fraction, expected: Sequence[int] = ()
) -> Auction | None:
    """Buy until nobody can pay for anything; nothing comes back once more than the budget is spent.

    Plain equal shares cannot overspend; only the larger purses of a completion can. If what is
    bought is as `expected`, say as in a run with nearly the same purses, it is found sooner.
    """
    market = _Market(setting, endowment, expected)
    while (quote := market.cheapest()) is not None:
        if not market.gate.fits(quote.place):
            return None
        market.buy(quote)
    return Auction(market.purses.bought, market.purses, market.gate, market.ties)


class _Market:
    """The projects still for sale, each with a bound below which its rate cannot fall."""

    def __init__(self, setting: Setting, endowment: Fraction, expected: Sequence[int]) -> None:
        self.election = setting.election
        self._expected = list(reversed(expected))
        # Once all is bought that was expected, the rest can mostly not be paid for.
        self._is_at_end = False
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
        for place in self._in_order():
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

    def _in_order(self) -> list[int]:
        """First what is expected to be bought; then, whatever that costs, by the lowest bounds."""
        order = sorted(self._bound, key=self._bound.__getitem__)
        while self._expected and self._expected[-1] not in self._bound:
            self._expected.pop()
            self._is_at_end = not self._expected
        if self._expected:
            order.remove(self._expected[-1])
            order.insert(0, self._expected[-1])
        return order

    def buy(self, quote: Quote) -> None:
        """Charge the supporters of a project; what cannot stand beside it leaves the market."""
        del self._bound[quote.place]
        supporters = self._who.pop(quote.place)
        self.purses.pay(quote.place, supporters, quote.price, quote.doubt, quote.exact)
        self.gate.take(quote.place)
        for place in self._bound.keys() & self.gate.closed.keys():
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
        if (loser := self._dearer(place, best)) is not None:
            return loser if loser.price < np.inf else None
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

    def _dearer(self, place: int, best: float) -> Quote | None:
        """A lower bound as a quote, if one look proves that a project is not the cheapest.

        Whoever is counted among the poor pays no more than is in the purse, and the rich pay the
        price: a price found for any poor and rich is not too high. It is infinite where all
        together fall short. Both are proven if the money of the poor is known well enough.
        """
        cost, factor = self.election.projects[place].cost, self._factor[place]
        price = best * factor * (1 + 8 * NEAR)
        if price == np.inf and not self._is_at_end:
            return None
        supporters = self._who[place]
        rich, from_poor = self.purses.kernel.glance(
            self.purses.money, self._weights, supporters, price
        )
        doubtful = self.purses.slip * self.election.votes[place]
        error = doubtful + _rounding(len(supporters.who), cost + from_poor)
        if not rich and cost - from_poor > error:
            return Quote(place, np.inf, 0.0, np.inf)
        if not rich or price * rich + from_poor >= cost:
            return None
        least = (cost - from_poor) / rich
        return Quote(place, least, 0.0, least / factor) if NEAR * least * rich > error else None

    def _error(self, level: Level, cost: int) -> float:
        """How far the money that the supporters pay at this price can be from the truth.

        Who can surely pay the price pays it, however full the purse really is: only the purses
        of the others matter, as long as no purse is in error by more than makes one of the other.
        """
        slip = self.purses.slip
        doubtful = level.unsafe if slip <= NEAR * level.price else level.voters
        return slip * doubtful + _rounding(level.size, cost + level.from_poor)

    def _exact(self, place: int) -> Quote | None:
        if not self.purses.can_pay(place):
            return None
        return self._exact_quote(place, self.purses.exact_price(place))

    def _exact_quote(self, place: int, price: Fraction) -> Quote:
        value = float(price)
        return Quote(place, value, UNIT * value, value / self._factor[place], price)


def _rounding(size: int, money: float) -> float:
    """How far the sums over so many purses can be wrong by rounding."""
    return 2 * (size / PART + PART + 8) * UNIT * money
