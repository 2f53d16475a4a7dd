"""What floats have proven is believed; what is nearer than their error goes to whole numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from civic.counting import Limits, count
from civic.counting.arithmetic.kernels import NEAR, PART, Level
from civic.counting.registry import setting_of
from civic.counting.rules.equal_shares import auction
from civic.counting.rules.equal_shares.auction import _Market, _rounding
from civic.counting.rules.equal_shares.purses import UNIT
from civic.counting.terms.outcome import Options
from tests.counting.examples import FIRST_COMES_FIRST
from tests.counting.slow_instances import by_id

PAID, ALL = 0, 1


def market(costs, budget, ballots, utility="cardinality"):
    """The market before the first round."""
    election = by_id(costs, budget, ballots)
    options = Options(
        rule="equal-shares",
        completion="none",
        threshold=0,
        step=1,
        seed="",
        tie_steps=("votes", "cost"),
        utility=utility,
        comparison="",
        limits=Limits(),
    )
    setting = setting_of(election, options, kernel="numpy")
    return _Market(setting, Fraction(budget, election.voters), ())


def one_is_poor(unit=1):
    """Three voters hold 10, 10 and 4 units; together they pay 20 for a project: 8, 8 and 4."""
    found = market([6 * unit, 20 * unit], 30 * unit, [[PAID, ALL], [ALL], [ALL]])
    found.buy(found.cheapest())
    return found


class TestWhatIsProven:
    def test_a_price_that_floats_have_proven(self):
        quote = one_is_poor()._quote(ALL, np.inf)

        assert quote.exact is None
        assert abs(quote.price - 8) <= quote.doubt <= 1e-9

    # The first is more than the purse of anybody; with the second they may be 1.5 short together.
    @pytest.mark.parametrize("slip", [100.0, 0.5, 1e-8])
    def test_a_price_that_purses_of_so_little_certainty_cannot_prove(self, slip):
        seller = one_is_poor()
        seller.purses.slip = slip

        assert seller._quote(ALL, np.inf).exact == 8

    def test_a_price_that_sums_of_large_amounts_cannot_prove(self, monkeypatch):
        seller = one_is_poor()
        seller.purses.slip = 0.0
        monkeypatch.setattr(auction, "_rounding", lambda size, money: 1.0)

        assert seller._quote(ALL, np.inf).exact == 8

    @pytest.mark.parametrize(("below", "is_exact"), [(0, True), (3, True), (6, False)])
    def test_from_above_only_who_could_win_is_proven(self, below, is_exact):
        # Two hold just the price of 8 and nobody more; the best price is a few parts lower.
        seller = market([4, 20], 24, [[PAID, ALL], [ALL], [ALL]])
        seller.buy(seller.cheapest())
        quote = seller._quote(ALL, 8 * (1 - below * NEAR))

        assert quote.price == pytest.approx(8)
        assert quote.exact == (8 if is_exact else None)

    def test_that_all_pay_alike_is_not_believed_of_who_is_a_unit_short(self):
        # The first holds a unit less than the price, which a float cannot tell.
        share, little = 10**17, 10**9
        price = share - little
        costs = [little + 1, 3 * price - 1]
        seller = market(costs, 3 * share, [[PAID, ALL], [ALL], [ALL]])
        seller.buy(seller._quote(PAID, np.inf))

        assert seller._quote(ALL, np.inf).exact in (None, price)

    def test_one_unit_of_the_poor_is_not_nothing(self):
        seller = market([9, 20], 30, [[PAID, ALL], [ALL], [ALL]])
        seller.buy(seller._quote(PAID, np.inf))
        quote = seller._quote(ALL, np.inf)

        assert quote.price == pytest.approx(9.5)
        assert quote.exact in (None, Fraction(19, 2))

    def test_who_is_certain_to_pay_makes_no_error(self):
        seller = one_is_poor()
        seller.purses.slip = 1e-3
        level = Level(1e7, 8.0, 5.0, 0.0, unsafe=3.0, voters=10.0, size=10)

        assert 3e-3 < seller._error(level, 1) < 3.001e-3

    def test_where_purses_could_be_near_to_any_price_all_make_one(self):
        seller = one_is_poor()
        seller.purses.slip = 1e-3
        level = Level(1e5, 8.0, 5.0, 0.0, unsafe=3.0, voters=10.0, size=10)

        assert 1e-2 < seller._error(level, 1) < 1.001e-2

    def test_the_error_has_both_its_parts(self):
        seller = one_is_poor()
        seller.purses.slip = 1e-3
        level = Level(1e7, 8.0, 5.0, 4e10, unsafe=3.0, voters=10.0, size=10)
        sums = _rounding(10, 6e10)

        assert sums > 3e-3
        assert seller._error(level, 2 * 10**10) == pytest.approx(sums + 3e-3)


class TestOneLook:
    def test_a_project_that_is_dearer_for_certain(self):
        loser = one_is_poor()._dearer(ALL, 2.0)

        assert loser.price == loser.rate
        assert 2 < loser.price <= 8

    @pytest.mark.parametrize("slip", [100.0, 0.5, 1e-8])
    def test_is_not_enough_where_purses_are_uncertain(self, slip):
        seller = one_is_poor()
        seller.purses.slip = slip

        assert seller._dearer(ALL, 5.0) is None

    def test_a_project_that_costs_just_as_much_is_not_dearer(self):
        assert one_is_poor()._dearer(ALL, 8.0) is None
        assert one_is_poor()._dearer(ALL, 8.0 * (1 - 4 * NEAR)) is None

    @pytest.mark.parametrize(("slip", "is_out"), [(0.0, True), (0.3, True), (0.7, False)])
    def test_nobody_can_pay_only_if_more_is_missing_than_purses_can_hide(self, slip, is_out):
        # Three hold 24 in all and 26 are asked for.
        seller = market([6, 26], 30, [[PAID, ALL], [ALL], [ALL]])
        seller.buy(seller._quote(PAID, np.inf))
        seller._is_at_end = True
        seller.purses.slip = slip
        looked = seller._dearer(ALL, np.inf)

        assert (looked is not None) == is_out
        assert looked is None or looked.price == np.inf

    def test_nor_if_it_is_less_than_sums_can_be_wrong(self):
        # Of 24 * 10 ** 15 only 64 are missing.
        unit = 10**15
        seller = market([6 * unit, 24 * unit + 64], 30 * unit, [[PAID, ALL], [ALL], [ALL]])
        seller.buy(seller._quote(PAID, np.inf))
        seller._is_at_end = True
        seller.purses.slip = 0.0

        assert seller._dearer(ALL, np.inf) is None
        assert seller._quote(ALL, np.inf) is None


def test_sums_are_wrong_by_less_than_is_allowed_for():
    for size in (1, PART, 1_000_000):
        parts = size / PART + PART
        assert parts * UNIT * 7 < _rounding(size, 7) < 3 * (parts + 10) * UNIT * 7


@pytest.mark.parametrize("voters", [5, 13, 37])
def test_equal_rates_are_equal_though_floats_say_otherwise(voters):
    # All pay 1 / voters for a unit of the cost; floats make it a hair less for some costs.
    cost_of_less = next(cost for cost in range(1_000, 5_000) if cost / voters / cost < 1 / voters)
    cheap = next(cost for cost in range(500, 999) if cost / voters / cost == 1 / voters)
    budget = cost_of_less + cheap
    election = by_id([cost_of_less, cheap], budget, [[0, 1]] * voters)

    outcome = count(election, "equal-shares", utility="cost", ties=FIRST_COMES_FIRST)

    # The cheaper project goes first.
    assert [round_.project for round_ in outcome.rounds] == ["p1", "p0"]
