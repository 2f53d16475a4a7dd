"""Who screens proposals: the elites of the neighbourhood, never one's own."""

from __future__ import annotations

from civic.areas.models import Area, Level
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role
from civic.moderation.models import Decision
from civic.proposals.models import Proposal


@policy("Only elites and the headquarters screen proposals.")
def may_see_queue(actor: Actor, area: Area | None = None) -> bool:
    """Whoever moderates, here or anywhere."""
    return actor.holds(Role.MODERATOR) or actor.holds(Role.HEADQUARTERS)


@policy(
    "Only an elite of its area decides about it, above the neighbourhoods also the headquarters;"
    " and nobody about their own."
)
def may_moderate(actor: Actor, proposal: Proposal) -> bool:
    """The moderators of its area but the author; above the neighbourhoods the headquarters too."""
    above = proposal.area.level is not Level.NEIGHBOURHOOD
    screens = actor.holds(Role.MODERATOR, within=proposal.area) or (
        above and actor.holds(Role.HEADQUARTERS)
    )
    return screens and actor.id != proposal.author_id


@policy("Only who decided can take a decision back.")
def may_undo_decision(actor: Actor, decision: Decision) -> bool:
    """The moderator who decided."""
    return actor.id is not None and actor.id == decision.moderator_id
