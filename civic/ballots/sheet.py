"""A paper with a choice on it, as it is shown; and when what can be done with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from civic.ballots import rules
from civic.ballots.models import BallotProject
from civic.cycles.models import BallotKind, Cycle, Pot
from civic.cycles.phases import ALLOWS, Ability
from civic.cycles.queries import voting_of


class Stage(StrEnum):
    """What a reader can do with the paper of a pot."""

    HIDDEN = "hidden"
    READ = "read"
    VOTE = "vote"
    OVER = "over"


def stage_of(cycle: Cycle, at: datetime) -> Stage:
    """Hidden until the paper is published, then to be read, to be voted on, over."""
    voting, shown = voting_of(cycle), published_from(cycle)
    if voting is not None and at >= voting.closes_at:
        return Stage.OVER
    if voting is not None and at >= voting.opens_at:
        return Stage.VOTE
    return Stage.HIDDEN if shown is None or at < shown else Stage.READ


def published_from(cycle: Cycle) -> datetime | None:
    """When the papers of a cycle can be read."""
    opening = [p.opens_at for p in cycle.phases if Ability.SEE_BALLOT in ALLOWS[p.kind]]
    return min(opening, default=None)


@dataclass(frozen=True)
class Sheet:
    """The paper of a pot and what is chosen on it."""

    pot: Pot
    lines: Sequence[BallotProject]
    chosen: Collection[int]

    @property
    def by_money(self) -> bool:
        """Is the pot itself what limits a ballot, and not a number of projects?"""
        return self.pot.ballot_kind is BallotKind.KNAPSACK

    @cached_property
    def picked(self) -> list[BallotProject]:
        return [line for line in self.lines if line.number in self.chosen]

    @cached_property
    def spent(self) -> int:
        return sum(line.cost for line in self.picked)

    @property
    def left(self) -> int:
        return self.pot.amount - self.spent

    @property
    def to_remove(self) -> BallotProject | None:
        """The project to take away first where the choice costs more than the pot holds."""
        too_much = self.by_money and self.left < 0
        return rules.to_remove(self.picked, -self.left) if too_much else None

    def over(self, line: BallotProject) -> int:
        """By how much a project that is not chosen exceeds what is left."""
        return max(0, line.cost - max(0, self.left)) if self.by_money else 0

    @property
    def categories(self) -> list[tuple[str, int]]:
        """The categories on the paper with their number of projects, the largest first."""
        return Counter(line.category for line in self.lines if line.category).most_common()
