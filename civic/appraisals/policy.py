"""Who checks feasibility and cost: the officers of the department that has the proposal."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role
from civic.proposals.models import Proposal


@policy("Only officers of a department see what waits for it.")
def may_see_sheets_due(actor: Actor, department: object = None) -> bool:
    """Whoever is an officer, of any department."""
    return actor.holds(Role.OFFICER)


@policy("Only an officer of the department in charge writes its sheet, and nobody about their own.")
def may_appraise(actor: Actor, proposal: Proposal) -> bool:
    """The officers of its department but the author."""
    return (
        proposal.department is not None
        and actor.holds(Role.OFFICER, within=proposal.department)
        and actor.id != proposal.author_id
    )
