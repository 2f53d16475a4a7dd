"""Who gets a certificate, and who sees the paper itself."""

from __future__ import annotations

from civic.documents.models import Document
from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role


@policy(N_("Please sign in to get a certificate."))
def may_be_certified(actor: Actor, _pot: object = None) -> bool:
    """Everybody for themselves; whether they took part is asked by the rules."""
    return actor.holds(Role.RESIDENT)


@policy(N_("Only its holder sees this certificate."))
def may_see_certificate(actor: Actor, document: Document) -> bool:
    """The person whose name stands on it."""
    return document.holder_id == actor.id
