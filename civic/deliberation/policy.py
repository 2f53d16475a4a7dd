"""Who may stand behind a proposal."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role
from civic.proposals.models import Proposal


@policy("Sign in to support proposals. Your own you stand behind already.")
def may_support(actor: Actor, proposal: Proposal) -> bool:
    """Every resident but the author."""
    return actor.holds(Role.RESIDENT) and actor.id != proposal.author_id
