"""Projects for everybody, the desk on which winners are routed, and the officer's pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.areas.models import Level
from civic.cycles.phases import Ability
from civic.cycles.rules import allows, next_chance
from civic.kernel import clock
from civic.kernel.access import public, signed_in, staff
from civic.kernel.errors import NotHere
from civic.kernel.forms import Form
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other, wants_fragment
from civic.kernel.paging import page_number
from civic.projects import actions, confirmation, office, queries, rules, winners
from civic.projects.forms import AnswerForm, ConfirmForm, RouteForm
from civic.projects.models import Project
from civic.projects.money import money_of
from civic.projects.policy import may_answer, may_confirm, may_deliver, may_route, may_see_office
from civic.projects.queries import Wanted, Whole, today
from civic.projects.stages import Stage
from civic.proposals.states import Category

bp = Blueprint("projects", __name__, url_prefix="/projects")
FILTERS = ("area", "tab", "category", "late")


@bp.route("/")
@public
def index() -> Response:
    """What residents chose, and how far it is."""
    asked = request.args
    wanted = Wanted(
        area=asked.get("area", "")[:40],
        tab=asked.get("tab", ""),
        category=asked.get("category", ""),
        late=asked.get("late") == "yes",
    )
    return page(
        "projects/index.html",
        block="project_list",
        wanted=wanted,
        found=queries.page_of(wanted, page_number()),
        areas=[] if wants_fragment() else queries.areas_with_projects(),
        categories=list(Category),
        chosen={name: asked[name] for name in FILTERS if asked.get(name)},
    )


@bp.route("/<uuid:project_id>/")
@public
def show(project_id: UUID) -> Response:
    """Everything about one project."""
    return _project_page(project_id)


@bp.route("/<uuid:project_id>/answer", methods=["POST"])
@signed_in
def answer(project_id: UUID) -> Response:
    """Say whether a finished project is built as promised."""
    project = queries.project(project_id)
    may_answer.require(current_user, project)
    rules.check_answerable(project.stage)
    form = AnswerForm(prefix="answer")
    if form.validate_on_submit():
        with form.catching_rules():
            confirmation.answer(current_user, project, form.said, at=clock.now())
            note = _("Thank you, your answer counts. You can change it until it is confirmed.")
            return see_other(url_for(".show", project_id=project_id), note=note)
    return _project_page(project_id, form)


@bp.route("/<uuid:project_id>/confirm", methods=["POST"])
@staff
def confirm(project_id: UUID) -> Response:
    """Close a finished project by what residents answered."""
    project = queries.project(project_id)
    may_confirm.require(current_user, project)
    rules.check_answerable(project.stage)
    form = ConfirmForm(prefix="confirm")
    if form.validate_on_submit():
        with form.catching_rules():
            confirmation.confirm(current_user, project, at=clock.now())
            note = _("Confirmed. Everybody who asked for it is told.")
            return see_other(url_for(".show", project_id=project_id), note=note)
    return _project_page(project_id, confirming=form)


def _project_page(
    project_id: UUID, answering: AnswerForm | None = None, confirming: ConfirmForm | None = None
) -> Response:
    whole = queries.whole_project(project_id, current_user)
    project, day = whole.project, today()
    end = next((each for each in project.dates if each.stage is Stage.HANDED_OVER), None)
    late = project.days_late(day)
    return page(
        "projects/show.html",
        status=max((form.status for form in (answering, confirming) if form), default=200),
        whole=whole,
        project=project,
        **_answering(whole, answering, confirming),
        stops=rules.timeline(project.stage, project.dates, day),
        late=late,
        today=day,
        ends_on=rules.forecast(end.planned_on, end.expected_on, late) if end else None,
        money=money_of(whole.money),
        obstacles=[block for block in project.blocks if block.gone_on is None],
        gone=[block for block in project.blocks if block.gone_on],
    )


def _answering(
    whole: Whole, answering: AnswerForm | None, confirming: ConfirmForm | None
) -> dict[str, Any]:
    """What the answers of residents need; nothing before the handover."""
    if whole.answers is None:
        return {}
    given, area = whole.answers, whole.project.area
    wide = area.level is Level.CITY
    return {
        "answering": answering or AnswerForm(formdata=None, prefix="answer", obj=given.mine),
        "confirming": confirming or ConfirmForm(formdata=None, prefix="confirm"),
        "neighbour": rules.belongs_there(given.home_path, area.path, city_wide=wide),
    }


@bp.route("/routing", methods=["GET"])
@staff
def routing() -> Response:
    """The winners that nobody has sent to a department yet."""
    may_route.require(current_user)
    return _routing_page()


@bp.route("/routing/<uuid:line_id>", methods=["POST"])
@staff
def route(line_id: UUID) -> Response:
    """Send one winner to its department."""
    line = winners.winner(line_id)
    if line is None:
        raise NotHere(N_("There is no such winner, or its result is not published."))
    may_route.require(current_user, line.project.pot.area)
    serving = winners.serving(line, winners.departments())
    form = RouteForm(prefix=str(line_id)).offer(serving, None)
    if form.validate_on_submit():
        with form.catching_rules():
            chosen = next(each for each in serving if each.id == form.department.data)
            project = actions.route_project(current_user, line, chosen, at=clock.now())
            return see_other(url_for(".show", project_id=project.id), note=_routed(project))
    return _routing_page(line_id, form)


def _routed(project: Project) -> str:
    if project.area.level is Level.CITY:
        return _("Routed. The people who asked for it are told; headquarters approves it next.")
    return _("Routed. The people who asked for it are told; the mayor approves it next.")


def _routing_page(failed: UUID | None = None, form: RouteForm | None = None) -> Response:
    at = clock.now()
    found = winners.lines_to_route(current_user, page_number())
    departments, usual = winners.departments(), winners.costed_by(found.items)
    forms = {
        line.id: form
        if form and line.id == failed
        else RouteForm(formdata=None, prefix=str(line.id)).offer(
            winners.serving(line, departments), usual.get(line.project_id)
        )
        for line in found
    }
    cycles = {line.project.pot.cycle for line in found}
    return page(
        "projects/routing.html",
        status=form.status if form else 200,
        found=found,
        handed_over=winners.handed_over(current_user),
        forms=forms,
        refused=form if form and failed not in forms else None,
        open={cycle.id: allows(cycle.phases, Ability.ROUTE, at) for cycle in cycles},
        coming={cycle.id: next_chance(cycle.phases, Ability.ROUTE, at) for cycle in cycles},
    )


@bp.route("/office", endpoint="office")
@staff
def my_office() -> Response:
    """What the officer's departments deliver."""
    may_see_office.require(current_user)
    found = queries.projects_of_office(current_user, page_number())
    return page("projects/office.html", found=found)


