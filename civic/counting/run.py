"""What a rule hands back before it is put on record: who won, in which steps, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from civic.counting.outcome import Round
from civic.counting.reasons import Reason
from civic.counting.ties import Tie


@dataclass(frozen=True)
class Run:
    """The bare result of a rule; projects are their places in the frozen order."""

    winners: Sequence[int]
    rounds: Sequence[Round]
    reasons: Mapping[int, Reason]
    ties: Sequence[Tie]
    endowment: Fraction | None = None
