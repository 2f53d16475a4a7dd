"""The desk of the neighbourhood's elites: the queue, the decision, the joining of twins."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number
from civic.moderation import actions, queries, rules
from civic.moderation.forms import NO_REASONS, DecideForm, MergeForm
from civic.moderation.kinds import REASON_NAMES, DecisionKind, ReasonCode
from civic.moderation.models import Decision
from civic.moderation.policy import may_moderate, may_see_queue
from civic.moderation.reasons import TEMPLATES
from civic.proposals.models import Proposal
from civic.proposals.queries import proposal_for
from civic.proposals.states import Category

bp = Blueprint("moderation", __name__, url_prefix="/moderation")
NOTES = {
    DecisionKind.ACCEPT: N_("Accepted. The department has it now, and the author is told."),
    DecisionKind.RETURN: N_("Returned. The author is told what to mend."),
    DecisionKind.REFUSE: N_("Refused. The author is told the reason."),
    DecisionKind.CARRY_UP: N_("Carried up. It is decided there now, and the author is told."),
}


@bp.route("/")
@staff
def queue() -> Response:
    """What waits for a decision, the most urgent first."""
    may_see_queue.require(current_user)
    at, only = clock.now(), request.args.get("only", "")
    wanted = request.args.get("category")
    category = Category(wanted) if wanted in set(Category) else None
    return page(
        "moderation/queue.html",
        block="waiting",
        found=queries.waiting_for(current_user, page_number(), at=at, only=only, category=category),
        undoable=queries.undoable(current_user, at),
        urgency=lambda proposal: rules.urgency(proposal.due_at, at),
        only=only,
        category=category,
        categories=list(Category),
    )


@bp.route("/<uuid:proposal_id>", methods=["GET", "POST"])
@staff
def decide(proposal_id: UUID) -> Response:
    """A proposal beside its likely twins, and the decision about it."""
    proposal = proposal_for(current_user, proposal_id)
    may_moderate.require(current_user, proposal)
    departments = queries.departments_for(proposal)
    above = queries.areas_above(proposal.area)
    form = DecideForm(decision=request.args.get("decision")).offer(departments, above)
    if form.validate_on_submit():
        with form.catching_rules():
            made = _decide(proposal, form, departments, above)
            return see_other(url_for(".queue"), note=_(NOTES[made.kind]))
    return page(
        "moderation/decide.html",
        status=form.status,
        form=form,
        proposal=proposal,
        twins=queries.likely_twins(proposal),
        urgency=rules.urgency(proposal.due_at, clock.now()),
        templates=[(REASON_NAMES[code], TEMPLATES.get(code, "")) for code in NO_REASONS],
    )


def _decide(
    proposal: Proposal, form: DecideForm, departments: Sequence[Department], above: Sequence[Area]
) -> Decision:
    at = clock.now()
    if form.decision.data == DecisionKind.ACCEPT:
        department = next(each for each in departments if str(each.id) == form.department.data)
        return actions.accept(current_user, proposal, department, at=at)
    if form.decision.data == DecisionKind.CARRY_UP:
        area = next(each for each in above if str(each.id) == form.area.data)
        return actions.carry_up(current_user, proposal, area, form.reason.data, at=at)
    act = actions.refuse if form.decision.data == DecisionKind.REFUSE else actions.return_to_author
    return act(current_user, proposal, form.code or ReasonCode.OTHER, form.words, at=at)


@bp.route("/<uuid:proposal_id>/merge/<uuid:twin_id>", methods=["GET", "POST"])
@staff
def merge(proposal_id: UUID, twin_id: UUID) -> Response:
    """Two twins side by side; which one stays, and why."""
    pair = [proposal_for(current_user, each) for each in (proposal_id, twin_id)]
    for proposal in pair:
        may_moderate.require(current_user, proposal)
    form = MergeForm(stays=str(twin_id))
    form.stays.choices = [SelectChoice(str(each.id), each.title) for each in pair]
    if form.validate_on_submit():
        stays, gives_up = sorted(pair, key=lambda each: str(each.id) != form.stays.data)
        with form.catching_rules():
            actions.merge(current_user, gives_up, stays, form.reason.data, at=clock.now())
            note = _("Joined. The supporters of both stand behind it; both authors are told.")
            return see_other(url_for("proposals.show", proposal_id=stays.id), note=note)
    return page("moderation/merge.html", status=form.status, form=form, pair=pair)


@bp.post("/decisions/<uuid:decision_id>/undo")
@staff
def undo(decision_id: UUID) -> Response:
    """Take one's own last decision back."""
    decision = queries.decision(decision_id)
    if decision is None:
        raise NotHere(N_("There is no such decision."))
    proposal = proposal_for(current_user, decision.proposal_id)
    actions.undo(current_user, decision, proposal, at=clock.now())
    note = _("Your decision is taken back; the proposal waits again.")
    return see_other(url_for(".decide", proposal_id=proposal.id), note=note)
