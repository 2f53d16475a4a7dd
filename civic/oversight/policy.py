"""Who has a desk above the works, and what can be decided there."""

from __future__ import annotations

from civic.areas.models import Level
from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role
from civic.projects.models import Project


@policy(N_("This desk is for district mayors and the headquarters."))
def may_see_desk(actor: Actor, _what: object = None) -> bool:
    """Mayors see their district, the headquarters all of them."""
    return actor.holds(Role.MAYOR) or actor.holds(Role.HEADQUARTERS)


@policy(N_("The mayor of its district decides about it, for the whole city the headquarters."))
def may_rule(actor: Actor, project: Project) -> bool:
    """The mayor of the district in which it lies; no mayor is above the whole city."""
    if project.area.level is Level.CITY:
        return actor.holds(Role.HEADQUARTERS)
    return actor.holds(Role.MAYOR, within=project.area)


@policy(N_("Only the headquarters answers escalations."))
def may_answer_escalation(actor: Actor, _what: object = None) -> bool:
    """Somebody else than who escalated."""
    return actor.holds(Role.HEADQUARTERS)
