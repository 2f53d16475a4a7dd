"""The district mayor's desk, the decision page, and the headquarters' escalations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask_login import current_user

from civic.areas.atlas import map_of
from civic.areas.models import Area, Level
from civic.areas.names import area_name
from civic.departments.calendar import due_after
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _, _n, local, number
from civic.kernel.pages import page, see_other
from civic.kernel.paging import page_number, paginate
from civic.oversight import actions, queries, rules
from civic.oversight.forms import AnswerForm, RuleForm
from civic.oversight.kinds import RulingKind
from civic.oversight.models import Ruling
from civic.oversight.policy import may_answer_escalation, may_rule, may_see_desk
from civic.projects.models import Project
from civic.projects.queries import days_late, today
from civic.projects.queries import project as find_project

bp = Blueprint("oversight", __name__, url_prefix="/mayor")
DAYS_TO_ANSWER = 10
NOTES = {
    RulingKind.APPROVE: N_("Approved. The department goes on with funding; everyone is told."),
    RulingKind.RETURN: N_("Returned. The department sees your reason."),
    RulingKind.ESCALATE: N_("Escalated. The headquarters has it now, with a day for the answer."),
}


@bp.route("/")
@staff
def desk() -> Response:
    """Five numbers, three lists and a map of the district."""
    may_see_desk.require(current_user)
    where, day = queries.reach(current_user), today()
    districts = queries.districts_of(current_user)
    return page(
        "oversight/desk.html",
        districts=districts,
        numbers=queries.numbers(where, day),
        lists=queries.lists(where, day),
        blocked=queries.blocked(where),
        undecided=queries.undecided(where, clock.now()),
        days_late=days_late,
        names="، ".join(area_name(area) for area in districts),
        **_map(queries.on_the_map(districts, day), queries.works_by_path(where)),
    )


def _map(areas: Sequence[Area], works: dict[str, int]) -> dict[str, Any]:
    """The map and the same in words: how many works lie in each area; the more, the stronger."""
    inside = {a.code: sum(n for path, n in works.items() if path.startswith(a.path)) for a in areas}
    most = max(inside.values(), default=0) or 1
    values = {
        code: {"step": round(4 * n / most), "text": _n("%(n)s work", "%(n)s works", n, n=number(n))}
        for code, n in inside.items()
        if n
    }
    drawing = map_of(areas, lambda area: url_for("pages.area", code=area.code))
    return {"drawing": drawing, "values": values, "areas": [a for a in areas if a.code in values]}


@bp.route("/projects/<uuid:project_id>", methods=["GET", "POST"])
@staff
def rule(project_id: UUID) -> Response:
    """One project and one decision: approve, return or escalate."""
    project = find_project(project_id)
    may_rule.require(current_user, project)
    voted = queries.voted_money(project.id)
    form = RuleForm(amount=voted, due_on=_usual_day())
    if form.validate_on_submit():
        with form.catching_rules():
            made = _rule(project, form, voted)
            return see_other(url_for(".desk"), note=_(NOTES[made]))
    rulings = queries.rulings_of(project.id)
    waiting = next((each for each in rulings if each.due_on and not each.answered_at), None)
    kinds = _kinds(project, waiting)
    return page(
        "oversight/rule.html",
        status=form.status,
        form=form.offer(kinds),
        kinds=kinds,
        project=project,
        voted=voted,
        rulings=rulings,
        waiting=waiting,
        obstacles=queries.obstacles(project.id),
        late=days_late(project),
    )


def _kinds(project: Project, waiting: Ruling | None) -> tuple[RulingKind, ...]:
    due, wide = waiting.due_on if waiting else None, project.area.level is Level.CITY
    return rules.choices_at(project.stage, escalated_until=due, city_wide=wide)


def _usual_day() -> object:
    return local(due_after(clock.now(), DAYS_TO_ANSWER)).date()


def _rule(project: Project, form: RuleForm, voted: int) -> RulingKind:
    at, kind = clock.now(), RulingKind(form.decision.data)
    if kind is RulingKind.APPROVE:
        amount = voted if form.amount.data is None else form.amount.data
        actions.approve(current_user, project, amount, form.reason.data, at=at)
    elif kind is RulingKind.RETURN:
        actions.send_back(current_user, project, form.reason.data, at=at)
    else:
        actions.escalate(
            current_user, project, form.reason.data,
            owner=form.owner.data, due_on=form.due_on.data, at=at,
        )  # fmt: skip
    return kind


@bp.route("/escalations")
@staff
def escalations() -> Response:
    """What districts sent up: owner, due day, age."""
    may_see_desk.require(current_user)
    return page(
        "oversight/escalations.html",
        found=paginate(queries.escalations(), page_number()),
        today=today(),
    )


@bp.route("/escalations/<uuid:ruling_id>", methods=["GET", "POST"])
@staff
def answer(ruling_id: UUID) -> Response:
    """One escalation and its answer."""
    ruling = queries.ruling(ruling_id)
    if ruling is None or ruling.kind is not RulingKind.ESCALATE:
        raise NotHere(N_("There is no such escalation."))
    may_answer_escalation.require(current_user, ruling)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.answer_escalation(current_user, ruling, form.reason.data, at=clock.now())
            return see_other(url_for(".escalations"), note=_("Answered. The district is told."))
    return page("oversight/answer.html", status=form.status, form=form, ruling=ruling)
