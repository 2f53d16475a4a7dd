"""What a count comes to: winners, the steps that led there, and a reason for every project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civic.counting.reasons import Reason
from civic.counting.ties import Tie


@dataclass(frozen=True)
class Options:
    """Everything that was settled before the count; together with the ballots it is the result."""

    rule: str
    completion: str
    threshold: int
    step: int
    seed: str
    tie_steps: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """One purchase: what was bought, what was left after it, and at what price for a supporter.

    `payment` is the most that one supporter paid and `effective` the effective vote count,
    both exact; rules that charge nobody leave them out.
    """

    number: int
    project: str
    cost: int
    votes: int
    left: int
    payment: Fraction | None = None
    effective: Fraction | None = None
    payers: int | None = None


@dataclass(frozen=True)
class Line:
    """One project in the result; `order` says as which one it was funded."""

    project: str
    cost: int
    votes: int
    funded: bool
    order: int | None
    reason: Reason


@dataclass(frozen=True)
class Outcome:
    """The whole result of one count, ready to be stored, published and compared."""

    options: Options
    winners: tuple[str, ...]
    total_cost: int
    budget: int
    scale: int
    voters: int
    voters_served: int
    endowment: Fraction | None
    ties: tuple[Tie, ...]
    rounds: tuple[Round, ...]
    lines: tuple[Line, ...]
    input_sha256: str

    @property
    def rule(self) -> str:
        """The name of the rule that was counted by."""
        return self.options.rule

    @property
    def seed(self) -> str:
        """The published seed of the lot."""
        return self.options.seed

    @property
    def share_served(self) -> Fraction:
        """The share of voters who got at least one project they approve."""
        return Fraction(self.voters_served, self.voters) if self.voters else Fraction(0)

    def as_dict(self) -> dict[str, Any]:
        """The outcome in plain values; exact fractions are written as "a/b"."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}

    def as_json(self) -> str:
        """The canonical text of the outcome: the same votes always give the same bytes."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Outcome:
        """Read an outcome back from its plain values."""
        options = stored["options"]
        return cls(
            **{
                **stored,
                "options": Options(**{**options, "tie_steps": tuple(options["tie_steps"])}),
                "winners": tuple(stored["winners"]),
                "endowment": _fraction(stored["endowment"]),
                "ties": tuple(Tie(tuple(t["projects"]), t["decided_by"]) for t in stored["ties"]),
                "rounds": tuple(_round(row) for row in stored["rounds"]),
                "lines": tuple(
                    Line(**{**row, "reason": Reason.from_dict(row["reason"])})
                    for row in stored["lines"]
                ),
            }
        )


def _plain(value: object) -> object:
    if isinstance(value, Reason):
        return value.as_dict()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _round(row: Mapping[str, Any]) -> Round:
    exact = {name: _fraction(row[name]) for name in ("payment", "effective")}
    return Round(**{**row, **exact})
