"""What stands on the ballots of an election file, as numbers: places of projects, and points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from civic.counting.ballots.merging import tidied
from civic.counting.ballots.packing import Ints, Narrow, narrow
from civic.counting.errors import N_

Row = tuple[str, ...]

SETS = ("approval", "choose-1")
POINTS = ("cumulative", "scoring")
HUNDREDTHS = 100
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass(frozen=True)
class Paper:
    """How the ballots of one file are written: on which projects, of what kind, in which columns.

    `default` is what a project gets that a ballot does not name.
    """

    ids: tuple[str, ...]
    vote_type: str
    fields: Row
    default: Fraction = Fraction(0)

    @property
    def vote(self) -> int:
        """The column of the projects."""
        return self.fields.index("vote")

    @property
    def points(self) -> int | None:
        """The column of the points, None where ballots are counted without."""
        counted = self.vote_type not in SETS and "points" in self.fields
        return self.fields.index("points") if counted else None


@dataclass(frozen=True, eq=False)
class Entries:
    """Ballot `i` of the file names the projects `choices[starts[i]:starts[i + 1]]`, each once.

    Rankings and points stand as they were written, sets by ascending place. `points` lie beside
    the choices, in 1/`unit` of a point. `repeats` counts for each ballot the names that were left
    out because they stood on it before.
    """

    starts: Ints
    choices: Narrow
    points: Narrow | None
    unit: int
    repeats: Narrow

    @classmethod
    def of_sets(cls, starts: Ints, choices: Narrow) -> Entries:
        """Take ballots of which only the set of projects counts."""
        once, places, _ = tidied(starts, choices)
        return cls(once, narrow(places), None, 1, narrow(np.diff(starts) - np.diff(once)))

    @classmethod
    def of_lists(
        cls, starts: Ints, choices: Narrow, points: Narrow | None = None, unit: int = 1
    ) -> Entries:
        """Take ballots whose order or points count; a project counts where it stands first."""
        once = tidied(starts, choices)[0]
        repeats = np.diff(starts) - np.diff(once)
        if repeats.any():
            kept = _first_of_each(starts, choices)
            choices, points = choices[kept], None if points is None else points[kept]
        return cls(once, narrow(choices), points, unit, narrow(repeats))


def entries_of(
    paper: Paper, starts: Ints, choices: Narrow, points: tuple[Sequence[Fraction], Narrow]
) -> Entries:
    """Make entries; `points` are the different numbers, and which of them stands where."""
    if paper.vote_type in SETS:
        return Entries.of_sets(starts, choices)
    numbers, which = points
    unit = unit_of([*numbers, paper.default])
    if paper.points is None:
        return Entries.of_lists(starts, choices, None, unit)
    whole = np.array([int(number * unit) for number in numbers], np.int64)
    return Entries.of_lists(starts, choices, narrow(whole)[which], unit)


def _first_of_each(starts: Ints, choices: Narrow) -> Ints:
    """Where a ballot names a project that it has not named before."""
    ballots = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    order = np.lexsort((choices, ballots))
    ballots, choices = ballots[order], choices[order]
    again = (ballots[1:] == ballots[:-1]) & (choices[1:] == choices[:-1])
    return np.sort(order[np.append(True, ~again)])


def exact(text: str) -> Fraction | int:
    """The number that a text means; most are whole, and those are faster."""
    return int(text) if text.isdecimal() else Fraction(text)


def fault_in_points(text: str, vote_type: str) -> str:
    """The sentence against a text that should be a number of points, empty if it is one."""
    if not _NUMBER.fullmatch(text):
        return N_("%(value)s is not a number of points.")
    if HUNDREDTHS % Fraction(text).denominator:
        return N_("Points may have two decimal places at most.")
    if vote_type != "scoring" and Fraction(text) < 0:
        return N_("Only ballots of the type scoring may give points below zero.")
    return ""


def unit_of(points: Iterable[Fraction]) -> int:
    """Into how many parts a point is cut so that all these are whole: 1, 10 or 100."""
    parts = lcm(*(number.denominator for number in points))
    return next(unit for unit in (1, 10, HUNDREDTHS) if unit % parts == 0)
