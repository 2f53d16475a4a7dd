"""What the elites of a neighbourhood decide: accept, return, refuse, join; each with a trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.areas.models import Area
from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.phases import Ability
from civic.cycles.rules import check_allowed
from civic.deliberation.actions import carry_over
from civic.departments.calendar import due_after
from civic.departments.models import Department
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_, Actor, Role
from civic.moderation import rules
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.moderation.models import Decision
from civic.moderation.policy import may_moderate, may_undo_decision
from civic.notifications.actions import take_back
from civic.notifications.kinds import Kind
from civic.proposals.actions import change_state, hold, merge_into, move_up, tell_about
from civic.proposals.deadlines import APPRAISING, MENDING, SCREENING
from civic.proposals.events import Entry, Happening
from civic.proposals.models import Proposal
from civic.proposals.queries import district_path, history_of
from civic.proposals.states import State

# The notice that a decision is told with, for the decisions that can be taken back.
TOLD_AS = {
    DecisionKind.ACCEPT: Kind.PROPOSAL_ACCEPTED,
    DecisionKind.RETURN: Kind.PROPOSAL_RETURNED,
    DecisionKind.REFUSE: Kind.PROPOSAL_REFUSED,
}


@transactional
def accept(actor: Actor, proposal: Proposal, department: Department, *, at: datetime) -> Decision:
    """Let a department check and cost the proposal; its clock starts."""
    may_moderate.require(actor, proposal)
    _check_open(proposal, at)
    if not proposal.area.lies_in(department.area):
        raise RuleBroken(N_("This department does not serve the area."), field="department")
    due = due_after(at, APPRAISING)
    proposal.department_id = department.id
    entry = Entry(_role_of(actor, proposal), details={"department": department.called, "due": due})
    change_state(proposal, State.ACCEPTED, entry, at=at, due_at=due)
    decision = _decide(actor, proposal, DecisionKind.ACCEPT, ReasonCode.FITS, at=at)
    tell_about(
        proposal, Kind.PROPOSAL_ACCEPTED, about=decision.id, at=at,
        department=department.called, due=due,
    )  # fmt: skip
    _record(actor, Event.PROPOSAL_ACCEPT, proposal, at, department=department.code)
    return decision


@transactional
def return_to_author(
    actor: Actor, proposal: Proposal, code: ReasonCode, reason: str, *, at: datetime
) -> Decision:
    """Ask the author to mend the proposal, and say what is missing."""
    may_moderate.require(actor, proposal)
    _check_open(proposal, at)
    rules.check_reason(DecisionKind.RETURN, code, reason)
    due = due_after(at, MENDING)
    entry = Entry(_role_of(actor, proposal), reason, details={"due": due})
    change_state(proposal, State.RETURNED, entry, at=at, due_at=due)
    decision = _decide(actor, proposal, DecisionKind.RETURN, code, reason, at=at)
    tell_about(proposal, Kind.PROPOSAL_RETURNED, about=decision.id, at=at, due=due)
    _record(actor, Event.PROPOSAL_RETURN, proposal, at, reason=code.value)
    return decision


@transactional
def refuse(
    actor: Actor, proposal: Proposal, code: ReasonCode, reason: str, *, at: datetime
) -> Decision:
    """Say no, with a reason that everybody can read."""
    may_moderate.require(actor, proposal)
    _check_open(proposal, at)
    rules.check_reason(DecisionKind.REFUSE, code, reason)
    change_state(proposal, State.REFUSED, Entry(_role_of(actor, proposal), reason), at=at)
    decision = _decide(actor, proposal, DecisionKind.REFUSE, code, reason, at=at)
    tell_about(proposal, Kind.PROPOSAL_REFUSED, about=decision.id, at=at)
    _record(actor, Event.PROPOSAL_REFUSE, proposal, at, reason=code.value)
    return decision


@transactional
def carry_up(
    actor: Actor, proposal: Proposal, area: Area, reason: str, *, at: datetime
) -> Decision:
    """Hand a proposal to the area that it really concerns; the clock begins anew there."""
    may_moderate.require(actor, proposal)
    _check_open(proposal, at)
    rules.check_wider(proposal.area.path, area.path)
    if not reason.strip():
        raise RuleBroken(N_("Say in a sentence why it concerns more people."), field="reason")
    due, role, below = due_after(at, SCREENING), _role_of(actor, proposal), proposal.area
    entry = Entry(role, reason, details={"area": area.called, "due": due})
    move_up(proposal, area, entry, at=at, due_at=due)
    decision = _decide(actor, proposal, DecisionKind.CARRY_UP, ReasonCode.WIDER, reason, at=at)
    tell_about(
        proposal, Kind.PROPOSAL_CARRIED_UP, about=decision.id, at=at, area=area.called, due=due
    )
    _record(actor, Event.PROPOSAL_CARRY_UP, proposal, at, below=below.code, reason=reason)
    return decision


@transactional
def merge(actor: Actor, twin: Proposal, stays: Proposal, reason: str, *, at: datetime) -> Decision:
    """Join a twin with the proposal that stays: supporters go along, both authors hear of it."""
    may_moderate.require(actor, twin)
    may_moderate.require(actor, stays)
    check_allowed(twin.cycle.phases, Ability.SCREEN, at)
    for proposal in sorted((twin, stays), key=lambda proposal: proposal.id):
        hold(proposal)
    near = district_path(twin.area) == district_path(stays.area)
    rules.check_twins(twin, stays, same_district=near)
    if not reason.strip():
        raise RuleBroken(N_("Say in a sentence why they are twins."), field="reason")
    entry = Entry(_role_of(actor, twin), reason, details={"into": stays.title})
    merge_into(twin, stays, entry, at=at)
    carry_over(twin, stays, at=at)
    decision = _decide(
        actor, twin, DecisionKind.MERGE, ReasonCode.TWIN, reason, at=at, into_id=stays.id
    )
    tell_about(
        twin, Kind.PROPOSAL_MERGED, about=decision.id, at=at, also=[stays.author_id],
        into=stays.title,
    )  # fmt: skip
    _record(actor, Event.PROPOSAL_MERGE, twin, at, into=str(stays.id))
    return decision


@transactional
def undo(actor: Actor, decision: Decision, proposal: Proposal, *, at: datetime) -> None:
    """Take one's own last decision back, if nothing followed."""
    may_undo_decision.require(actor, decision)
    if decision.undone_at is not None:
        return
    hold(proposal)
    latest = history_of(proposal)[0]
    followed = (
        decision.kind not in rules.LEADS_TO
        or proposal.state is not rules.LEADS_TO[decision.kind]
        or latest.at > decision.at
    )
    rules.check_undo(decision.at, at, followed=followed)
    decision.undone_at, proposal.department_id = at, None
    due, entry = due_after(at, SCREENING), Entry(_role_of(actor, proposal), kind=Happening.REOPENED)
    change_state(proposal, State.SUBMITTED, entry, at=at, due_at=due)
    take_back(proposal.author_id, TOLD_AS[decision.kind], about=decision.id)
    tell_about(proposal, Kind.PROPOSAL_REOPENED, about=decision.id, at=at, due=due)
    _record(actor, Event.PROPOSAL_REOPEN, proposal, at, undone=decision.kind.value)


def _check_open(proposal: Proposal, at: datetime) -> None:
    check_allowed(proposal.cycle.phases, Ability.SCREEN, at)
    area_id = proposal.area_id
    hold(proposal)
    rules.check_not_moved(area_id, proposal.area_id)
    rules.check_still_waiting(proposal.state)


def _role_of(actor: Actor, proposal: Proposal) -> Role:
    """As what somebody decides about this proposal."""
    elite = actor.holds(Role.MODERATOR, within=proposal.area)
    return Role.MODERATOR if elite else Role.HEADQUARTERS


def _decide(
    actor: Actor, proposal: Proposal, kind: DecisionKind, code: ReasonCode, reason: str = "",
    **more: Any,
) -> Decision:  # fmt: skip
    made = Decision(
        proposal_id=proposal.id, moderator_id=actor.id, kind=kind, reason_code=code,
        reason=reason, **more,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _record(actor: Actor, event: Event, proposal: Proposal, at: datetime, **more: str) -> None:
    record(
        actor, event, proposal, at=at, area_code=proposal.area.code, number=proposal.number, **more
    )
