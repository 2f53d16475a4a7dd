"""What a decision needs, which proposals can be twins, and how urgent a waiting one is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.moderation.reasons import FITTING
from civic.proposals.states import STATE_NAMES, State

NEAR = timedelta(days=2)
UNDO_WITHIN = timedelta(minutes=10)
LONGEST_REASON = 1000
# The kinds of no, and the state to which each decision leads.
LEADS_TO = {
    DecisionKind.ACCEPT: State.ACCEPTED,
    DecisionKind.RETURN: State.RETURNED,
    DecisionKind.REFUSE: State.REFUSED,
}
KEEPS = frozenset({State.SUBMITTED, State.ACCEPTED, State.FEASIBLE})
GIVES_UP = frozenset({State.SUBMITTED, State.ACCEPTED})


class Twin(Protocol):
    """What must be known of two proposals to say whether they can be joined."""

    id: UUID
    cycle_id: UUID
    state: State


def check_reason(kind: DecisionKind, code: ReasonCode, reason: str) -> None:
    """Every no has a reason that fits it, in words."""
    if kind in FITTING and code not in FITTING[kind]:
        raise RuleBroken(N_("Choose a reason that fits the decision."), field="reason_code")
    if kind in FITTING and not reason.strip():
        raise RuleBroken(N_("Write the reason; the author and everybody else can read it."),
                         field="reason")  # fmt: skip
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(N_("The reason is longer than %(n)s characters."), n=LONGEST_REASON,
                         field="reason")  # fmt: skip


def check_wider(path: str, wider: str) -> None:
    """A proposal is carried up, never sideways or down."""
    if not path.startswith(wider) or path == wider:
        raise RuleBroken(N_("Choose an area in which this one lies."), field="area")


def check_not_moved(area_id: UUID, now: UUID) -> None:
    """Somebody else may have carried it up while this page was open."""
    if area_id != now:
        raise RuleBroken(
            N_(
                "Somebody carried this proposal up meanwhile, and it is decided there."
                " Your decision was not recorded, and nothing was overwritten."
            )
        )


def check_still_waiting(state: State) -> None:
    """Somebody else may have decided while this page was open."""
    if state is not State.SUBMITTED:
        raise RuleBroken(
            N_(
                "Somebody decided meanwhile: this proposal now stands at “%(state)s”."
                " Your decision was not recorded, and nothing was overwritten."
            ),
            state=STATE_NAMES[state],
        )


def check_twins(gives_up: Twin, stays: Twin, *, same_district: bool) -> None:
    """Twins are two proposals of one cycle and district, both still on their way."""
    if gives_up.id == stays.id:
        raise RuleBroken(N_("A proposal cannot be joined with itself."))
    if gives_up.cycle_id != stays.cycle_id:
        raise RuleBroken(N_("They belong to different cycles."))
    if not same_district:
        raise RuleBroken(N_("They lie in different districts, which have different budgets."))
    for twin, fitting in ((gives_up, GIVES_UP), (stays, KEEPS)):
        if twin.state not in fitting:
            raise RuleBroken(
                N_("One of them has moved on meanwhile: it stands at “%(state)s”."),
                state=STATE_NAMES[twin.state],
            )


def urgency(due_at: datetime | None, at: datetime) -> str:
    """How a clock is shown: quiet, near, or late."""
    if due_at is None or due_at - at > NEAR:
        return "quiet"
    return "late" if due_at <= at else "near"


def check_undo(decided_at: datetime, at: datetime, *, followed: bool) -> None:
    """A slip of the hand is taken back at once, before anything was built on it."""
    if at - decided_at > UNDO_WITHIN:
        raise RuleBroken(N_("A decision can be taken back within 10 minutes; that time is over."))
    if followed:
        raise RuleBroken(N_("Something has happened since then, so the decision stands."))
