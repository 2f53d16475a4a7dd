from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from civic.counting.arithmetic.bounds import Bounded
from civic.counting.rules.overspending.wallets import Wallets
from tests.counting.examples import election_of

BITS = 256
ALL, FIRST, SECOND = 0, 1, 2


@pytest.fixture
def wallets():
    """Three voters with a hundred quadrillions each, who all want the first of three projects."""
    election = election_of([1, 1, 1], 3 * 10**17, [[ALL, FIRST], [ALL, SECOND], [ALL]])
    return Wallets(election, election.support, Fraction(10**17), BITS)


def known(money, points):
    return Bounded.of(money), points


def test_who_holds_less_by_a_hair_is_poorer_though_floats_see_no_difference(wallets):
    for project, price in ((FIRST, 1), (SECOND, 2)):
        wallets.charge(wallets.payers(project), Bounded.of(price))
    payers = wallets.payers(ALL)
    held = [wallets.held(payers, group).low for group in range(3)]
    split = {h: wallets.split(payers, group) for group, h in enumerate(held)}

    assert len(set(payers.level.tolist())) == 1
    assert split == {
        10**17: known(2 * 10**17 - 3, 1),
        10**17 - 1: known(10**17 - 2, 2),
        10**17 - 2: known(0, 3),
    }


def test_who_paid_all_is_no_payer_any_more(wallets):
    wallets.charge(wallets.payers(FIRST), Bounded.of(10**17))
    payers = wallets.payers(ALL)

    assert payers.times.tolist() == [2]
    assert wallets.together(payers) == Bounded.of(2 * 10**17)
    assert not len(wallets.payers(FIRST).classes)


def test_a_loan_is_owed_as_far_as_it_was_used(wallets):
    # The one pays half of the loan as well; the others give it back whole.
    more = Bounded.of(10**17)
    lent = wallets.lent(more)
    wallets.charge(lent.payers(FIRST), Bounded.of(3 * 10**17 // 2), more)
    again = wallets.lent(more)
    payers = again.payers(ALL)

    assert [again.held(payers, group).low for group in range(2)] == [10**17 // 2, 2 * 10**17]
    assert wallets.payers(ALL).times.tolist() == [2]


def test_nothing_lent_changes_nothing(wallets):
    lent = wallets.lent(Bounded.of(0))

    assert np.array_equal(lent.payers(ALL).level, wallets.payers(ALL).level)
    assert lent.held(lent.payers(ALL), 0) == wallets.held(wallets.payers(ALL), 0)


@pytest.mark.parametrize(("price", "left"), [(10**17 - 1, 1), (10**17, 0), (10**17 + 1, 0)])
def test_a_hair_more_than_the_price_is_kept_and_a_hair_less_is_not_owed(wallets, price, left):
    wallets.charge(wallets.payers(FIRST), Bounded.of(price))
    lent = wallets.lent(Bounded.of(1))

    assert len(wallets.payers(FIRST).classes) == left
    assert lent.held(lent.payers(FIRST), 0) == Bounded.of(left + 1)


def test_a_debt_that_cannot_be_written_out_lies_between_its_bounds(wallets):
    third = Bounded.of(Fraction(1, 3))
    wallets.charge(wallets.payers(FIRST), Bounded.of(10**18), third)
    lent = wallets.lent(Bounded.of(1))
    held = lent.held(lent.payers(FIRST), 0)

    assert held.low < Fraction(2, 3) < held.high
    assert held.over(Fraction(2, 3)) == 0
