"""Who routes what residents chose, who reports on its delivery, and who says it is done."""

from __future__ import annotations

from civic.areas.models import Area, Level
from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role
from civic.projects.models import Project


@policy(N_("Only an elite of this area, or an administrator, routes what residents chose."))
def may_route(actor: Actor, area: Area | None = None) -> bool:
    """The moderators of the area whose pot it was, and administrators."""
    return actor.holds(Role.MODERATOR, within=area) or actor.holds(Role.ADMIN)


@policy(N_("Only officers of a department see its office."))
def may_see_office(actor: Actor, _department: object = None) -> bool:
    """Whoever is an officer, of any department."""
    return actor.holds(Role.OFFICER)


@policy(N_("Only an officer of the department in charge reports on this project."))
def may_deliver(actor: Actor, project: Project) -> bool:
    """The officers of its department."""
    return actor.holds(Role.OFFICER, within=project.department)


@policy(
    N_("Only an elite of this area, or the headquarters above the neighbourhoods, confirms it.")
)
def may_confirm(actor: Actor, project: Project) -> bool:
    """Never the department: the elites of the area; where there may be none, the headquarters."""
    above = project.area.level is not Level.NEIGHBOURHOOD
    return actor.holds(Role.MODERATOR, within=project.area) or (
        above and actor.holds(Role.HEADQUARTERS)
    )


@policy(N_("Residents answer here; whoever builds or confirms this project does not."))
def may_answer(actor: Actor, project: Project) -> bool:
    """Every resident but its officers and those who confirm it; where they live is for rules."""
    builds = actor.holds(Role.OFFICER, within=project.department)
    return actor.holds(Role.RESIDENT) and not builds and not may_confirm(actor, project)
