"""Elections of any size drawn from a seed: some projects are loved, most are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from civic.counting import Election, Project
from civic.counting.ballots.merging import Merger

SEED = 1405
PORTION = 250_000
LEAST, MOST = 10_000, 900_000
# The share of all that is asked for which the pot can pay for.
POT = 0.2


class Size(NamedTuple):
    """So many ballots about so many projects; `longest` is the most that one ballot names."""

    ballots: int
    projects: int
    longest: int = 8

    @classmethod
    def named(cls, text: str) -> Size:
        """Read `BALLOTSxPROJECTS` or `BALLOTSxPROJECTSxLONGEST`."""
        return cls(*(int(part) for part in text.lower().split("x")))

    def __str__(self) -> str:
        return "x".join(map(str, self))


@dataclass(frozen=True)
class Drawn:
    """Ballots as they come out of a database, in portions, and what they are about."""

    projects: tuple[Project, ...]
    portions: list[tuple[NDArray[np.int64], NDArray[np.int64]]]

    def election(self) -> Election:
        """Merge the ballots, portion by portion."""
        merger = Merger()
        for starts, choices in self.portions:
            merger.add(starts, choices)
        starts, choices, _, weights = merger.finish()
        budget = int(sum(project.cost for project in self.projects) * POT)
        return Election(self.projects, budget, merger.voters, starts, choices, weights)


def draw(size: Size, seed: int = SEED) -> Drawn:
    """Draw an election: the chance of the n-th project falls like one over the root of n."""
    lot = np.random.default_rng(seed)
    costs = lot.integers(LEAST, MOST, size.projects).tolist()
    projects = tuple(Project(f"p{place}", cost) for place, cost in enumerate(costs))
    chances = np.cumsum(1 / np.sqrt(lot.permutation(size.projects) + 1.0))
    sizes = [min(PORTION, size.ballots - done) for done in range(0, size.ballots, PORTION)]
    return Drawn(projects, [_portion(lot, number, size.longest, chances) for number in sizes])


def _portion(
    lot: np.random.Generator, ballots: int, longest: int, chances: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lengths = lot.integers(1, longest + 1, ballots)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    drawn = lot.random(int(starts[-1])) * chances[-1]
    return starts, np.searchsorted(chances, drawn, side="right").astype(np.int64)
