"""Who asks that two accounts be joined, and who does it."""

from __future__ import annotations

from civic.joining.models import AccountJoin
from civic.kernel.i18n import N_
from civic.kernel.policy import policy
from civic.kernel.roles import Actor, Role


@policy(N_("Only counter clerks and the city headquarters join two accounts of one person."))
def may_ask_join(actor: Actor, _: object = None) -> bool:
    """Clerks, to whom people show their card, and the headquarters."""
    return actor.holds(Role.CLERK) or actor.holds(Role.HEADQUARTERS)


@policy(N_("A second person of the city headquarters joins them, and nobody their own accounts."))
def may_confirm_join(actor: Actor, join: AccountJoin) -> bool:
    """The headquarters; never whoever asked, or whose accounts these are."""
    concerned = (join.asked_by_id, join.stays_id, join.goes_id)
    return actor.holds(Role.HEADQUARTERS) and actor.id not in concerned


@policy(N_("Only whoever asked, or the city headquarters, leaves two accounts as they are."))
def may_drop_join(actor: Actor, join: AccountJoin) -> bool:
    """Whoever asked may think better of it; the headquarters may find that these are two people."""
    asked = actor.holds(Role.CLERK) and actor.id == join.asked_by_id
    return asked or actor.holds(Role.HEADQUARTERS)
