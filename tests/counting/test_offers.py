"""No float bound of an offer's rate stands on the wrong side of the exact rate."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from civic.counting import Limits
from civic.counting.arithmetic.bounds import Bounded
from civic.counting.registry import setting_of
from civic.counting.rules.overspending.full_offers import _estimate
from civic.counting.rules.overspending.offers import Offers
from civic.counting.rules.overspending.wallets import Wallets
from civic.counting.terms.outcome import Options
from tests.counting.slow_instances import by_id

BITS = 256


def opened(seed):
    """Offers for thirds and sevenths, which no float holds, after some have paid."""
    draw = random.Random(seed)
    ballots = [[0, *(p for p in (1, 2, 3) if draw.random() < 0.5)] for _ in range(12)]
    costs = [draw.choice([7, 16, 17, 18, 19, 22]), 10, 10, 10]
    options = Options(
        rule="bos",
        completion="none",
        threshold=0,
        step=1,
        seed="",
        tie_steps=("votes", "cost"),
        utility="cost",
        comparison="",
        limits=Limits(),
    )
    setting = setting_of(by_id(costs, 60, ballots), options, kernel="numpy")
    wallets = Wallets(setting.election, setting.support, Fraction(7, 3), BITS)
    for place in (1, 2, 3):
        if setting.election.votes[place]:
            paid = Bounded.of(Fraction(draw.randint(1, 4), 7))
            wallets.charge(wallets.payers(place), paid)
    return setting, wallets


@pytest.mark.parametrize("seed", range(40))
def test_lowest_and_highest_rates(seed):
    setting, wallets = opened(seed)
    offers, payers = Offers(setting, wallets), wallets.payers(0)

    low, high = offers._rates(0, payers)
    exact = [offers._offer(0, payers, group).rate for group in range(len(payers.level))]

    for bound, rate in zip(low.tolist(), exact, strict=False):
        assert Fraction(bound) <= rate.low
    best = min(rate.high for rate in exact)
    assert best <= Fraction(high) <= best * (1 + Fraction(1, 10**9))


@pytest.mark.parametrize("seed", range(40))
def test_lowest_and_highest_prices_of_the_whole_cost(seed):
    setting, wallets = opened(seed)
    cost = setting.election.projects[0].cost
    estimate = _estimate(wallets, 0, cost)
    assert (estimate is None) == (wallets.together(wallets.payers(0)).high < cost)
    if estimate is None:
        return
    payers, prices = estimate.payers, []
    for group in range(len(payers.level)):
        poor, rich = wallets.split(payers, group)
        prices.append((Bounded.of(cost) - poor) / Bounded.of(rich))

    assert Fraction(estimate.low) <= max(price.low for price in prices)
    assert Fraction(estimate.high) >= max(price.high for price in prices)
