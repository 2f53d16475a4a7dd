"""What a rule hands back before it is put on record: who won, and the story of it if asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Reason
from civic.counting.terms.ties import Tie


@dataclass(frozen=True)
class Story:
    """The purchases in their order, and a reason for each project that took part, by its place."""

    rounds: Sequence[Round]
    reasons: Mapping[int, Reason]


@dataclass(frozen=True)
class Run:
    """The bare result of a rule; projects are their places in the frozen order.

    The story costs more than the count, so it is told only to those who ask for it.
    """

    winners: Sequence[int]
    ties: Sequence[Tie]
    story: Callable[[], Story]
    endowment: Fraction | None = None
    runs: int = 1
