"""Who may propose, and what an author may still do."""

from __future__ import annotations

from civic.cycles.models import Cycle
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role
from civic.proposals.models import Proposal
from civic.proposals.states import MAY_COME_AGAIN, State


@policy("Sign in with your mobile number to propose something.")
def may_propose(actor: Actor, cycle: Cycle) -> bool:
    """Everybody with an account may, wherever they live."""
    return actor.holds(Role.RESIDENT)


@policy("Only its author can change a proposal, as a draft or while it is returned.")
def may_edit_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The author, before it is handed in and when it came back."""
    mine = actor.id is not None and actor.id == proposal.author_id
    return mine and proposal.state in {State.DRAFT, State.RETURNED}


@policy("Only its author can hand in a proposal.")
def may_submit_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The author; whether it can be handed in now is a matter of rules."""
    return actor.id is not None and actor.id == proposal.author_id


@policy("Only its author can withdraw a proposal.")
def may_withdraw_proposal(actor: Actor, proposal: Proposal) -> bool:
    """The author; until when is a matter of rules."""
    return actor.id is not None and actor.id == proposal.author_id


@policy("Only its author can delete a draft.")
def may_delete_draft(actor: Actor, proposal: Proposal) -> bool:
    """The author, as long as nobody else has seen it."""
    mine = actor.id is not None and actor.id == proposal.author_id
    return mine and proposal.state is State.DRAFT


@policy("Only its author can take a proposal into another cycle, once it has ended in its own.")
def may_take_along(actor: Actor, proposal: Proposal) -> bool:
    """The author, when it did not go on."""
    mine = actor.id is not None and actor.id == proposal.author_id
    return mine and proposal.state in MAY_COME_AGAIN
