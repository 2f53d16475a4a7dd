"""The pages of objections: those of a result, one to write, one to follow, and the desk."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.ballots.rules import read_code
from civic.kernel import clock
from civic.kernel.access import public, signed_in, staff
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number, paginate
from civic.objections import actions, queries, rules
from civic.objections.forms import DecisionForm, DisagreeForm, ObjectionForm
from civic.objections.models import Case, Objection
from civic.objections.policy import may_decide_objection, may_see_objections
from civic.objections.states import State
from civic.results.models import Count
from civic.results.queries import count_of

bp = Blueprint("objections", __name__)


@bp.get("/results/<uuid:pot_id>/objections")
@public
def index(pot_id: UUID) -> Response:
    """The objections to a result: how many, what was objected and what was answered."""
    count = _result(pot_id)
    return page(
        "objections/index.html",
        count=count,
        tally=queries.objections_to(count),
        found=paginate(queries.of_result(count.id), page_number()),
        mine=queries.made_by(current_user.id, count.id) if current_user.is_authenticated else [],
    )


@bp.route("/results/<uuid:pot_id>/objections/new", methods=["GET", "POST"])
@signed_in
def write(pot_id: UUID) -> Response:
    """Write an objection; whatever is typed is kept."""
    count = _result(pot_id)
    rules.check_ours(count.pot.cycle.imported_from)
    form = ObjectionForm().begin_with(queries.draft_of(current_user.id, count.id))
    if form.is_submitted():
        rules.check_in_time(count.published_at, clock.now())
        actions.keep_draft(
            current_user, count,
            kind=form.kind.data or "", words=form.words.data or "", receipt=form.receipt.data or "",
        )  # fmt: skip
        if request.form.get("do") == "keep":
            return Response(status=204)
        if form.validate():
            return see_other(url_for(".check", pot_id=pot_id))
    return page(
        "objections/write.html",
        status=form.status,
        form=form,
        count=count,
        tally=queries.objections_to(count),
    )


@bp.route("/results/<uuid:pot_id>/objections/check", methods=["GET", "POST"])
@signed_in
def check(pot_id: UUID) -> Response:
    """What was typed, once more, before it is sent."""
    count = _result(pot_id)
    draft = queries.draft_of(current_user.id, count.id)
    made = queries.made_by(current_user.id, count.id)
    if draft is None:
        # Sent already, perhaps by a second press of the button.
        here = url_for(".show", number=made[0].number) if made else url_for(".write", pot_id=pot_id)
        return see_other(here)
    form = ObjectionForm.of(draft)
    if not form.is_whole:
        return see_other(url_for(".write", pot_id=pot_id))
    if request.method == "POST":
        with form.catching_rules():
            sent = actions.make_objection(
                current_user, count, form.chosen, draft.words, read_code(draft.receipt) or "",
                at=clock.now(),
            )  # fmt: skip
            return see_other(url_for(".show", number=sent.number, sent="1"))
    return page("objections/check.html", status=form.status, form=form, draft=draft, count=count)


@bp.get("/objections/<int:number>")
@public
def show(number: int) -> Response:
    """One objection: where it stands and what was answered; its words only for who wrote them."""
    objection = _objection(number)
    return page(
        "objections/show.html",
        objection=objection,
        is_mine=current_user.is_authenticated and current_user.id == objection.author_id,
        sent=request.args.get("sent") == "1",
        supporters=len(queries.supporters_of(objection.id)),
        recount=queries.recount_for(objection.id),
    )


@bp.post("/objections/<int:number>/withdraw")
@signed_in
def withdraw(number: int) -> Response:
    """Take the own objection back."""
    actions.withdraw_objection(current_user, _objection(number), at=clock.now())
    return see_other(url_for(".show", number=number), _("Your objection is withdrawn."))


@bp.post("/objections/<int:number>/support")
@signed_in
def support(number: int) -> Response:
    """Ask for the recount together with who objects."""
    actions.support_objection(current_user, _objection(number), at=clock.now())
    return see_other(url_for(".show", number=number), _("You are counted among those who ask."))


@bp.get("/objections/<int:number>/recount")
@public
def recount(number: int) -> Response:
    """How far a recount is; then its protocol."""
    objection = _objection(number)
    found = queries.recount_for(objection.id)
    if found is None:
        raise NotHere(N_("There is no such recount."))
    return page("objections/recount.html", block="state", objection=objection, recount=found)


@bp.post("/objections/<int:number>/recount")
@staff
def ask_recount(number: int) -> Response:
    """Have all ballots counted again."""
    actions.ask_recount(current_user, _case(number), at=clock.now())
    return see_other(url_for(".recount", number=number))


@bp.get("/objections/desk")
@staff
def desk() -> Response:
    """What waits for an answer, the most urgent first."""
    may_see_objections.require(current_user)
    found = paginate(queries.on_desk(), page_number())
    closed = queries.closed_to(current_user.id, found)
    return page("objections/desk.html", found=found, closed=closed)


@bp.route("/objections/<int:number>/decide", methods=["GET", "POST"])
@staff
def decide(number: int) -> Response:
    """Read an objection and decide about it."""
    case = _case(number)
    form = DecisionForm()
    if form.validate_on_submit():
        with form.catching_rules():
            decided = actions.decide_objection(
                current_user, case, State(form.verdict.data),
                summary=form.summary.data, answer=form.answer.data, at=clock.now(),
            )  # fmt: skip
            waits = decided.decided_at is None
            note = _("Written. A second person confirms it.") if waits else _("Decided.")
            return see_other(url_for(".desk"), note)
    return _show_case(case, form, DisagreeForm(formdata=None))


@bp.post("/objections/<int:number>/take")
@staff
def take(number: int) -> Response:
    """Begin to look into an objection."""
    actions.take_up(current_user, _case(number), at=clock.now())
    return see_other(url_for(".decide", number=number), _("Its author sees that it is read."))


@bp.post("/objections/<int:number>/confirm")
@staff
def confirm(number: int) -> Response:
    """Agree as the second person, or say why not."""
    case = _case(number)
    if request.form.get("do") == "agree":
        actions.confirm_decision(current_user, case, at=clock.now())
        return see_other(url_for(".desk"), _("Decided."))
    form = DisagreeForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.refuse_decision(current_user, case, form.reason.data, at=clock.now())
            return see_other(url_for(".desk"), _("Sent back. It is looked into again."))
    return _show_case(case, DecisionForm(formdata=None), form)


def _show_case(case: Case, form: DecisionForm, disagree: DisagreeForm) -> Response:
    return page(
        "objections/decide.html",
        status=422 if form.errors or disagree.errors else 200,
        case=case,
        objection=case.objection,
        form=form,
        disagree=disagree,
        recount=queries.recount_for(case.objection.id),
    )


def _case(number: int) -> Case:
    case = queries.case_of(_objection(number))
    may_see_objections.require(current_user)
    may_decide_objection.require(current_user, case)
    return case


def _objection(number: int) -> Objection:
    found = queries.objection(number)
    if found is None:
        raise NotHere(N_("There is no such objection."))
    return found


def _result(pot_id: UUID) -> Count:
    count = count_of(pot_id)
    if count is None or count.published_at is None:
        raise NotHere(N_("There is no such result."))
    return count
