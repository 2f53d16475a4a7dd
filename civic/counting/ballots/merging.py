"""Identical ballots become one weighted ballot, in an order that no voter can influence.

Ballots lie in flat arrays: ballot `i` names the places `choices[starts[i]:starts[i + 1]]` of
projects, gives them the parallel `points` (None: every entry is one point) and was cast
`weights[i]` times. Nothing is hashed: two ballots are the same only if every entry is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.packing import NEARBY, Ints, Narrow, Packing, Words, narrow, ordered

# Starts, choices, points and weights, as `Election` holds them.
Merged = tuple[Ints, Ints, Ints | None, Ints]
# The same before they are merged.
Given = tuple[Ints, Narrow, Narrow | None, Ints]

# So many entries wait before they are merged with those merged earlier.
WAITING = 1 << 24
_NOTHING: Merged = (np.zeros(1, np.int64), np.empty(0, np.int64), None, np.empty(0, np.int64))


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
    span = int(choices.max()) + 1
    kept: list[NDArray[np.bool_]] = []
    places: list[Narrow] = []
    given: list[Narrow] = []
    for first, last in pairwise(_stops(starts)):
        some = slice(starts[first], starts[last])
        scored = None if points is None else points[some]
        found = _sorted(starts[first : last + 1], choices[some], scored, span)
        kept.append(found[0])
        places.append(found[1])
        if found[2] is not None:
            given.append(found[2])
    ends = np.append(0, np.cumsum(np.concatenate(kept)))
    return ends[starts], np.concatenate(places), np.concatenate(given) if given else None


def merge(starts: Ints, choices: Narrow, points: Narrow | None, weights: Ints) -> Merged:
    """Merge tidied ballots; they stand by number of entries, then places, then points.

    Empty ballots are left out. Time grows like sorting, memory like the ballots given.
    """
    columns = [choices] if points is None else [choices, points]
    packings = [Packing.of(column) for column in columns]
    lengths: list[int] = []
    sums: list[Ints] = []
    rows: list[list[list[Words]]] = [[] for _ in columns]
    for length, members in _by_length(np.diff(starts)):
        packed = [packing.packed(starts[members], length) for packing in packings]
        order, heads = ordered([word for words in packed for word in words])
        lengths.append(length)
        sums.append(np.add.reduceat(weights[members[order]], heads))
        different = order[heads]
        for words, found in zip(packed, rows, strict=True):
            found.append([word[different] for word in words])
    counts = np.array([len(times) for times in sums], np.int64)
    entries = [p.unpacked(found, lengths) for p, found in zip(packings, rows, strict=True)]
    starts = np.append(0, np.cumsum(np.repeat(np.array(lengths, np.int64), counts)))
    merged = np.concatenate([*sums, np.empty(0, np.int64)])
    return starts, entries[0], entries[1] if len(entries) > 1 else None, merged


class Merger:
    """Takes ballots in portions of any size and holds little more than the distinct ones.

    Either every portion gives points or none does. `voters` counts the empty ballots too.
    """

    def __init__(self) -> None:
        self.voters = 0
        self._merged: Merged | None = None
        self._waiting: list[Given] = []

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
        starts, choices, points = tidied(starts, choices, points)
        scored = None if points is None else narrow(points)
        self._waiting.append((starts, narrow(choices), scored, weights))
        waiting = sum(len(given[1]) for given in self._waiting)
        # Waiting for as many as are merged already keeps the work near that of one merge.
        if waiting > max(WAITING, len(self._merged[1]) if self._merged else 0):
            self.finish()

    def finish(self) -> Merged:
        """All ballots taken so far, merged."""
        if self._waiting or self._merged is None:
            self._merged = merge(*_joined([self._merged or _NOTHING, *self._waiting]))
            self._waiting.clear()
        return self._merged


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


def _stops(starts: Ints) -> list[int]:
    """Where ballots are parted so that between two of these they have about `NEARBY` entries."""
    stops = np.searchsorted(starts, np.arange(0, starts[-1], NEARBY))
    return np.unique(np.append(stops, len(starts) - 1)).tolist()


def _sorted(
    starts: Ints, choices: Narrow, points: Narrow | None, span: int
) -> tuple[NDArray[np.bool_], Narrow, Narrow | None]:
    """Which entries of some ballots stay, by ascending place, and those that stay."""
    ballots = len(starts) - 1
    begin: Narrow = np.arange(ballots) * span
    if ballots * span < 1 << 31:
        # Half as long numbers are sorted twice as fast.
        begin = begin.astype(np.int32)
    base = np.repeat(begin, np.diff(starts))
    keys = base + choices.astype(base.dtype, copy=False)
    if points is None:
        keys.sort()
    else:
        # Stable, so that of two entries for one project the first is met first.
        order = np.argsort(keys, kind="stable")
        keys, points = keys[order], points[order]
    kept = np.ones(len(keys), np.bool_)
    kept[1:] = keys[1:] != keys[:-1]
    if points is not None:
        kept &= points != 0
        points = points[kept]
    return kept, (keys - base)[kept].astype(choices.dtype, copy=False), points


def _joined(parts: list[Given]) -> Given:
    """Several portions one behind the other."""
    points = [part[2] for part in parts if part[2] is not None]
    return (
        np.append(0, np.cumsum(np.concatenate([np.diff(part[0]) for part in parts]))),
        np.concatenate([part[1] for part in parts if len(part[1])] or [_NOTHING[1]]),
        np.concatenate(points) if points else None,
        np.concatenate([part[3] for part in parts]),
    )
