"""How much more a partial set of projects could be worth: bought in fractions, limits for a fine.

Whoever takes more than a limit allows pays a fine for each unit, and whoever takes less gets it
back: no set within the limits is worth less so, whatever the fines are (Lagrangian relaxation).
Fines are searched for in floats and then rounded, so the bound itself is exact.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

# Worth less fines is counted in parts this small.
PARTS = 1 << 40
STEPS = 150


@dataclass(frozen=True)
class Item:
    """Something that can be bought; `rank` is its place in the order that breaks ties."""

    rank: int
    cost: int
    worth: int


@dataclass(frozen=True)
class Meter:
    """A limit: how much of it each item takes, by rank, and how much may be taken in all."""

    amounts: Mapping[int, int]
    most: int


@dataclass(frozen=True)
class Priced:
    """An item with its worth less the fines it costs, in PARTS."""

    item: Item
    net: int


class Rest:
    """What the items that are still open are worth at most, for each sum of money.

    They must come in the order in which a unit of money buys the most.
    """

    def __init__(self, items: Iterable[Priced]) -> None:
        useful = [(one.item.cost, one.net) for one in items if one.net > 0]
        self._items = useful
        self._costs = [0, *accumulate(cost for cost, _ in useful)]
        self._worth = [0, *accumulate(net for _, net in useful)]

    def at_most(self, money: int) -> int:
        """The worth of whole items as far as the money goes, and of a fraction of the next."""
        whole = bisect_right(self._costs, money) - 1
        worth = self._worth[whole]
        if whole < len(self._items):
            cost, net = self._items[whole]
            worth += (money - self._costs[whole]) * net // cost
        return worth


def with_fines(
    items: Sequence[Item], meters: Sequence[Meter], fines: Sequence[int]
) -> list[Priced]:
    """All items with their net worth, first the one of which a unit of money buys the most."""
    net = [Priced(item, item.worth * PARTS - fine_of(item.rank, meters, fines)) for item in items]
    # Two different rates differ by more than one in this unit, so cutting off keeps their order.
    unit = max((item.cost for item in items), default=1) ** 2
    return sorted(net, key=lambda one: (-(one.net * unit // one.item.cost), one.item.rank))


def fine_of(rank: int, meters: Sequence[Meter], fines: Sequence[int]) -> int:
    """What an item has to pay for what it takes of the limits."""
    return sum(fine * meter.amounts.get(rank, 0) for meter, fine in zip(meters, fines, strict=True))


def find_fines(
    items: Sequence[Item], budget: int, meters: Sequence[Meter], known: int
) -> tuple[int, ...]:
    """Fines that bring the bound near to the best set, of which one worth `known` is known."""
    tried = [0.0] * len(meters)
    lowest, best = inf, tried
    for _ in range(STEPS if meters else 0):
        bound, over = _bound(items, budget, meters, tried)
        if bound < lowest:
            lowest, best = bound, tried
        # Limits of money and of numbers are made alike: their use is a share of what is allowed.
        sizes = [max(1, meter.most) for meter in meters]
        shares = [use / size for use, size in zip(over, sizes, strict=True)]
        length = sum(share * share for share in shares)
        if not length:
            break
        step = (bound - known) / length
        tried = [
            max(0.0, fine + step * share / size)
            for fine, share, size in zip(tried, shares, sizes, strict=True)
        ]
    return tuple(int(fine * PARTS) for fine in best)


def _bound(
    items: Sequence[Item], budget: int, meters: Sequence[Meter], fines: Sequence[float]
) -> tuple[float, list[float]]:
    """The bound that fines give, and by how much its fractions of items break each limit."""
    net = {item.rank: float(item.worth) for item in items}
    for meter, fine in zip(meters, fines, strict=True):
        for rank, amount in meter.amounts.items():
            if rank in net:
                net[rank] -= fine * amount
    left, worth = float(budget), sum(f * m.most for f, m in zip(fines, meters, strict=True))
    parts: dict[int, float] = {}
    for item in sorted(items, key=lambda item: -net[item.rank] / item.cost):
        if left <= 0 or net[item.rank] <= 0:
            break
        part = parts[item.rank] = min(1.0, left / item.cost)
        left -= part * item.cost
        worth += part * net[item.rank]
    used = [sum(parts.get(rank, 0) * a for rank, a in m.amounts.items()) for m in meters]
    return worth, [use - meter.most for use, meter in zip(used, meters, strict=True)]
