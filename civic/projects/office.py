"""The officer's page: which forms stand on it, and to which action each of them leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from civic.kernel import clock
from civic.kernel.errors import NotHere
from civic.kernel.forms import Form
from civic.kernel.i18n import N_, _
from civic.kernel.roles import Actor
from civic.projects import actions, queries, rules
from civic.projects.forms import (
    BlockForm,
    DoneForm,
    MilestoneForm,
    MoneyForm,
    PlanForm,
    ReachForm,
    ReportForm,
)
from civic.projects.models import Project
from civic.projects.queries import Whole, today
from civic.projects.stages import BlockKind, Stage

FORMS: dict[str, type[Form]] = {
    "report": ReportForm,
    "reach": ReachForm,
    "plan": PlanForm,
    "milestone": MilestoneForm,
    "money": MoneyForm,
    "block": BlockForm,
}
PREFILLED = {"reach", "money", "block", "done", "gone"}


def form_of(what: str, project: Project, thing_id: UUID | None = None, **options: Any) -> Form:
    """One form of the page, empty or (in a request that sends it) filled in."""
    day = today() if what in PREFILLED else None
    data = {"on_day": day, "since": day, "progress": project.progress}
    prefix = f"{what}-{thing_id}" if thing_id else what
    form = FORMS.get(what, DoneForm)(prefix=prefix, data=data, **options)
    if isinstance(form, PlanForm):
        form.offer(rules.stages_ahead(project.stage))
    return form


def forms_of(whole: Whole, posted: dict[str, Form]) -> dict[str, Form]:
    """Every form of the page by name; what was posted stays as it was typed."""
    names: list[tuple[str, UUID | None]] = [(what, None) for what in FORMS]
    names += [("done", each.id) for each in whole.milestones if each.reached_on is None]
    names += [("gone", each.id) for each in whole.project.blocks if each.gone_on is None]
    blank = {
        f"{what}-{thing_id}" if thing_id else what: form_of(
            what, whole.project, thing_id, formdata=None
        )
        for what, thing_id in names
    }
    return blank | posted


def enter(
    actor: Actor, project: Project, what: str, form: Any, thing_id: UUID | None = None
) -> str:
    """Do what a form asks for, and say what happened."""
    at = clock.now()
    match what:
        case "plan":
            actions.plan_stage(
                actor, project, Stage(form.stage.data), planned_on=form.planned_on.data,
                expected_on=form.expected_on.data, at=at,
            )  # fmt: skip
            note = _("The plan stands on the project's page.")
        case "reach":
            coming = rules.next_stage(project.stage) or project.stage
            actions.reach_stage(actor, project, coming, form.on_day.data, at=at)
            note = _("The stage is reached. The people who asked for it are told.")
        case "milestone":
            actions.add_milestone(actor, project, form.title.data, form.due_on.data, at=at)
            note = _("The milestone stands on the project's page.")
        case "money":
            actions.add_money(actor, project, form.entry, at=at)
            note = _("The entry stands in the money trail.")
        case "report":
            actions.report_progress(actor, project, form.report, at=at)
            note = _("The report is public. The people who asked for it are told.")
        case _:
            note = _about_things(actor, project, what, form, thing_id)
    return note


def _about_things(
    actor: Actor, project: Project, what: str, form: Any, thing_id: UUID | None
) -> str:
    at = clock.now()
    if what == "block":
        kind = BlockKind(form.kind.data)
        actions.open_block(actor, project, kind, form.text.data, since=form.since.data, at=at)
        return _("The obstacle is public. Who decides about the project is told.")
    if what == "done" and thing_id and (milestone := queries.milestone(project.id, thing_id)):
        actions.reach_milestone(actor, project, milestone, form.on_day.data, at=at)
        return _("The milestone is reached.")
    if what == "gone" and thing_id and (block := queries.block(project.id, thing_id)):
        actions.clear_block(actor, project, block, form.on_day.data, at=at)
        return _("The obstacle is gone.")
    raise NotHere(N_("There is no such thing on this project."))
