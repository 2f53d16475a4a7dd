"""Who may say where they belong, and who stands for the roll of those entitled to vote."""

from __future__ import annotations

from civic.areas.models import Area
from civic.electorate.models import Roll
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy("Please sign in to choose your neighbourhood.")
def may_declare_residency(actor: Actor, area: Area) -> bool:
    """Everybody, for themselves."""
    return actor.holds(Role.RESIDENT)


@policy(N_("Only headquarters, administrators and auditors see the rolls."))
def may_see_rolls(actor: Actor, _city: object = None) -> bool:
    """Whoever confirms a roll, and whoever checks that it was done rightly."""
    seeing = (Role.HEADQUARTERS, Role.ADMIN, Role.AUDITOR)
    return any(actor.holds(role) for role in seeing)


@policy(N_("A roll is confirmed by two different people of headquarters or administration."))
def may_confirm_roll(actor: Actor, roll: Roll) -> bool:
    """Headquarters and administrators of the city; whoever signed first does not sign twice."""
    serves = any(actor.holds(role, roll.city) for role in (Role.HEADQUARTERS, Role.ADMIN))
    return serves and (roll.first_by_id is None or actor.id != roll.first_by_id)
