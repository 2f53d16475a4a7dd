from __future__ import annotations

from fractions import Fraction

import pytest

from civic.counting.arithmetic.bounds import Bounded, TooCoarse


def test_numbers_that_overlap_are_equal_or_not_decided():
    third = Bounded(Fraction(33, 100), Fraction(34, 100), Bounded.of(Fraction(1, 3)).rest)
    near = Bounded(Fraction(33, 100), Fraction(34, 100), Bounded.of(Fraction(67, 200)).rest)

    assert third.over(Fraction(1, 3)) == 0
    assert third.over(1) == -1
    assert (third * 4).over(1) == 1
    with pytest.raises(TooCoarse):
        third.over(near)


def test_what_may_be_nothing_divides_nothing():
    with pytest.raises(TooCoarse):
        Bounded.of(1) / Bounded(Fraction(0), Fraction(1), 5)


@pytest.mark.parametrize(
    ("low", "high", "exact"), [("3/2", "7/4", "5/3"), ("3/2", "5/2", "2"), ("2", "2", "2")]
)
def test_rounding_up(low, high, exact):
    number = Bounded(Fraction(low), Fraction(high), Bounded.of(Fraction(exact)).rest)

    assert number.ceil() == 2


def test_just_above_a_whole_number_is_rounded_to_the_next():
    assert Bounded(Fraction(21, 10), Fraction(22, 10), Bounded.of(Fraction(19, 9)).rest).ceil() == 3


def test_what_may_be_above_a_whole_number_or_below_is_not_rounded():
    with pytest.raises(TooCoarse):
        Bounded(Fraction(7, 4), Fraction(9, 4), Bounded.of(Fraction(19, 9)).rest).ceil()


def test_bounds_more_than_one_apart_cannot_be_rounded():
    with pytest.raises(TooCoarse):
        Bounded(Fraction(1, 2), Fraction(3), 5).ceil()
