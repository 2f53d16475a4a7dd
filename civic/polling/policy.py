"""Who serves at the counter, who decides about sheets, and who helps people to vote."""

from __future__ import annotations

from civic.areas.models import Area
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role
from civic.polling.models import PaperSheet


@policy(N_("Only the counter clerks of this area do this."))
def may_serve_counter(actor: Actor, area: Area | None = None) -> bool:
    """Counter clerks, where they serve."""
    return actor.holds(Role.CLERK, within=area)


@policy(N_("Only the counter clerks of this area and the city headquarters see its bags."))
def may_see_bags(actor: Actor, area: Area | None = None) -> bool:
    """Whoever types there, and the commission."""
    return actor.holds(Role.CLERK, within=area) or actor.holds(Role.HEADQUARTERS)


@policy(N_("A third person decides: a clerk or the headquarters, who has not typed this sheet."))
def may_decide_sheet(actor: Actor, sheet: PaperSheet) -> bool:
    """Whoever serves there, or sits in the commission, and has not read this sheet before."""
    serves = actor.holds(Role.CLERK, sheet.batch.pot.area) or actor.holds(Role.HEADQUARTERS)
    return serves and actor.id not in {sheet.clerk1_id, sheet.clerk2_id}


@policy(N_("Only the commission at the city headquarters does this."))
def may_sit_in_commission(actor: Actor, area: Area | None = None) -> bool:
    """The commission: the city headquarters."""
    return actor.holds(Role.HEADQUARTERS, within=area)


@policy(N_("Only the ambassadors of this area help people to vote here."))
def may_assist(actor: Actor, area: Area | None = None) -> bool:
    """Ambassadors, where they serve."""
    return actor.holds(Role.AMBASSADOR, within=area)
