"""What a rule needs besides its own steps: who takes part, and what a project is worth to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from civic.counting.arithmetic.kernels import Floats, Kernel, Supporters
from civic.counting.ballots.election import Election, Indices
from civic.counting.terms.limits import Gate
from civic.counting.terms.reasons import Reason
from civic.counting.terms.ties import TieBreaker

Utility = Literal["cost", "cardinality", "score"]
# Hears how many runs of a completion are done, and how much money the last one spent.
Progress = Callable[[int, int], None]
UTILITIES: tuple[str, ...] = get_args(Utility)


def ignore(runs: int, spent: int) -> None:
    """Tell nobody how far a count is."""


@dataclass(frozen=True, eq=False)
class Setting:
    """One election with everything that was settled before the count.

    `eligible` are the places that take part, in the frozen order; those for whom the whole budget
    is too little are among them, so that a reason is given for each. The places that take no part
    are `out`, each with the reason.
    """

    election: Election
    eligible: tuple[int, ...]
    out: Mapping[int, Reason]
    gate: Gate
    ties: TieBreaker
    utility: str
    step: int
    kernel: Kernel
    progress: Progress = ignore

    @property
    def budget(self) -> int:
        """The money of the count: the budget less what is funded before it."""
        return self.gate.budget

    @cached_property
    def for_sale(self) -> tuple[int, ...]:
        """The places that could win: within the budget, not closed, and somebody wants them.

        Raised shares could buy a project dearer than the whole budget, and end the steps there.
        """
        return tuple(
            place
            for place in self.eligible
            if self.election.votes[place] and self.gate.admits(place) and self.gate.fits(place)
        )

    @cached_property
    def support(self) -> Sequence[Indices | None]:
        """For each project the points that its supporters pay for; None where all pay for one."""
        if self.utility == "cardinality":
            return [None] * len(self.election.projects)
        return self.election.support

    @cached_property
    def factors(self) -> Sequence[int]:
        """For each project what one point of it is worth."""
        if self.utility == "cost":
            return [project.cost for project in self.election.projects]
        return [1] * len(self.election.projects)

    @cached_property
    def weights(self) -> Floats:
        """How often each ballot was cast."""
        return self.election.weights.astype(np.float64)

    def supporters_of(self, place: int) -> Supporters:
        """Everybody who pays for a project while the purse is full."""
        points = self.support[place]
        floats = None if points is None else points.astype(np.float64)
        return Supporters(self.election.supporters[place], floats)

    @cached_property
    def lowest_rates(self) -> Mapping[int, float]:
        """What a unit of utility of each project for sale costs while every purse is full."""
        return {place: self._lowest_rate(place) for place in self.for_sale}

    def _lowest_rate(self, place: int) -> float:
        points, rights = self.support[place], self.election.votes[place]
        if points is not None:
            who = self.election.supporters[place]
            rights = int((self.election.weights[who] * points).sum())
        return self.election.projects[place].cost / (rights * self.factors[place])
