"""From what stands on the ballots of a file to what is counted: sets, points or ranks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from civic.counting.ballots.packing import Ints, Narrow
from civic.counting.files.entries import POINTS, SETS, Entries, Paper

# Where the points of a ranking come from.
Scores = Literal["points", "borda"]
Portion = tuple[Ints, Narrow, Narrow | None]

# So many ballots are merged at once, or so many entries where a ballot fills all places.
PORTION = 200_000
ENTRIES = 4_000_000


def ways_to_score(paper: Paper) -> tuple[Scores, ...]:
    """How ballots of this kind can be turned into points, the usual way first; none for sets."""
    if paper.vote_type in SETS:
        return ()
    if paper.vote_type in POINTS:
        return ("points",)
    return ("borda",) if paper.points is None else ("points", "borda")


def portions(paper: Paper, entries: Entries, scores: Scores | None) -> Iterator[Portion]:
    """The ballots some at a time, so that never all of them stand unmerged in memory."""
    size = ENTRIES // max(1, len(paper.ids)) + 1 if paper.default else PORTION
    for begin in range(0, max(1, len(entries.starts) - 1), size):
        starts = entries.starts[begin : begin + size + 1]
        inside = slice(starts[0], starts[-1])
        starts, choices = starts - starts[0], entries.choices[inside]
        points = None if entries.points is None else entries.points[inside]
        if scores == "borda":
            points = _borda(starts)
        if paper.default and points is not None:
            default = int(paper.default * entries.unit)
            starts, choices, points = _dense(starts, choices, points, (len(paper.ids), default))
        yield starts, choices, points


def _borda(starts: Ints) -> Ints:
    """For each project how many the ballot names after it; the last gets none."""
    return np.repeat(starts[1:], np.diff(starts)) - np.arange(starts[-1]) - 1


def _dense(
    starts: Ints, choices: Narrow, points: Narrow, fill: tuple[int, int]
) -> tuple[Ints, Ints, Ints]:
    """Ballots that give so many projects so many points where they say nothing else."""
    projects, default = fill
    ballots = len(starts) - 1
    table = np.full((ballots, projects), default, np.int64)
    table[np.repeat(np.arange(ballots), np.diff(starts)), choices] = points
    return (
        np.arange(ballots + 1) * projects,
        np.tile(np.arange(projects), ballots),
        table.ravel(),
    )
