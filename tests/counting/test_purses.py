from __future__ import annotations

import random
from fractions import Fraction

import pytest

from civic.counting import count
from civic.counting.arithmetic import numpy_kernel
from civic.counting.arithmetic.kernels import Supporters
from civic.counting.arithmetic.numpy_kernel import NumpyKernel
from civic.counting.rules.equal_shares import auction
from civic.counting.rules.equal_shares.purses import UNIT, WORN, Purses
from tests.counting.examples import election_of, large_instance, small_instance


@pytest.mark.parametrize("seed", range(10))
def test_no_purse_is_further_from_the_truth_than_it_admits(seed):
    draw = random.Random(seed)
    ballots = [[p for p in range(80) if draw.random() < 0.4] for _ in range(60)]
    election = election_of([draw.randint(1, 30) for _ in range(80)], 1_000, ballots)
    purses = Purses(election, election.support, Fraction(1_000, 60), NumpyKernel())

    for place in range(80):
        if purses.can_pay(place):
            exact = purses.exact_price(place)
            # As the search does it: a float that is a little off, and says by how much at most.
            purses.pay(
                place,
                Supporters(election.supporters[place], None),
                float(exact) * (1 + 1e-12),
                float(exact) * 1e-11,
            )
        held = float((purses.money * election.weights)[election.supporters[place]].sum())
        doubt = (purses.slip + 1e-12) * election.votes[place]
        assert abs(held - float(purses.exact_money(place))) <= doubt

    assert purses.slip <= WORN * float(purses.endowment)


def test_less_than_a_unit_is_corrected_too():
    election = election_of([19], 20, [[0], [0]])
    purses = Purses(election, election.support, Fraction(10), NumpyKernel())
    purses.pay(0, Supporters(election.supporters[0], None), 9.5 + 1e-7, 1e-6)

    # So large a doubt is taken out at once.
    assert purses.money.tolist() == pytest.approx([0.5], abs=1e-13)
    assert purses.slip < 1e-12


def test_every_payment_admits_the_rounding_of_its_subtraction():
    election = election_of([1, 1], 1_000, [[0, 1]] * 2)
    purses = Purses(election, election.support, Fraction(500), NumpyKernel())
    admitted = purses.slip
    for place in (0, 1):
        # A price that is known for certain, and next to nothing beside what a purse holds.
        purses.pay(place, Supporters(election.supporters[place], None), 0.5, 0.0)
        assert purses.slip >= admitted + 500 * UNIT
        admitted = purses.slip


@pytest.mark.parametrize("make", [small_instance, large_instance])
def test_deciding_more_by_whole_numbers_changes_nothing(make, monkeypatch):
    elections = [election_of(*make(seed)) for seed in range(20)]
    usual = [count(election, "equal-shares").as_json() for election in elections]

    monkeypatch.setattr(auction, "NEAR", 0.1)
    monkeypatch.setattr(numpy_kernel, "NEAR", 0.1)

    assert [count(election, "equal-shares").as_json() for election in elections] == usual
