"""Who sets up cycles, their dates and their pots."""

from __future__ import annotations

from civic.areas.models import Area
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy(N_("Only administrators set up cycles, their dates and their pots."))
def may_manage_cycles(actor: Actor, city: Area) -> bool:
    """Administrators of the city."""
    return actor.holds(Role.ADMIN, within=city)
