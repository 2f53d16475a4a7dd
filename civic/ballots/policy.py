"""Who may vote, and who puts projects on the paper."""

from __future__ import annotations

from civic.areas.models import Area
from civic.cycles.models import Pot
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy(N_("Sign in to vote."))
def may_cast_ballot(actor: Actor, pot: Pot) -> bool:
    """Every resident; whether they belong to the pot's area is asked of the electorate."""
    return actor.holds(Role.RESIDENT)


@policy(N_("Only the moderators of this area and the headquarters compose its ballot."))
def may_compose_ballot(actor: Actor, area: Area) -> bool:
    """Moderators of the whole area, headquarters and administrators."""
    return any(
        actor.holds(role, within=area) for role in (Role.MODERATOR, Role.HEADQUARTERS, Role.ADMIN)
    )
