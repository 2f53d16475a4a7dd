"""Who may change the division of the city."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role


@policy(N_("Only administrators can import areas."))
def may_import_areas(actor: Actor, _area: object = None) -> bool:
    """Administrators, since a division reaches over the whole city."""
    return actor.holds(Role.ADMIN)
