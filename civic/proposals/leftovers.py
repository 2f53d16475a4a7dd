"""Proposals whose time ran out: nobody waits for ever, and nobody has to write anything twice."""

from __future__ import annotations

from datetime import datetime

from civic.cycles.models import Cycle
from civic.cycles.phases import Ability
from civic.cycles.queries import area_by_code
from civic.cycles.rules import check_allowed
from civic.kernel.db import transactional
from civic.kernel.roles import Actor
from civic.notifications.kinds import Kind
from civic.proposals import queries, rules
from civic.proposals.actions import change_state, hold, keep_draft, tell_about
from civic.proposals.events import HAPPENED, LEFT_AT, Entry
from civic.proposals.models import Proposal
from civic.proposals.policy import may_take_along
from civic.proposals.states import State

TAKEN = (
    "title", "problem", "solution", "category", "place", "lon", "lat", "picture", "search_text",
)  # fmt: skip


@transactional
def lapse(proposal: Proposal, *, at: datetime) -> None:
    """Close what was left over when its time ended; the author hears why, and what comes next."""
    hold(proposal)
    left = LEFT_AT.get(proposal.state)
    if left is None:
        return  # Somebody was quicker.
    change_state(proposal, State.LAPSED, Entry("platform", kind=left), at=at)
    tell_about(proposal, Kind.PROPOSAL_LAPSED, about=proposal.id, at=at, why=HAPPENED[left])


@transactional
def take_along(actor: Actor, proposal: Proposal, cycle: Cycle, *, at: datetime) -> Proposal:
    """Make a draft in another cycle of what did not go on in its own; twice is once."""
    may_take_along.require(actor, proposal)
    rules.check_another_cycle(proposal.cycle_id, cycle.id)
    check_allowed(cycle.phases, Ability.PROPOSE, at)
    made = queries.taken_along(proposal, cycle)
    if made is not None:
        return made
    rules.check_room(len(queries.drafts_of(actor.id)))
    # The city may be divided anew by now; then the author chooses the place once more.
    area = area_by_code(cycle, proposal.area.code) or queries.own_area(actor.id) or cycle.city
    written = {name: getattr(proposal, name) for name in TAKEN}
    return keep_draft(actor, cycle, area, at=at, **written)
