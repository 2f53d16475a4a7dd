"""The button with which residents stand behind a proposal."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.deliberation import actions, queries
from civic.kernel import clock
from civic.kernel.access import signed_in
from civic.kernel.pages import page, see_other, wants_fragment
from civic.proposals.queries import proposal_for

bp = Blueprint("deliberation", __name__, url_prefix="/proposals")


@bp.post("/<uuid:proposal_id>/support")
@signed_in
def support(proposal_id: UUID) -> Response:
    """Stand behind a proposal (`want=yes`), or not any more (`want=no`)."""
    proposal = proposal_for(current_user, proposal_id)
    act = actions.take_back_support if request.form.get("want") == "no" else actions.give_support
    act(current_user, proposal, at=clock.now())
    if not wants_fragment():
        return see_other(url_for("proposals.show", proposal_id=proposal.id, _anchor="support"))
    return page(
        "proposals/show.html",
        block="support_button",
        proposal=proposal,
        beside={"support": queries.standing(proposal, current_user)},
    )
