"""How ties are broken: more votes, lower cost, then a lot that anybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from itertools import pairwise

from civic.counting.ballots.election import Election
from civic.counting.errors import N_, CountingError

STEPS = ("votes", "cost", "lot", "order")


@dataclass(frozen=True)
class TieRule:
    """The steps in which a tie is broken, and the published seed of the lot.

    The frozen order of the projects is always the last step, so that a winner is certain.
    """

    seed: str = ""
    steps: tuple[str, ...] = ("votes", "cost", "lot")

    def __post_init__(self) -> None:
        for step in self.steps:
            if step not in STEPS:
                raise CountingError(N_("There is no tie-breaking step %(step)s."), step=step)


@dataclass(frozen=True)
class Tie:
    """A tie that was broken: its projects, first the one that went ahead, and the deciding step."""

    projects: tuple[str, ...]
    decided_by: str


class TieBreaker:
    """The tie rule applied to one election; the lot is drawn once, for the whole count."""

    def __init__(self, rule: TieRule, election: Election) -> None:
        self.steps = (*rule.steps, "order")
        self.broken: list[Tie] = []
        self._ids = [project.id for project in election.projects]
        self._keys = [
            tuple(_key(step, place, election, rule.seed) for step in self.steps)
            for place in range(len(election.projects))
        ]

    def fresh(self) -> TieBreaker:
        """The same lot with nothing noted down yet, for another run of the same count."""
        again = copy(self)
        again.broken = []
        return again

    def goes_before(self, place: int, other: int, *, more: int) -> bool:
        """Say whether a project with so many more votes would go first in a tie with another."""
        mine = list(self._keys[place])
        if "votes" in self.steps:
            mine[self.steps.index("votes")] -= more
        return tuple(mine) < self._keys[other]

    def rank(self, tied: Iterable[int]) -> list[int]:
        """Put tied projects in order and note down how the tie was broken."""
        ranked = sorted(tied, key=self._keys.__getitem__)
        if len(ranked) > 1:
            deepest = max(self._deciding_step(one, next_) for one, next_ in pairwise(ranked))
            names = tuple(self._ids[place] for place in ranked)
            self.broken.append(Tie(names, self.steps[deepest]))
        return ranked

    def pick(self, tied: Iterable[int]) -> int:
        """Choose one of the tied projects and note down what decided it."""
        ranked = sorted(tied, key=self._keys.__getitem__)
        if len(ranked) > 1:
            step = self.steps[self._deciding_step(ranked[0], ranked[1])]
            self.broken.append(Tie(tuple(self._ids[place] for place in ranked), step))
        return ranked[0]

    def _deciding_step(self, one: int, other: int) -> int:
        pairs = zip(self._keys[one], self._keys[other], strict=True)
        return next(i for i, (a, b) in enumerate(pairs) if a != b)


def _key(step: str, place: int, election: Election, seed: str) -> int:
    project = election.projects[place]
    if step == "votes":
        return -election.votes[place]
    if step == "cost":
        return project.cost
    if step == "lot":
        return lot(seed, project.id)
    return place


def lot(seed: str, project_id: str) -> int:
    """The number a project draws: SHA-256 of the seed, a line break and its id; the lowest wins."""
    return int(hashlib.sha256(f"{seed}\n{project_id}".encode()).hexdigest(), 16)
