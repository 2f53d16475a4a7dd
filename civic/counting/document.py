"""The result of a count as one object of JSON, for everybody who wants to check or show it.

`docs/counting.md` describes every key. Money is in the currency of the election; what must be exact
and is no whole number is written as "a/b".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from civic.counting.terms.outcome import Line, Outcome, Round
from civic.counting.terms.reasons import Amount
from civic.counting.version import code_version

FORMAT = "civic-count/1"


def document(outcome: Outcome) -> dict[str, Any]:
    """Everything about a result: what was settled before, who won, each step, and each reason."""
    scale, options = outcome.scale, outcome.options
    preference = outcome.preference
    return {
        "format": FORMAT,
        "code": code_version(),
        "input_sha256": outcome.input_sha256,
        "rule": options.rule,
        "completion": options.completion,
        "utility": options.utility,
        "comparison": options.comparison,
        "threshold": options.threshold,
        "step": money(options.step, scale),
        "tie_steps": list(options.tie_steps),
        "seed": options.seed,
        "limits": options.limits.as_dict(),
        "budget": money(outcome.budget, scale),
        "voters": outcome.voters,
        "voters_served": outcome.voters_served,
        "endowment": _exact(outcome.endowment, scale),
        "runs": outcome.runs,
        "preference": None if preference is None else asdict(preference),
        "winners": list(outcome.winners),
        "total_cost": money(outcome.total_cost, scale),
        "ties": [{"projects": list(t.projects), "decided_by": t.decided_by} for t in outcome.ties],
        "projects": [_project(line, scale) for line in outcome.lines],
        "rounds": [_round(one, scale) for one in outcome.rounds],
    }


def text(plain: Mapping[str, Any]) -> str:
    """The object as bytes are published: the same on every machine."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def money(units: int, scale: int) -> int | float:
    """An amount in the currency of the election; whole wherever it is whole."""
    whole, rest = divmod(units, scale)
    # Two decimals at most and fifteen digits before them: a float writes and reads them exactly.
    return whole if rest == 0 else float(Fraction(units, scale))


def _project(line: Line, scale: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": line.project,
        "cost": money(line.cost, scale),
        "votes": line.votes,
        "funded": line.funded,
        "order": line.order,
        "reason": line.reason.english % _in_currency(line.reason.params, scale),
        "reason_kind": line.reason.kind,
        "reason_numbers": _in_currency(line.reason.params, scale),
    }
    if line.score is not None:
        said["score"] = line.score
    return said


def _in_currency(params: Mapping[str, int | str | Amount], scale: int) -> dict[str, Any]:
    return {
        name: money(value.units, scale) if isinstance(value, Amount) else value
        for name, value in params.items()
    }


def _round(one: Round, scale: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "number": one.number,
        "project": one.project,
        "cost": money(one.cost, scale),
        "votes": one.votes,
        "left": money(one.left, scale),
    }
    if one.payment is not None and one.effective is not None:
        said["payment"] = _exact(one.payment, scale)
        said["effective"] = _exact(one.effective, 1)
    if one.payers is not None:
        said["payers"] = one.payers
    if one.load is not None:
        said["load"] = _exact(one.load, scale)
    return said


def _exact(value: Fraction | None, scale: int) -> str | None:
    if value is None:
        return None
    in_currency = value / scale
    return f"{in_currency.numerator}/{in_currency.denominator}"