@bp.route("/<uuid:project_id>/manage")
@staff
def manage(project_id: UUID) -> Response:
    """Everything an officer can report on a project, each in its own form."""
    return _manage_page(project_id, {})


THINGS = "/<uuid:project_id>/manage/<any(done,gone):what>/<uuid:thing_id>"
WHAT = "/<uuid:project_id>/manage/<any(plan,reach,milestone,money,report,block):what>"


@bp.route(WHAT, methods=["POST"])
@bp.route(THINGS, methods=["POST"])
@staff
def enter(project_id: UUID, what: str, thing_id: UUID | None = None) -> Response:
    """Enter one thing, and come back to the page."""
    project = queries.project(project_id)
    may_deliver.require(current_user, project)
    form = office.form_of(what, project, thing_id)
    if form.validate_on_submit():
        with form.catching_rules():
            note = office.enter(current_user, project, what, form, thing_id)
            return see_other(url_for(".manage", project_id=project_id), note=note)
    return _manage_page(project_id, {f"{what}-{thing_id}" if thing_id else what: form})


def _manage_page(project_id: UUID, posted: dict[str, Form]) -> Response:
    whole = queries.whole_project(project_id, current_user)
    may_deliver.require(current_user, whole.project)
    coming = rules.next_stage(whole.project.stage)
    return page(
        "projects/manage.html",
        status=max((form.status for form in posted.values()), default=200),
        whole=whole,
        project=whole.project,
        forms=office.forms_of(whole, posted),
        posted=list(posted),
        money=money_of(whole.money),
        stops=rules.timeline(whole.project.stage, whole.project.dates, today()),
        coming=coming,
        may_reach=coming not in {None, Stage.APPROVED, Stage.CONFIRMED},
    )
