"""What is counted: projects in their frozen order, the budget, and ballots without their voters."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.merging import merge, tidied
from civic.counting.errors import N_, CountingError

Indices = NDArray[np.int64]
Plain = Collection[str] | Mapping[str, int]


@dataclass(frozen=True)
class Project:
    """One line of the ballot paper; a withdrawn project keeps its place but cannot win.

    `category` and `area` only matter where a limit names them.
    """

    id: str
    cost: int
    withdrawn: bool = False
    category: str = ""
    area: str = ""


@dataclass(frozen=True, eq=False)
class Election:
    """Projects, budget and distinct ballots; money is a whole number of 1/`scale` currency units.

    Ballot `i` names the projects `choices[starts[i]:starts[i + 1]]`, gives them as many `points`
    (None where every entry is an approval, worth one) and was cast `weights[i]` times.
    Ballots stand in one canonical order, so nothing downstream can depend on who voted when.
    Empty ballots count in `voters` only.
    """

    projects: tuple[Project, ...]
    budget: int
    voters: int
    starts: Indices
    choices: Indices
    weights: Indices
    scale: int = 1
    points: Indices | None = None

    @classmethod
    def of(
        cls,
        projects: Mapping[str, int] | Iterable[Project],
        budget: int,
        ballots: Iterable[Plain],
        *,
        scale: int = 1,
    ) -> Election:
        """Make an election from plain ballots: collections of project ids, or ids with points."""
        if isinstance(projects, Mapping):
            projects = [Project(id_, cost) for id_, cost in projects.items()]
        frozen = tuple(projects)
        check(frozen, budget)
        starts, choices, points, times = _rows(frozen, ballots)
        merged = merge(*tidied(starts, choices, points), times)
        starts, choices, points, weights = merged
        return cls(frozen, budget, int(times.sum()), starts, choices, weights, scale, points)

    @cached_property
    def supporters(self) -> tuple[Indices, ...]:
        """For each project the ballots that give it something, in ascending order."""
        return tuple(ballots for ballots, _ in self._by_project)

    @cached_property
    def support(self) -> tuple[Indices | None, ...]:
        """For each project the points of its supporters; None where all of them are one."""
        return tuple(points for _, points in self._by_project)

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """For each project the number of voters who give it something."""
        return tuple(int(self.weights[who].sum()) for who in self.supporters)

    @cached_property
    def scores(self) -> tuple[int, ...]:
        """For each project the sum of its points, those below nought too; else its votes."""
        if self.points is None:
            return self.votes
        times = np.repeat(self.weights, np.diff(self.starts)) * self.points
        sums = np.zeros(len(self.projects), dtype=np.int64)
        np.add.at(sums, self.choices, times)
        return tuple(sums.tolist())

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the canonical input, which anybody can recompute.

        SHA-256 of the projects and the budget as a line of JSON, then of the ballots as
        little-endian 64-bit numbers: weights, starts, places and, where there are any, points.
        """
        head = {
            "format": "civic-election/1",
            "budget": self.budget,
            "scale": self.scale,
            "voters": self.voters,
            "projects": [[p.id, p.cost, p.withdrawn] for p in self.projects],
        }
        digest = hashlib.sha256(json.dumps(head, ensure_ascii=False).encode() + b"\n")
        for part in (self.weights, self.starts, self.choices, self.points):
            if part is not None:
                digest.update(np.ascontiguousarray(part, dtype="<i8").tobytes())
        return digest.hexdigest()

    @cached_property
    def sha256_with_kinds(self) -> str:
        """The fingerprint where categories and areas matter: `sha256` and the kinds in JSON."""
        kinds = [[project.category, project.area] for project in self.projects]
        told = self.sha256 + "\n" + json.dumps(kinds, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()

    def voters_served(self, winners: Iterable[int]) -> int:
        """Count the voters who support at least one of these projects."""
        served = np.zeros(len(self.weights), dtype=bool)
        for winner in winners:
            served[self.supporters[winner]] = True
        return int(self.weights[served].sum())

    @cached_property
    def _by_project(self) -> list[tuple[Indices, Indices | None]]:
        if not self.projects:
            return []
        ballots = np.repeat(np.arange(len(self.weights)), np.diff(self.starts))
        places = self.choices
        by_place = np.argsort(_small(places, len(self.projects)), kind="stable")
        if self.points is not None:
            by_place = by_place[self.points[by_place] > 0]
        ends = np.searchsorted(places[by_place], np.arange(1, len(self.projects)))
        who = np.split(ballots[by_place], ends)
        if self.points is None:
            return [(ballots, None) for ballots in who]
        return list(zip(who, np.split(self.points[by_place], ends), strict=True))


def check(projects: tuple[Project, ...], budget: int) -> None:
    """Refuse a paper that no rule can count."""
    if budget < 0:
        raise CountingError(N_("The budget cannot be negative."))
    twice = [id_ for id_, times in Counter(p.id for p in projects).items() if times > 1]
    if twice:
        raise CountingError(N_("Project %(project)s stands twice in the list."), project=twice[0])
    for project in projects:
        # A free project needs no count: no rule here can say who should pay for it.
        if project.cost <= 0:
            raise CountingError(
                N_("Project %(project)s must cost more than nothing."), project=project.id
            )


def _small(places: Indices, projects: int) -> NDArray[np.integer]:
    """Places in the fewest bytes: NumPy sorts numbers of 16 bits by radix, in linear time."""
    return places.astype(np.uint16) if projects <= np.iinfo(np.uint16).max else places


def _rows(
    projects: tuple[Project, ...], ballots: Iterable[Plain]
) -> tuple[Indices, Indices, Indices | None, Indices]:
    """The different ballots as they were written, and how often each was."""
    place = {project.id: position for position, project in enumerate(projects)}
    written: Counter[tuple[tuple[str, int], ...]] = Counter()
    with_points = False
    for ballot in ballots:
        with_points |= isinstance(ballot, Mapping)
        given = ballot if isinstance(ballot, Mapping) else dict.fromkeys(ballot, 1)
        written[tuple(given.items())] += 1
    entries = list(chain.from_iterable(written))
    try:
        choices = np.array([place[id_] for id_, _ in entries], dtype=np.int64)
    except KeyError as unknown:
        raise CountingError(
            N_("A ballot names project %(project)s, which is not in the list."),
            project=str(unknown.args[0]),
        ) from None
    points = np.array([given for _, given in entries], dtype=np.int64) if with_points else None
    starts = np.cumsum([0, *map(len, written)], dtype=np.int64)
    return starts, choices, points, np.array(list(written.values()), dtype=np.int64)
