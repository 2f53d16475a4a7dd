"""Who may say where they belong."""

from __future__ import annotations

from civic.areas.models import Area
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy("Please sign in to choose your neighbourhood.")
def may_declare_residency(actor: Actor, area: Area) -> bool:
    """Everybody, for themselves."""
    return actor.holds(Role.RESIDENT)
