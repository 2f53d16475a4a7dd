"""The ballots of an election file row by row: the first fault is refused with line and field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import chain

import numpy as np

from civic.counting.errors import N_, PbError
from civic.counting.files.entries import Entries, Paper, Row, entries_of, fault_in_points

# Hears how many ballots are read.
Heard = Callable[[int], None]

REPORT_EVERY = 5_000


def strict_entries(
    paper: Paper, rows: Iterable[tuple[int, Row]], heard: Heard = lambda done: None
) -> Entries:
    """Read the ballots of all rows, each of which comes with its line."""
    at, beside = paper.vote, paper.points
    read = _Reading(paper)
    places: list[tuple[int, ...]] = []
    points: list[tuple[int, ...]] = []
    for done, (line, row) in enumerate(rows, start=1):
        places.append(read.ballot(row[at], line))
        if beside is not None:
            points.append(read.points(row[beside], len(places[-1]), line))
        if done % REPORT_EVERY == 0:
            heard(done)
    starts = np.cumsum([0, *map(len, places)], dtype=np.int64)
    choices = np.fromiter(chain.from_iterable(places), np.int64)
    which = np.fromiter(chain.from_iterable(points), np.int64)
    return entries_of(paper, starts, choices, (list(read.numbers), which))


class _Reading:
    """Takes single ballots; what somebody else has written before is not read again."""

    def __init__(self, paper: Paper) -> None:
        self.numbers: dict[Fraction, int] = {}
        self._type = paper.vote_type
        self._place = {id_: place for place, id_ in enumerate(paper.ids)}
        self._ballots: dict[str, tuple[int, ...]] = {}
        self._points: dict[str, tuple[int, ...]] = {}

    def ballot(self, written: str, line: int) -> tuple[int, ...]:
        """The places of the projects that a ballot names, in its order."""
        if written not in self._ballots:
            self._ballots[written] = self._read_ballot(split_list(written), line)
        return self._ballots[written]

    def points(self, written: str, projects: int, line: int) -> tuple[int, ...]:
        """Which numbers of points a ballot gives to the projects that it names."""
        if written not in self._points:
            self._points[written] = self._read_points(split_list(written), line)
        points = self._points[written]
        if len(points) != projects:
            raise PbError(
                N_("The ballot names %(projects)s projects, but gives points %(found)s times."),
                line=line,
                field="points",
                projects=projects,
                found=len(points),
            )
        return points

    def _read_ballot(self, ballot: Row, line: int) -> tuple[int, ...]:
        for project in ballot:
            if project not in self._place:
                raise PbError(
                    N_("The ballot names project %(project)s, which is not in the file."),
                    line=line,
                    field="vote",
                    project=project,
                )
        if self._type == "choose-1" and len(set(ballot)) > 1:
            raise PbError(
                N_("The ballot names %(found)s projects, but may name only one."),
                line=line,
                field="vote",
                found=len(set(ballot)),
            )
        return tuple(self._place[project] for project in ballot)

    def _read_points(self, points: Row, line: int) -> tuple[int, ...]:
        for text in points:
            fault = fault_in_points(text, self._type)
            if fault:
                raise PbError(fault, line=line, field="points", value=text or "–")
        return tuple(self.numbers.setdefault(Fraction(text), len(self.numbers)) for text in points)


def split_list(written: str) -> Row:
    """Take a list apart that stands in one field."""
    return tuple(item.strip() for item in written.split(",")) if written.strip() else ()
