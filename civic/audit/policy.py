"""Who may read the log."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role


@policy(N_("Only auditors and administrators read the log."))
def may_read_log(actor: Actor, _log: object = None) -> bool:
    """Observers and administrators; what concerns residents is public on its own page."""
    return actor.holds(Role.AUDITOR) or actor.holds(Role.ADMIN)
