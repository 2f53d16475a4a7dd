"""What makes a sheet complete, and who may write the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from civic.appraisals.kinds import CHECKS, Finding, Verdict
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.proposals.states import STATE_NAMES, State

OPEN = frozenset({State.ACCEPTED, State.FEASIBLE, State.INFEASIBLE})
# A hundred thousand milliards: beyond it somebody has typed rials, or too many zeros.
HIGHEST_COST = 10**14
LONGEST_REASON = 2000
LONGEST_MONTHS = 60


@dataclass(frozen=True)
class Sheet:
    """What an officer writes."""

    verdict: Verdict
    reason: str
    cost: int | None = None
    upkeep_per_year: int | None = None
    months: int | None = None
    checks: Mapping[str, Finding] = field(default_factory=dict)


def check_sheet(sheet: Sheet) -> None:
    """A sheet gives its reason; a feasible one its cost, and no check speaks against it."""
    if not sheet.reason.strip():
        raise RuleBroken(N_("Write the reason; everybody can read it."), field="reason")
    if len(sheet.reason) > LONGEST_REASON:
        raise RuleBroken(
            N_("The reason is longer than %(n)s characters."), n=LONGEST_REASON, field="reason"
        )
    if set(sheet.checks) != set(CHECKS):
        raise RuleBroken(N_("Answer every check."))
    if sheet.verdict is Verdict.FEASIBLE:
        _check_feasible(sheet)


def _check_feasible(sheet: Sheet) -> None:
    if sheet.cost is None or not 0 < sheet.cost <= HIGHEST_COST:
        raise RuleBroken(N_("Give the cost in toman; what is feasible has one."), field="cost")
    if sheet.upkeep_per_year is not None and not 0 <= sheet.upkeep_per_year <= HIGHEST_COST:
        raise RuleBroken(N_("Give the upkeep of a year in toman."), field="upkeep_per_year")
    if sheet.months is not None and not 1 <= sheet.months <= LONGEST_MONTHS:
        raise RuleBroken(N_("Give between 1 and %(n)s months."), n=LONGEST_MONTHS, field="months")
    if sheet.checks["technical"] is Finding.NO:
        raise RuleBroken(N_("What cannot be built technically is not feasible."), field="verdict")


def check_turn(officer_id: UUID | None, state: State, earlier: Iterable[UUID]) -> None:
    """One's own sheet is not changed quietly: the next is written by a colleague."""
    if state not in OPEN:
        raise RuleBroken(
            N_("There is nothing to appraise now: the proposal stands at “%(state)s”."),
            state=STATE_NAMES[state],
        )
    if officer_id in set(earlier):
        raise RuleBroken(
            N_("Your sheet is finished already. If it has to change, a colleague of the"
               " department writes the next one; yours stays readable.")
        )  # fmt: skip
