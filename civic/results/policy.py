"""Who may see a count before it is published, and who publishes it."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role


@policy(
    N_("Counts are seen before their publication by administrators, headquarters and auditors.")
)
def may_see_counts(actor: Actor, _what: object = None) -> bool:
    """Never moderators or mayors: whoever depends on a result does not see it first."""
    return any(actor.holds(role) for role in (Role.ADMIN, Role.HEADQUARTERS, Role.AUDITOR))


@policy(N_("Results are published by the city's headquarters or an administrator."))
def may_publish_result(actor: Actor, _what: object = None) -> bool:
    """Those who run the round, not those who depend on it."""
    return actor.holds(Role.ADMIN) or actor.holds(Role.HEADQUARTERS)


@policy(N_("Only the city's headquarters and administrators destroy the key of a vote."))
def may_destroy_key(actor: Actor, _what: object = None) -> bool:
    """Two different ones of them are needed; the first asks, the second confirms."""
    return actor.holds(Role.ADMIN) or actor.holds(Role.HEADQUARTERS)
