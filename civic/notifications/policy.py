"""Who may keep notices and follow things: everybody with an account, for themselves."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role


@policy(N_("Sign in to follow what happens here."))
def may_follow(actor: Actor, _thing: object = None) -> bool:
    """Everybody with an account follows for themselves."""
    return actor.holds(Role.RESIDENT)


@policy(N_("Sign in to read your notices."))
def may_read_notices(actor: Actor, _notices: object = None) -> bool:
    """Everybody with an account reads what was told to them."""
    return actor.holds(Role.RESIDENT)
