"""One run of the Method of Equal Shares with cost utilities, decided exactly.

Every voter gets the same purse. Again and again the project with the most effective votes is
bought: the one whose supporters can pay for it with the smallest largest payment per unit of cost.
Floats do the searching; what is nearer than their proven error is settled in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from civic.counting.election import Election, Indices
from civic.counting.purses import UNIT, Floats, Purses
from civic.counting.ties import TieBreaker

# Two prices this near, relatively, are compared exactly; every float price is proven to this much.
NEAR = 1e-9


@dataclass(frozen=True)
class Quote:
    """What a project would cost each supporter at most: a float, its doubt, or the exact price."""

    place: int
    price: float
    doubt: float
    per_cost: float
    exact: Fraction | None = None


@dataclass(frozen=True)
class Auction:
    """One finished run: what was bought in which order, and the purses as they were left."""

    bought: list[int]
    spent: int
    purses: Purses
    ties: TieBreaker


def run_auction(
    election: Election, eligible: Sequence[int], endowment: Fraction, ties: TieBreaker
) -> Auction | None:
    """Buy until nobody can pay for anything; nothing comes back once more than the budget is spent.

    Plain equal shares cannot overspend; only the larger purses of a completion can.
    """
    market = _Market(election, eligible, endowment, ties)
    spent = 0
    while (quote := market.cheapest()) is not None:
        spent += election.projects[quote.place].cost
        if spent > election.budget:
            return None
        market.buy(quote)
    return Auction(market.purses.bought, spent, market.purses, ties)


class _Market:
    """The projects still for sale, each with a bound that its price per cost cannot fall below."""

    def __init__(
        self, election: Election, eligible: Sequence[int], endowment: Fraction, ties: TieBreaker
    ) -> None:
        self.election = election
        self.ties = ties
        self.purses = Purses(election, endowment)
        self._who = {place: election.supporters[place] for place in eligible}
        # With full purses a price per cost is one over the votes, and purses only get emptier.
        self._bound = {
            place: 1 / election.votes[place] for place in eligible if election.votes[place]
        }

    def cheapest(self) -> Quote | None:
        """The project with the most effective votes that its supporters can pay for."""
        quotes: list[Quote] = []
        best = float("inf")
        for place in sorted(self._bound, key=self._bound.__getitem__):
            if self._bound[place] * (1 - 2 * NEAR) > best * (1 + 2 * NEAR):
                break
            quote = self._quote(place, best)
            if quote is None:
                del self._bound[place]
                continue
            self._bound[place] = quote.per_cost
            quotes.append(quote)
            best = min(best, quote.per_cost)
        return self._choose(
            [q for q in quotes if q.per_cost * (1 - 2 * NEAR) <= best * (1 + 2 * NEAR)]
        )

    def buy(self, quote: Quote) -> None:
        """Take the project off the market and charge its supporters."""
        del self._bound[quote.place]
        self.purses.pay(quote.place, quote.price, quote.doubt, quote.exact)

    def _choose(self, near: list[Quote]) -> Quote | None:
        if len(near) <= 1:
            return near[0] if near else None
        exact = {quote.place: self._exactly(quote) for quote in near}
        per_cost = {
            place: price / self.election.projects[place].cost for place, price in exact.items()
        }
        lowest = min(per_cost.values())
        place = self.ties.pick([place for place, value in per_cost.items() if value == lowest])
        return _exact_quote(place, exact[place], self.election)

    def _exactly(self, quote: Quote) -> Fraction:
        return quote.exact or self.purses.exact_price(quote.place)

    def _quote(self, place: int, best: float) -> Quote | None:
        """The price of a project, proven to be right within NEAR; exact where floats cannot be.

        The proof: were the price wrong by NEAR, those who pay it in full would pay together more
        than the error by which the money of all supporters can be wrong.
        """
        money, weights = self._purses_of(place)
        cost = self.election.projects[place].cost
        price, rich, from_poor = _water_level(
            money, weights, cost, self._bound[place] * cost * (1 - NEAR)
        )
        total = float(weights.sum())
        error = self.purses.slip * total + 2 * (len(money) + 2) * UNIT * (cost + from_poor)
        if price is None:
            # All supporters together fall short; by how much is known well enough, or it is not.
            return None if cost - from_poor > error else self._exact(place)
        per_cost = price / cost
        safe = rich
        in_the_running = per_cost * (1 - 2 * NEAR) <= best * (1 + 2 * NEAR)
        if in_the_running:
            # Only who could win must be proven from above as well: by those who could pay more.
            safe = float(weights[money >= price * (1 + NEAR)].sum())
        if safe * NEAR * price <= error:
            return self._exact(place)
        if in_the_running and safe == rich and from_poor == 0:
            return _exact_quote(place, Fraction(cost, int(rich)), self.election)
        return Quote(place, price, error / safe + 2 * UNIT * price, per_cost)

    def _exact(self, place: int) -> Quote | None:
        if not self.purses.can_pay(place):
            return None
        return _exact_quote(place, self.purses.exact_price(place), self.election)

    def _purses_of(self, place: int) -> tuple[Floats, Floats]:
        """The purses that still hold something, and how many voters hold each."""
        who: Indices = self._who[place]
        money = self.purses.money[who]
        full = money > 0
        if not full.all():
            who, money = who[full], money[full]
            self._who[place] = who
        return money, self.purses.weights[who]


def _exact_quote(place: int, price: Fraction, election: Election) -> Quote:
    value = float(price)
    return Quote(place, value, UNIT * value, value / election.projects[place].cost, price)


def _water_level(
    money: Floats, weights: Floats, cost: int, price: float
) -> tuple[float | None, float, float]:
    """The largest payment when all pay the same or all they have, up from any lower bound.

    Also the weight of those who can pay it and the money of those who cannot. The poor only
    become more as the price rises, so the price has been found when they stay as many as before.
    """
    poor_before = -1
    while True:
        poor = money < price
        count = int(np.count_nonzero(poor))
        if count == len(money):
            return None, 0.0, float(money @ weights)
        from_poor = float(money[poor] @ weights[poor]) if count else 0.0
        rich = float(weights[~poor].sum()) if count else float(weights.sum())
        # Rounding must not take it down again, or the search could go to and fro for ever.
        price = max(price, (cost - from_poor) / rich)
        if count == poor_before:
            return price, rich, from_poor
        poor_before = count
