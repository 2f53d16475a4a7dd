"""The affordable set of items that is worth the most: exactly, in whole numbers, within limits.

Items are taken up one after the other. Of all partial sets only those are kept that no other one
beats, and that could still reach the best set known, were the rest bought in fractions (Nemhauser
and Ullmann, "Discrete Dynamic Programming and Capital Allocation", 1969). What is far from the
last item that the budget pays for is settled before; the others come in the order of their
distance from it (Pisinger, "A Minimal Algorithm for the 0-1 Knapsack Problem", 1997). Limits
enter the bound with fines, so that it stays close (see `fines`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate

from civic.counting.errors import N_, CountingError
from civic.counting.rules.knapsack.fines import (
    PARTS,
    Item,
    Meter,
    Priced,
    Rest,
    find_fines,
    with_fines,
)
from civic.counting.rules.knapsack.partial_sets import Part, unbeaten

# So many partial sets take some seconds; real elections need a few hundred.
MOST_WORK = 500_000
# Under limits a first pass over the most promising parts finds a good set, which saves much.
PROMISING = 200


@dataclass(frozen=True)
class Best:
    """The set that was found, by rank in ascending order.

    Of sets worth the same it is the cheapest, and of those the one that holds the item of lowest
    rank in which they differ; `several` says that there was another as cheap. `work` is how many
    partial sets were looked at; `fines` serve another search under the same limits.
    """

    ranks: tuple[int, ...]
    worth: int
    cost: int
    several: bool
    work: int
    fines: tuple[int, ...]


class TooManySetsError(CountingError):
    """The best set could only be found with more work than is allowed."""


def best_set(
    items: Iterable[Item],
    budget: int,
    meters: Sequence[Meter] = (),
    *,
    most_work: int = MOST_WORK,
    fines: tuple[int, ...] | None = None,
) -> Best:
    """Find the best set, or raise `TooManySetsError` if that takes too many partial sets."""
    useful = [
        item
        for item in items
        if item.worth > 0
        and item.cost <= budget
        and all(meter.amounts.get(item.rank, 0) <= meter.most for meter in meters)
    ]
    return _Search(useful, budget, meters, most_work, fines).best()


class _Search:
    """One search: the items in their order, the limits, and the worth of the best set known."""

    def __init__(
        self,
        items: Sequence[Item],
        budget: int,
        meters: Sequence[Meter],
        most_work: int,
        fines: tuple[int, ...] | None,
    ) -> None:
        self.budget, self.meters, self.most_work = budget, meters, most_work
        self.last_rank = max((item.rank for item in items), default=0)
        self.empty = Part((0,) * len(meters), 0, 0, 0, 0, several=False)
        self.work = self.known = 0
        self._complete(self.empty, with_fines(items, meters, (0,) * len(meters)))
        self.fines = find_fines(items, budget, meters, self.known) if fines is None else fines
        self.back = sum(fine * m.most for fine, m in zip(self.fines, meters, strict=True))
        self.items = with_fines(items, meters, self.fines)
        self._complete(self.empty, self.items)

    def best(self) -> Best:
        """The set that is left when every item was taken up."""
        if self.meters:
            self._pass(PROMISING)
        (best,) = nlargest(1, self._pass(self.most_work), key=_quality)
        names = -best.less_names
        ranks = (rank for rank in range(self.last_rank + 1) if names >> (self.last_rank - rank) & 1)
        return Best(tuple(ranks), -best.less_worth, best.cost, best.several, self.work, self.fines)

    def _pass(self, width: int) -> list[Part]:
        """Take up one item after the other, with no more parts at a time than `width`.

        If some were left out, it may be that none is left in the end.
        """
        start, open_ = self._settled()
        rights = [
            sum(meter.amounts.get(one.item.rank, 0) for one in open_) for meter in self.meters
        ]
        parts = [self._clamped(start, range(len(rights)), rights)]
        for item in self._in_order(start, open_):
            if not parts:
                break
            open_.remove(item)
            touched = [n for n, m in enumerate(self.meters) if item.item.rank in m.amounts]
            for n in touched:
                rights[n] -= self.meters[n].amounts[item.item.rank]
            both = [*parts, *(self._taken(part, item) for part in parts if self._fits(part, item))]
            if touched:
                both = [self._clamped(part, touched, rights) for part in both]
            parts = self._kept(both, open_, width)
        return parts

    def _settled(self) -> tuple[Part, list[Priced]]:
        """What every best set must hold, as the start, and the items that are in doubt."""
        rest = Rest(self.items)
        start, open_ = self.empty, []
        for one in self.items:
            # The others with the money that is left, or with what the item itself would not cost.
            with_it = one.net + rest.at_most(self.budget - one.item.cost)
            without = rest.at_most(self.budget + one.item.cost) - one.net
            if not self._can_win(without):
                start = self._taken(start, one)
            elif self._can_win(with_it):
                open_.append(one)
        return start, open_

    def _in_order(self, start: Part, open_: Sequence[Priced]) -> list[Priced]:
        """The items of one limit after the other, so that its use can soon be forgotten.

        Of these, first those nearest to the last one that the budget pays for.
        """
        costs = accumulate(one.item.cost for one in open_)
        last = bisect_right([*costs], self.budget - start.cost)
        nearest = [open_[n] for n in sorted(range(len(open_)), key=lambda n: abs(n - last))]
        by_limit = [
            one
            for meter in sorted(self.meters, key=lambda meter: len(meter.amounts))
            for one in nearest
            if one.item.rank in meter.amounts
        ]
        return list(dict.fromkeys([*by_limit, *nearest]))

    def _kept(self, both: list[Part], open_: Sequence[Priced], width: int) -> list[Part]:
        """The parts that can still win and that no other beats."""
        self.work += len(both)
        if self.work > self.most_work:
            raise TooManySetsError(
                N_("There are too many sets of projects to find the best one with certainty.")
            )
        rest = Rest(open_)
        bounds = [part.net + rest.at_most(self.budget - part.cost) for part in both]
        self._complete(both[bounds.index(max(bounds))], open_)
        could = (p for p, bound in zip(both, bounds, strict=True) if self._can_win(bound))
        parts = [*unbeaten(could)]
        if len(parts) <= width:
            return parts
        return nlargest(width, parts, key=lambda p: p.net + rest.at_most(self.budget - p.cost))

    def _can_win(self, net: int) -> bool:
        return net + self.back >= self.known * PARTS

    def _fits(self, part: Part, one: Priced) -> bool:
        return part.cost + one.item.cost <= self.budget and all(
            used + meter.amounts.get(one.item.rank, 0) <= meter.most
            for used, meter in zip(part.used, self.meters, strict=True)
        )

    def _taken(self, part: Part, one: Priced) -> Part:
        item = one.item
        return Part(
            tuple(
                used + meter.amounts.get(item.rank, 0)
                for used, meter in zip(part.used, self.meters, strict=True)
            ),
            part.cost + item.cost,
            part.less_worth - item.worth,
            part.less_names - (1 << (self.last_rank - item.rank)),
            part.net + one.net,
            part.several,
        )

    def _clamped(self, part: Part, touched: Iterable[int], rights: Sequence[int]) -> Part:
        """What of a limit the open items could not use up counts as used, with its fine.

        Nobody is hindered by that, and parts that differ in it alone become alike.
        """
        used, net = list(part.used), part.net
        for n in touched:
            idle = self.meters[n].most - rights[n] - used[n]
            if idle > 0:
                used[n] += idle
                net -= self.fines[n] * idle
        return part._replace(used=tuple(used), net=net)

    def _complete(self, part: Part, rest: Iterable[Priced]) -> None:
        """Add to a part what fits; the best set known may be a better one then."""
        for one in rest:
            if self._fits(part, one):
                part = self._taken(part, one)
        self.known = max(self.known, -part.less_worth)


def _quality(part: Part) -> tuple[int, int, int]:
    return -part.less_worth, -part.cost, -part.less_names
