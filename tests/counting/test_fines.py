from __future__ import annotations

from civic.counting.rules.knapsack.fines import (
    PARTS,
    Item,
    Meter,
    Priced,
    Rest,
    find_fines,
    with_fines,
)


def test_the_rest_is_bought_whole_as_far_as_the_money_goes_and_then_in_part():
    rest = Rest([Priced(Item(0, 4, 20), 20), Priced(Item(1, 5, 10), 10), Priced(Item(2, 5, 0), -1)])

    assert [rest.at_most(money) for money in (0, 1, 4, 6, 9, 99)] == [0, 5, 20, 24, 30, 30]


def bound(items, budget, meters, fines):
    """What no set within the budget and the limits can be worth more than."""
    back = sum(fine * meter.most for fine, meter in zip(fines, meters, strict=True))
    return (Rest(with_fines(items, meters, fines)).at_most(budget) + back) / PARTS


def test_a_fine_is_paid_for_each_unit_of_each_limit():
    items, meters = [Item(0, 2, 50), Item(1, 2, 50)], [Meter({0: 3, 1: 1}, 9), Meter({0: 1}, 9)]

    assert [one.net for one in with_fines(items, meters, (7, 4))] == [
        50 * PARTS - 7,
        50 * PARTS - 3 * 7 - 4,
    ]


def test_rates_that_differ_by_a_hair_keep_their_order():
    n = 2**42
    items = [Item(0, n, n - 1), Item(1, n + 1, n), Item(2, 1, 1), Item(3, n + 2, 1)]

    assert [one.item.rank for one in with_fines(items, (), ())] == [2, 1, 0, 3]


def test_fines_bring_the_bound_near_to_the_best_set():
    # Money for all ten, but of each kind only one may be taken: a set is worth 12 at most.
    items = [Item(rank, 1, 7 if rank < 5 else 5) for rank in range(10)]
    meters = [Meter(dict.fromkeys(range(5), 1), 1), Meter(dict.fromkeys(range(5, 10), 1), 1)]

    assert bound(items, 10, meters, (0, 0)) == 60
    assert 12 <= bound(items, 10, meters, find_fines(items, 10, meters, 12)) < 12.1


def test_fines_heed_what_the_money_could_buy_instead():
    # One of the first three may be bought, and with the rest of the money two of the others.
    items = [Item(rank, 2, 14) if rank < 3 else Item(rank, 1, 5) for rank in range(8)]
    meters = [Meter(dict.fromkeys(range(3), 1), 1)]

    assert bound(items, 4, meters, (0,)) == 28
    assert 24 <= bound(items, 4, meters, find_fines(items, 4, meters, 24)) < 24.2


def test_a_limit_that_hinders_nobody_has_no_fine():
    items = [Item(rank, 1, 7) for rank in range(4)]

    assert find_fines(items, 2, [Meter({0: 1, 1: 1}, 2)], 14) == (0,)
    assert find_fines(items, 2, [], 14) == ()


def test_money_and_numbers_are_alike_to_the_search():
    # Of three equal things one may be bought; by its number, or by its cost of a million.
    items = [Item(rank, 10**6, 30) for rank in range(3)]
    by_number, by_cost = Meter({0: 1, 1: 1, 2: 1}, 1), Meter(dict.fromkeys(range(3), 10**6), 10**6)

    for meter in (by_number, by_cost):
        fines = find_fines(items, 3 * 10**6, [meter], 30)
        assert 30 <= bound(items, 3 * 10**6, [meter], fines) < 30.3
