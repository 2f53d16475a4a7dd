"""Elections in which one thing is different, made without touching the ballots, and their recount.

A recount with a changed cost or budget shares every array with the election it comes from, and one
with more voters shares all but the weights: hundreds of recounts cost hundreds of counts, no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from civic.counting.ballots.election import Election, Project
from civic.counting.registry import count
from civic.counting.terms.outcome import Options, Outcome
from civic.counting.terms.setting import Progress, ignore
from civic.counting.terms.ties import TieRule

# What an election works out from its ballots alone: it holds for other costs and budgets too.
_FROM_SUPPORT = ("_by_project", "supporters", "support")
_FROM_BALLOTS = (*_FROM_SUPPORT, "votes", "scores")


def recount(
    election: Election,
    options: Options,
    *,
    kernel: str | None = None,
    progress: Progress = ignore,
) -> Outcome:
    """Count an election with the options of another count."""
    return count(
        election,
        options.rule,
        options.completion,
        utility=options.utility,
        ties=TieRule(options.seed, options.tie_steps),
        threshold=options.threshold,
        step=options.step,
        limits=options.limits,
        comparison=options.comparison,
        kernel=kernel,
        progress=progress,
    )


def place_of(election: Election, project_id: str) -> int | None:
    """The place of a project in the frozen order; None where it is not on the paper."""
    for place, project in enumerate(election.projects):
        if project.id == project_id:
            return place
    return None


def with_budget(election: Election, budget: int) -> Election:
    """The same ballots and projects with another budget, in the election's smallest unit."""
    return _with(election, _FROM_BALLOTS, budget=budget)


def with_costs(election: Election, costs: Mapping[str, int]) -> Election:
    """The same ballots with other costs for some projects, in the election's smallest unit."""
    return with_projects(
        election,
        tuple(
            replace(project, cost=costs[project.id]) if project.id in costs else project
            for project in election.projects
        ),
    )


def with_projects(election: Election, projects: tuple[Project, ...]) -> Election:
    """The same ballots on a paper whose projects, in the same places, are described otherwise."""
    return _with(election, _FROM_BALLOTS, projects=projects)


@dataclass(frozen=True, eq=False)
class Joined:
    """An election that voters may join who all choose one project and nothing else.

    `base` holds their ballot with a weight of nought, at `ballot`, which is its place in the
    canonical order; `points` is what each of them gives the project (None for approvals).
    """

    base: Election
    place: int
    ballot: int
    points: int | None

    @classmethod
    def by_supporters_of(cls, election: Election, place: int) -> Joined:
        """Find, or make room for, the ballot that chooses this project alone.

        Where ballots give points it gives the most points that any ballot gives to a project.
        """
        points = None if election.points is None else int(election.points.max(initial=1))
        singles = int(np.searchsorted(np.diff(election.starts), 2))
        mine = (place, points or 0)
        chosen = election.choices[:singles].tolist()
        given = [0] * singles if election.points is None else election.points[:singles].tolist()
        keys = list(zip(chosen, given, strict=True))
        ballot = sum(key < mine for key in keys)
        if ballot == singles or keys[ballot] != mine:
            election = _inserted(election, ballot, place, points)
        return cls(election, place, ballot, points)

    def by(self, more: int) -> Election:
        """The election with so many voters more, each of whom counts among its voters."""
        base = self.base
        weights = base.weights.copy()
        weights[self.ballot] += more
        changed = _with(base, _FROM_SUPPORT, weights=weights, voters=base.voters + more)
        # Votes and scores hold but for this project; counting them anew would take longest.
        return _remembering(
            changed,
            votes=_raised(base.votes, self.place, more),
            scores=_raised(base.scores, self.place, more * (self.points or 1)),
        )


def _raised(numbers: tuple[int, ...], place: int, more: int) -> tuple[int, ...]:
    return (*numbers[:place], numbers[place] + more, *numbers[place + 1 :])


def _inserted(election: Election, ballot: int, place: int, points: int | None) -> Election:
    """The election with one ballot of a single entry put in, which nobody cast."""
    starts, given = election.starts, election.points
    return replace(
        election,
        # Every ballot before it has one entry, so it begins at its own number.
        starts=np.concatenate([starts[: ballot + 1], starts[ballot:] + 1]),
        choices=np.insert(election.choices, ballot, place),
        weights=np.insert(election.weights, ballot, 0),
        points=None if given is None else np.insert(given, ballot, points or 0),
    )


def _with(election: Election, same: tuple[str, ...], **changes: Any) -> Election:
    changed = replace(election, **changes)
    return _remembering(changed, **{name: getattr(election, name) for name in same})


def _remembering(election: Election, **known: object) -> Election:
    """Let an election know what it would otherwise work out on first use."""
    election.__dict__.update(known)
    return election
