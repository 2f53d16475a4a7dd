"""What is counted: projects in their frozen order, the budget, and ballots without their voters."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from civic.counting.errors import N_, CountingError

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Project:
    """One line of the ballot paper; a withdrawn project keeps its place but cannot win."""

    id: str
    cost: int
    withdrawn: bool = False


@dataclass(frozen=True, eq=False)
class Election:
    """Projects, budget and distinct ballots; money is a whole number of 1/`scale` currency units.

    Ballot `i` approves `choices[starts[i]:starts[i + 1]]` and was cast `weights[i]` times.
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

    @classmethod
    def of(
        cls,
        projects: Mapping[str, int] | Iterable[Project],
        budget: int,
        ballots: Iterable[Collection[str]],
        *,
        scale: int = 1,
    ) -> Election:
        """Make an election from plain ballots, each a collection of project ids."""
        if isinstance(projects, Mapping):
            projects = [Project(id_, cost) for id_, cost in projects.items()]
        frozen = tuple(projects)
        _check(frozen, budget)
        merged, voters = _merge(frozen, ballots)
        ordered = sorted(merged.items())
        lengths = [len(choices) for choices, _ in ordered]
        return cls(
            projects=frozen,
            budget=budget,
            voters=voters,
            starts=np.cumsum([0, *lengths], dtype=np.int64),
            choices=np.array([c for choices, _ in ordered for c in choices], dtype=np.int64),
            weights=np.array([weight for _, weight in ordered], dtype=np.int64),
            scale=scale,
        )

    @cached_property
    def supporters(self) -> tuple[Indices, ...]:
        """For each project the ballots that approve it, in ascending order."""
        ballots = np.repeat(np.arange(len(self.weights)), np.diff(self.starts))
        by_project = np.argsort(self.choices, kind="stable")
        ends = np.searchsorted(self.choices[by_project], np.arange(1, len(self.projects)))
        return tuple(np.split(ballots[by_project], ends)) if self.projects else ()

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """For each project the number of voters who approve it."""
        return tuple(int(self.weights[who].sum()) for who in self.supporters)

    @cached_property
    def sha256(self) -> str:
        """The fingerprint of the canonical input, which anybody can recompute."""
        digest = hashlib.sha256()
        for line in self._canonical_lines():
            digest.update(line.encode() + b"\n")
        return digest.hexdigest()

    def voters_served(self, winners: Iterable[int]) -> int:
        """Count the voters who approve at least one of these projects."""
        served = np.zeros(len(self.weights), dtype=bool)
        for winner in winners:
            served[self.supporters[winner]] = True
        return int(self.weights[served].sum())

    def _canonical_lines(self) -> Iterator[str]:
        yield json.dumps({"budget": self.budget, "scale": self.scale, "voters": self.voters})
        for project in self.projects:
            yield json.dumps([project.id, project.cost, project.withdrawn], ensure_ascii=False)
        choices, starts = self.choices.tolist(), self.starts.tolist()
        for i, weight in enumerate(self.weights.tolist()):
            yield f"{weight}:{choices[starts[i] : starts[i + 1]]}"


def _check(projects: tuple[Project, ...], budget: int) -> None:
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


def _merge(
    projects: tuple[Project, ...], ballots: Iterable[Collection[str]]
) -> tuple[Counter[tuple[int, ...]], int]:
    """Merge identical ballots; a project named twice on one ballot counts once."""
    place = {project.id: position for position, project in enumerate(projects)}
    as_written = Counter(tuple(ballot) for ballot in ballots)
    merged: Counter[tuple[int, ...]] = Counter()
    for ballot, times in as_written.items():
        try:
            merged[tuple(sorted({place[id_] for id_ in ballot}))] += times
        except KeyError as unknown:
            raise CountingError(
                N_("A ballot names project %(project)s, which is not in the list."),
                project=str(unknown.args[0]),
            ) from None
    merged.pop((), None)
    return merged, as_written.total()
