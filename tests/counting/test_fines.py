from __future__ import annotations

from civic.counting.fines import Item, Priced, Rest


def test_the_rest_is_bought_whole_as_far_as_the_money_goes_and_then_in_part():
    rest = Rest([Priced(Item(0, 4, 20), 20), Priced(Item(1, 5, 10), 10), Priced(Item(2, 5, 0), -1)])

    assert [rest.at_most(money) for money in (0, 1, 4, 6, 9, 99)] == [0, 5, 20, 24, 30, 30]
