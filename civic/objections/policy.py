"""Who may object, and who decides: never those who are judged, and never one alone for a yes."""

from __future__ import annotations

from civic.kernel.policy import policy
from civic.kernel.roles import N_, Actor, Role
from civic.objections.models import Case, Objection


@policy(N_("Please sign in to object."))
def may_object(actor: Actor, _result: object = None) -> bool:
    """Everybody for themselves; whom a result concerns is asked by the rules."""
    return actor.holds(Role.RESIDENT)


@policy(N_("Only who made an objection can withdraw it."))
def may_withdraw_objection(actor: Actor, objection: Objection) -> bool:
    """The own one."""
    return objection.author_id == actor.id


@policy(N_("You made this objection; others can ask for the recount together with you."))
def may_support_objection(actor: Actor, objection: Objection) -> bool:
    """Everybody else; whom the result concerns is asked by the rules."""
    return actor.holds(Role.RESIDENT) and objection.author_id != actor.id


@policy(N_("Objections are read and decided by headquarters and auditors."))
def may_see_objections(actor: Actor, _what: object = None) -> bool:
    """Neither administrators, who could have touched the data, nor who depends on a result."""
    return actor.holds(Role.HEADQUARTERS) or actor.holds(Role.AUDITOR)


@policy(
    N_(
        "Other people decide about this objection: you made it, published the result, or decided"
        " about a proposal on its ballot."
    )
)
def may_decide_objection(actor: Actor, case: Case) -> bool:
    """Headquarters and auditors who had no part in what is objected to."""
    is_party = actor.id is not None and actor.id in case.parties
    return may_see_objections(actor) and not is_party


@policy(N_("A second person confirms this decision: somebody else than who wrote it."))
def may_confirm_objection(actor: Actor, case: Case) -> bool:
    """Who may decide, but did not write the decision."""
    return may_decide_objection(actor, case) and case.objection.first_by_id != actor.id
