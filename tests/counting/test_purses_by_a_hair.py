"""Where a purse is as full as the price, to within what floats can tell, whole numbers decide."""

from __future__ import annotations

from fractions import Fraction

import pytest

from civic.counting import count
from civic.counting.arithmetic.kernels import Supporters
from civic.counting.arithmetic.numpy_kernel import NumpyKernel
from civic.counting.rules.equal_shares.purses import Purses
from tests.counting.examples import election_of
from tests.counting.slow_instances import by_id

SHARE, LITTLE = 10**17, 10**9
PRICE = SHARE - LITTLE
ALL = 0
# In the order of ballots: who paid for nothing else, and three who paid for one project each.
RICH, LEVEL, POOR, ABOVE = range(4)


@pytest.fixture
def purses():
    """Four voters, one rich; the others hold just the price, a unit less, and a unit more."""
    before = [LITTLE, LITTLE + 1, LITTLE - 1]
    # Three pay the price and one, who is a unit short of it, all that is there.
    costs = [4 * PRICE - 1, *before]
    election = election_of(costs, 4 * SHARE, [[ALL], [ALL, 1], [ALL, 2], [ALL, 3]])
    purses = Purses(election, election.support, Fraction(SHARE), NumpyKernel())
    for place, cost in enumerate(before, start=1):
        pay(purses, place, float(cost))
    # The estimate is a hair too high.
    pay(purses, ALL, float(PRICE) * (1 + 1e-15), 1e3)
    return purses


def pay(purses, place, price, doubt=0.0):
    purses.pay(place, Supporters(purses.election.supporters[place], None), price, doubt)


def test_who_held_just_the_price_or_less_has_nothing_and_who_held_more_has_the_rest(purses):
    assert purses.money[[LEVEL, POOR, ABOVE]].tolist() == [0, 0, 1]
    assert purses.exact_money(ALL) == LITTLE + 1


def test_who_paid_the_estimate_pays_the_exact_price_after_all(purses):
    assert abs(purses.money[RICH] - LITTLE) <= 64


def test_who_gave_the_last_is_counted_among_those_who_paid(purses):
    assert purses.payers == [1, 1, 1, 4]


def test_whoever_gives_more_points_pays_more():
    # Each holds 12. For 9 at 3 a point the one pays 6 and the other 3.
    election = by_id([9], 24, [{0: 2}, {0: 1}])
    purses = Purses(election, election.support, Fraction(12), NumpyKernel())
    points = election.support[0]
    purses.pay(0, Supporters(election.supporters[0], points.astype(float)), 3.0, 0.0)

    assert purses.shares.prices() == [3]
    assert purses.exact_money(0) == 15
    assert sorted(purses.money.tolist()) == [6, 9]


def test_what_takes_all_that_its_supporters_hold_is_bought_though_floats_add_up_to_less():
    # Everybody has 8/3, and one of them pays 1 before.
    election = election_of([1, 7], 8, [[0, 1], [1], [1]])

    assert count(election, "equal-shares", utility="cardinality").winners == ("p0", "p1")
