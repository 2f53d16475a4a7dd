"""Finishing a sheet: the proposal is feasible at a cost, or it is not, for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from civic.appraisals import queries, rules
from civic.appraisals.kinds import Verdict
from civic.appraisals.models import Appraisal
from civic.appraisals.policy import may_appraise
from civic.appraisals.rules import Sheet
from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.phases import Ability
from civic.cycles.rules import check_allowed
from civic.kernel.db import db, transactional
from civic.kernel.money import Toman
from civic.kernel.roles import Actor, Role
from civic.notifications.kinds import Kind
from civic.proposals.actions import change_state, hold, note_event, tell_about
from civic.proposals.events import Entry, Happening
from civic.proposals.models import Proposal
from civic.proposals.states import State

STATES = {Verdict.FEASIBLE: State.FEASIBLE, Verdict.INFEASIBLE: State.INFEASIBLE}


@transactional
def finish_sheet(actor: Actor, proposal: Proposal, sheet: Sheet, *, at: datetime) -> Appraisal:
    """Write a sheet and move the proposal on; earlier sheets stay readable."""
    may_appraise.require(actor, proposal)
    check_allowed(proposal.cycle.phases, Ability.APPRAISE, at)
    hold(proposal)
    earlier = [each.officer_id for each in queries.sheets_of(proposal)]
    rules.check_turn(actor.id, proposal.state, earlier)
    rules.check_sheet(sheet)
    feasible = sheet.verdict is Verdict.FEASIBLE
    made = Appraisal(
        proposal_id=proposal.id, department_id=proposal.department_id, officer_id=actor.id,
        verdict=sheet.verdict, cost=sheet.cost if feasible else None,
        upkeep_per_year=sheet.upkeep_per_year if feasible else None,
        months=sheet.months if feasible else None,
        checks={name: finding.value for name, finding in sheet.checks.items()},
        reason=sheet.reason, at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _move(proposal, made, at)
    record(
        actor, Event.APPRAISAL_FINISH, proposal, at=at, area_code=proposal.area.code,
        verdict=made.verdict.value, cost=made.cost, number=proposal.number,
    )  # fmt: skip
    return made


def _move(proposal: Proposal, made: Appraisal, at: datetime) -> None:
    proposal.cost = made.cost
    details: dict[str, Any] = {"cost": Toman(made.cost)} if made.cost else {}
    entry = Entry(Role.OFFICER, made.reason, details=details)
    state = STATES[made.verdict]
    if proposal.state is state:
        # The second sheet agrees in the verdict; it may have another cost.
        note_event(proposal, Happening(state.value), entry, at=at)
    else:
        change_state(proposal, state, entry, at=at)
    kind = Kind.PROPOSAL_APPRAISED if made.cost else Kind.PROPOSAL_INFEASIBLE
    tell_about(proposal, kind, about=made.id, at=at, **details)
