"""Partial sets of projects, and which of them can be forgotten because another is never worse."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Part(NamedTuple):
    """A partial set; of those that use and cost the same, the better one is sorted first.

    `used` is what it takes of each limit. `less_names` has a bit for each item, the highest for
    the lowest rank. `net` is its worth less its fines. `several` says that another set with the
    same use, cost and worth was forgotten.
    """

    used: tuple[int, ...]
    cost: int
    less_worth: int
    less_names: int
    net: int
    several: bool


def unbeaten(parts: Iterable[Part]) -> Iterator[Part]:
    """Leave out each part for which another one takes no more and is worth more, or costs less.

    Of parts that are worth and cost the same, the one that takes less of a limit may have the
    worse names; so both stay. Only parts that use all limits but the first alike are compared.
    """
    alike: dict[tuple[int, ...], list[Part]] = {}
    for part in parts:
        alike.setdefault(part.used[1:], []).append(part)
    for group in alike.values():
        yield from _stairs(group)


def _stairs(parts: list[Part]) -> list[Part]:
    """Go from little use to much, and keep the costs and worths above which nothing is new."""
    costs: list[int] = []
    worths: list[int] = []
    kept: list[Part] = []
    for part in sorted(parts):
        if kept and part[:3] == kept[-1][:3]:
            kept[-1] = kept[-1]._replace(several=True)
        elif not _is_beaten(part, costs, worths):
            kept.append(part)
            first = bisect_left(costs, part.cost)
            beyond = max(first, bisect_right(worths, -part.less_worth))
            costs[first:beyond] = [part.cost]
            worths[first:beyond] = [-part.less_worth]
    return kept


def _is_beaten(part: Part, costs: list[int], worths: list[int]) -> bool:
    step = bisect_right(costs, part.cost) - 1
    if step < 0:
        return False
    worth = -part.less_worth
    return worths[step] > worth or (worths[step] == worth and costs[step] < part.cost)
