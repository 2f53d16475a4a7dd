"""What a loser lacked in a count by equal shares, read off the rounds: where a search begins.

The purses are replayed in floats from the published payments. What comes out is near enough to
begin with and nothing more: every margin is settled by recounting.

Source: Boehmer, Faliszewski, Janeczko, Peters, Pierczyński, Schierreich, Skowron, Szufa,
"Evaluation of Project Performance in Participatory Budgeting", IJCAI 2024 (arXiv 2312.14723).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite

import numpy as np

from civic.counting.arithmetic.kernels import Floats
from civic.counting.ballots.election import Election, Indices
from civic.counting.terms.outcome import Outcome


@dataclass(frozen=True)
class Moment:
    """What the supporters of a project held before a round, and the rate it had to stay below.

    `rate` is the price of a unit of utility; infinite at the end, when nothing else is for sale.
    `purses` (float64, one for each distinct ballot among the supporters) are money.
    """

    rate: float
    purses: Floats


class Shortfall:
    """How far a losing project was from being bought, round by round.

    A project that was not bought changed nothing for the others: the run without it is the run
    that took place, and it would have been bought in the first round in which its rate is lower.
    """

    def __init__(self, election: Election, outcome: Outcome, place: int) -> None:
        self.by_cost = outcome.options.utility == "cost"
        self.cost = election.projects[place].cost
        who = election.supporters[place]
        self.weights = election.weights[who].astype(np.float64)
        self.points = _points(election, outcome, place)
        self.share = float(outcome.endowment or 0)
        self.moments = tuple(_moments(election, outcome, who))

    def highest_price(self) -> int:
        """The highest price, in whole units, at which it would have been bought in some round.

        With rate r, a project of cost utility is bought for p if its supporters, paying at most
        r p for a point, raise p; the others are bought for whatever they raise at r for a point.
        """
        return floor(max(self._price(moment) for moment in self.moments) + 1e-6)

    def newcomers(self, points: int, *, sharing: int | None) -> int | None:
        """About how many new voters with full purses would have made up for what was missing.

        Where the budget is shared out once, among so many `sharing` it, each of them makes the
        purses of all others smaller.
        """
        factor = self.cost if self.by_cost else 1
        diluted = self.cost / sharing if sharing else 0.0
        found = inf
        for moment in self.moments:
            most = moment.rate * factor
            missing = self.cost - self._raised(moment, most)
            brought = min(self.share, most * points) - diluted
            if brought > 0:
                found = min(found, missing / brought)
        return max(1, ceil(found)) if isfinite(found) else None

    def held(self) -> float:
        """What the supporters still held when the shares were spent."""
        return self._raised(self.moments[-1], inf)

    def _price(self, moment: Moment) -> float:
        price = self._raised(moment, inf)
        if not self.by_cost or moment.rate == inf:
            return min(price, self._raised(moment, moment.rate))
        # What they raise is concave in the price: from above, Newton's steps end at the last
        # price that is raised, after as many steps as there are different purses, and mostly three.
        while True:
            poor = moment.purses < moment.rate * price * self.points
            rich = float((self.weights * self.points)[~poor].sum())
            if moment.rate * rich >= 1:
                return price
            lower = float((moment.purses * self.weights)[poor].sum()) / (1 - moment.rate * rich)
            if lower >= price:
                return price
            price = lower

    def _raised(self, moment: Moment, most: float) -> float:
        """What the supporters raise if each pays at most so much for a point."""
        return float(np.minimum(moment.purses, most * self.points) @ self.weights)


def _moments(election: Election, outcome: Outcome, who: Indices) -> Iterator[Moment]:
    """The purses of some ballots before every round of shares, and at the end."""
    places = {project.id: place for place, project in enumerate(election.projects)}
    money = np.full(len(election.weights), float(outcome.endowment or 0))
    for round_ in outcome.rounds:
        if round_.payment is None:
            continue
        price = float(round_.payment)
        place = places[round_.project]
        factor = round_.cost if outcome.options.utility == "cost" else 1
        yield Moment(price / factor, money[who])
        payers = election.supporters[place]
        most = price * _points(election, outcome, place)
        money[payers] = np.maximum(money[payers] - most, 0.0)
    yield Moment(inf, money[who])


def _points(election: Election, outcome: Outcome, place: int) -> Floats:
    """What the supporters of a project pay for: their points, or one each."""
    points = election.support[place]
    if points is None or outcome.options.utility == "cardinality":
        return np.ones(len(election.supporters[place]))
    return points.astype(np.float64)
