"""What a count comes to: winners, the steps that led there, and a reason for every project."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

from civic.counting.terms.limits import NO_LIMITS, Limits
from civic.counting.terms.reasons import Reason
from civic.counting.terms.ties import Tie


@dataclass(frozen=True)
class Options:
    """Everything that was settled before the count; together with the ballots it is the result."""

    rule: str
    completion: str
    threshold: int
    step: int
    seed: str
    tie_steps: tuple[str, ...]
    utility: str = "cost"
    comparison: str = ""
    limits: Limits = NO_LIMITS

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Options:
        """Read options back from their plain values."""
        limits = Limits.from_dict(stored.get("limits", {}))
        return cls(**{**stored, "tie_steps": tuple(stored["tie_steps"]), "limits": limits})


@dataclass(frozen=True)
class Round:
    """One purchase: what was bought, what was left after it, and at what price for a supporter.

    `payment` is the most that one supporter paid and `effective` the effective vote count; `load`
    is what each supporter bears of this and all before it. All are exact, and a rule leaves out
    what it does not know of.
    """

    number: int
    project: str
    cost: int
    votes: int
    left: int
    payment: Fraction | None = None
    effective: Fraction | None = None
    payers: int | None = None
    load: Fraction | None = None


@dataclass(frozen=True)
class Line:
    """One project in the result; `order` says as which one it was funded.

    `score` is the sum of its points, where ballots give points.
    """

    project: str
    cost: int
    votes: int
    funded: bool
    order: int | None
    reason: Reason
    score: int | None = None


@dataclass(frozen=True)
class Compared:
    """The outcome of a rule held against the walk by votes, and the rule whose winners were taken.

    `one` is how many voters prefer the outcome of the rule, `other` how many the walk, and to
    `equal` both are worth the same.
    """

    mode: str
    taken: str
    one: int
    other: int
    equal: int


@dataclass(frozen=True)
class Details:
    """What of an outcome takes longer than the count itself, worked out when somebody asks."""

    rounds: tuple[Round, ...]
    lines: tuple[Line, ...]
    voters_served: int
    input_sha256: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """The whole result of one count, ready to be stored, published and compared.

    `endowment` is the share of every voter in the run that stood, `runs` the number of runs.
    `preference` says how many voters preferred what, where two outcomes were compared.
    """

    options: Options
    winners: tuple[str, ...]
    total_cost: int
    budget: int
    scale: int
    voters: int
    endowment: Fraction | None
    ties: tuple[Tie, ...]
    runs: int
    tell: Callable[[], Details] = field(repr=False)
    preference: Compared | None = None

    @cached_property
    def details(self) -> Details:
        """Rounds, reasons and fingerprints."""
        return self.tell()

    @property
    def rounds(self) -> tuple[Round, ...]:
        """The purchases in their order."""
        return self.details.rounds

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every project in the frozen order, with the reason why it won or lost."""
        return self.details.lines

    @property
    def voters_served(self) -> int:
        """How many voters got at least one project they support."""
        return self.details.voters_served

    @property
    def input_sha256(self) -> str:
        """The fingerprint of the election that was counted."""
        return self.details.input_sha256

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Outcome) and self.as_dict() == other.as_dict()

    __hash__ = None  # type: ignore[assignment]  # equal by its content, which is large

    def as_dict(self) -> dict[str, Any]:
        """The outcome in plain values; exact fractions are written as "a/b"."""
        return {name: _plain(getattr(self, name)) for name in _STORED}

    def as_json(self) -> str:
        """The canonical text of the outcome: the same votes always give the same bytes."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Outcome:
        """Read an outcome back from its plain values."""
        details = Details(
            rounds=tuple(_round(row) for row in stored["rounds"]),
            lines=tuple(
                Line(**{**row, "reason": Reason.from_dict(row["reason"])})
                for row in stored["lines"]
            ),
            voters_served=stored["voters_served"],
            input_sha256=stored["input_sha256"],
        )
        return cls(
            options=Options.from_dict(stored["options"]),
            winners=tuple(stored["winners"]),
            total_cost=stored["total_cost"],
            budget=stored["budget"],
            scale=stored["scale"],
            voters=stored["voters"],
            endowment=_fraction(stored["endowment"]),
            ties=tuple(Tie(tuple(t["projects"]), t["decided_by"]) for t in stored["ties"]),
            # A count that was stored before completions said how often they ran.
            runs=stored.get("runs", 1),
            tell=lambda: details,
            preference=Compared(**stored["preference"]) if stored.get("preference") else None,
        )


_STORED = (
    *(one.name for one in fields(Outcome) if one.name != "tell"),
    *(one.name for one in fields(Details)),
)


def _plain(value: object) -> object:
    if isinstance(value, Reason | Limits):
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
    exact = {name: _fraction(row.get(name)) for name in ("payment", "effective", "load")}
    return Round(**{**row, **exact})
