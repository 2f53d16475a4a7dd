from __future__ import annotations

import pytest

from civic.counting.rules.knapsack.partial_sets import Part, unbeaten


def part(*used, cost, worth, names=0):
    return Part(used, cost, -worth, -names, 0, several=False)


def left(*parts):
    return [(*one.used, one.cost, -one.less_worth) for one in unbeaten(parts)]


def test_what_costs_more_and_is_worth_less_is_forgotten():
    assert left(part(cost=3, worth=5), part(cost=4, worth=4)) == [(3, 5)]
    assert left(part(cost=3, worth=5), part(cost=4, worth=5)) == [(3, 5)]
    assert left(part(cost=3, worth=5), part(cost=4, worth=6)) == [(3, 5), (4, 6)]


def test_it_is_held_against_the_dearest_part_that_costs_no_more():
    # Only the second is worth more than the last.
    parts = part(cost=1, worth=1), part(cost=2, worth=5), part(cost=3, worth=4)

    assert left(*parts) == [(1, 1), (2, 5)]


def test_a_part_that_another_has_replaced_protects_nobody():
    # Of the limit they take 0, 1 and 2; the second costs less than the first and is worth more.
    parts = part(0, cost=5, worth=5), part(1, cost=3, worth=7), part(2, cost=6, worth=6)

    assert left(*parts) == [(0, 5, 5), (1, 3, 7)]


def test_level_parts_of_different_use_both_stay():
    # The one that takes more of the limit may have the better names.
    parts = part(0, cost=3, worth=5), part(1, cost=3, worth=5)

    assert left(*parts) == [(0, 3, 5), (1, 3, 5)]


@pytest.mark.parametrize("better", [(0, 1, 0), (0, 0, 1)])
def test_whoever_takes_more_of_any_limit_beats_nobody_who_takes_less(better):
    parts = part(*better, cost=3, worth=9), part(1, 0, 0, cost=4, worth=5)

    assert len(left(*parts)) == 2


def test_of_equal_parts_one_stays_and_says_that_there_were_several():
    first = part(cost=1, worth=1)
    better, other = (part(cost=3, worth=5, names=names) for names in (0b10, 0b01))

    assert [*unbeaten([other, first, better])] == [first, better._replace(several=True)]
