"""Identical ballots become one weighted ballot, in an order that no voter can influence.

Ballots lie in flat arrays: ballot `i` names the places `choices[starts[i]:starts[i + 1]]` of
projects, gives them the parallel `points` (None: every entry is one point) and was cast
`weights[i]` times. Nothing is hashed: two ballots are the same only if every entry is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
# Whole numbers in whatever type holds them.
Narrow = NDArray[np.integer]
Words = NDArray[np.uint64]
# Starts, choices, points and weights, as `Election` holds them.
Merged = tuple[Ints, Ints, Ints | None, Ints]

WORD = 64
# So many merged ballots wait before they are merged with those merged earlier.
WAITING = 1_000_000


def tidied(
    starts: Ints, choices: Narrow, points: Narrow | None = None
) -> tuple[Ints, Narrow, Narrow | None]:
    """The same ballots by ascending place: a project counts once, where it was named first.

    Entries of no points are left out. Arrays that are in order already come back as they are.
    """
    rising = choices[1:] > choices[:-1]
    begins = starts[1:-1]
    rising[begins[(begins > 0) & (begins < len(choices))] - 1] = True
    if rising.all() and (points is None or points.all()):
        return starts, choices, points
    ballots, span = len(starts) - 1, int(choices.max()) + 1
    begin: Narrow = np.arange(ballots) * span
    if ballots * span < 1 << 31:
        # Half as long numbers are sorted twice as fast.
        begin = begin.astype(np.int32)
    base = np.repeat(begin, np.diff(starts))
    keys = base + choices
    if points is None:
        keys.sort()
    else:
        # Stable, so that of two entries for one project the first is met first.
        order = np.argsort(keys, kind="stable")
        keys, points = keys[order], points[order]
    kept = np.append(True, keys[1:] != keys[:-1])
    if points is not None:
        kept &= points != 0
        points = points[kept]
    return np.append(0, np.cumsum(kept))[starts], (keys - base)[kept], points


def merge(starts: Ints, choices: Narrow, points: Narrow | None, weights: Ints) -> Merged:
    """Merge tidied ballots; they stand by number of entries, then places, then points.

    Empty ballots are left out. Time grows like sorting, memory like the ballots given.
    """
    columns = [choices] if points is None else [choices, points]
    packings = [_Packing.of(column) for column in columns]
    sizes: list[Ints] = []
    sums: list[Ints] = []
    entries: list[list[Ints]] = [[] for _ in columns]
    for length, members in _by_length(np.diff(starts)):
        begins = starts[members]
        order, heads = ordered([w for p in packings for w in p.words(begins, length)])
        sums.append(np.add.reduceat(weights[members[order]], heads))
        sizes.append(np.full(len(heads), length))
        kept = (begins[order[heads]][:, np.newaxis] + np.arange(length)).ravel()
        for column, found in zip(columns, entries, strict=True):
            found.append(column[kept].astype(np.int64, copy=False))
    merged, *scored = map(_chained, entries)
    starts = np.append(0, np.cumsum(_chained(sizes)))
    return starts, merged, scored[0] if scored else None, _chained(sums)


class Merger:
    """Takes ballots in portions of any size and holds only the distinct ones.

    Either every portion gives points or none does. `voters` counts the empty ballots too.
    """

    def __init__(self) -> None:
        self.voters = 0
        self._parts: list[Merged] = []

    def add(
        self,
        starts: Ints,
        choices: Narrow,
        points: Narrow | None = None,
        weights: Ints | None = None,
    ) -> None:
        """Take one portion of ballots, with their entries in any order."""
        if weights is None:
            weights = np.ones(len(starts) - 1, np.int64)
        self.voters += int(weights.sum())
        self._parts.append(merge(*tidied(starts, choices, points), weights))
        waiting = sum(len(part[3]) for part in self._parts[1:])
        # Waiting for as many as are merged already keeps the work near that of one merge.
        if waiting > max(WAITING, len(self._parts[0][3])):
            self._parts = [self.finish()]

    def finish(self) -> Merged:
        """All ballots taken so far, merged."""
        return merge(*_joined(self._parts)) if len(self._parts) != 1 else self._parts[0]


def _by_length(lengths: Ints) -> Iterator[tuple[int, Ints]]:
    """Which ballots have one entry, which two, and so on; the empty ones are in no class."""
    if not len(lengths):
        return
    longest = int(lengths.max())
    # Sorting numbers of 16 bits is a matter of two passes.
    narrow = lengths.astype(np.uint16) if longest < 1 << 16 else lengths
    order = np.argsort(narrow, kind="stable")
    ends = np.cumsum(np.bincount(lengths))
    for length, (begin, end) in enumerate(pairwise(ends.tolist()), start=1):
        if end > begin:
            yield length, order[begin:end]


@dataclass(frozen=True)
class _Packing:
    """How numbers are packed into words that compare as the rows of numbers do."""

    values: Narrow
    lowest: int
    bits: int

    @classmethod
    def of(cls, values: Narrow) -> _Packing:
        # Counted from the lowest, negative points come before positive ones.
        lowest = int(values.min(initial=0))
        return cls(values, lowest, max(1, (int(values.max(initial=0)) - lowest).bit_length()))

    def words(self, begins: Ints, length: int) -> list[Words]:
        """The `length` numbers from each of these places on, several in one word."""
        shift, room = np.uint64(self.bits % WORD), WORD // self.bits
        words: list[Words] = []
        for at in range(length):
            # Widened first: a narrow type may not hold the distance from its lowest number.
            column = (self.values[begins + at].astype(np.int64) - self.lowest).view(np.uint64)
            if at % room == 0:
                words.append(column)
            else:
                words[-1] = words[-1] << shift | column
        return words


def ordered(words: list[Words]) -> tuple[Ints, Ints]:
    """The order of ballots, and where in it another ballot than the one before begins."""
    order = np.argsort(words[0])
    same = _repeats(words[0][order])
    for word in words[1:]:
        # Few ballots agree in a whole word: only they have to be looked at again.
        tied = np.flatnonzero(same | np.append(same[1:], False))
        members = order[tied]
        run = np.cumsum(~same)[tied]
        order[tied] = members[np.lexsort((word[members], run))]
        same &= _repeats(word[order])
    return order, np.flatnonzero(~same)


def _repeats(values: Words) -> NDArray[np.bool_]:
    """Whether each value is the same as the one before."""
    return np.append(False, values[1:] == values[:-1])


def _joined(parts: list[Merged]) -> Merged:
    """Several merged portions one behind the other."""
    points = [part[2] for part in parts if part[2] is not None]
    return (
        np.append(0, np.cumsum(_chained([np.diff(part[0]) for part in parts]))),
        _chained([part[1] for part in parts]),
        _chained(points) if points else None,
        _chained([part[3] for part in parts]),
    )


def _chained(parts: list[Ints]) -> Ints:
    return np.concatenate([*parts, np.empty(0, np.int64)])
