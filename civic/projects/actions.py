"""Routing what residents chose, and reporting on its delivery; each act tells and is recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.phases import Ability
from civic.cycles.rules import check_allowed
from civic.departments.models import Department
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.kernel.pictures import store_picture
from civic.kernel.roles import Actor
from civic.notifications.kinds import Kind
from civic.projects import hearers, money, queries, rules, winners
from civic.projects.models import Block, Milestone, MoneyLine, Project, StageDate, Update
from civic.projects.money import Entry
from civic.projects.policy import may_deliver, may_route
from civic.projects.reports import Report
from civic.projects.stages import BlockKind, MoneyKind, Stage
from civic.projects.telling import ruler_of, tell_about, tell_stage
from civic.results.models import ResultLine


@transactional
def route_project(
    actor: Actor, line: ResultLine, department: Department, *, at: datetime
) -> Project:
    """Send a winner to the department that builds it; nothing is typed a second time."""
    may_route.require(actor, line.project.pot.area)
    check_allowed(line.project.pot.cycle.phases, Ability.ROUTE, at)
    _check_routable(actor, line, department)
    project = winners.made_of(actor, line, department, at)
    db.session.add(project)
    db.session.flush()
    day = _day(at)
    db.session.add(StageDate(project_id=project.id, stage=Stage.ROUTED, reached_on=day))
    db.session.add(
        MoneyLine(project_id=project.id, kind=MoneyKind.VOTED, amount=line.project.cost, on_day=day)
    )
    record(
        actor, Event.PROJECT_ROUTE, project, at=at, area_code=project.area.code,
        title=project.title, department=department.code,
    )  # fmt: skip
    people = hearers.concerned_and_voters(project, line.project.pot_id)
    people |= hearers.officers_of(project, at) | hearers.rulers_of(project.area, at)
    tell_about(
        project, Kind.PROJECT_ROUTED, people, at=at, department=department.called,
        ruler=ruler_of(project.area),
    )  # fmt: skip
    return project


def _check_routable(actor: Actor, line: ResultLine, department: Department) -> None:
    proposal = winners.proposal_of(line)
    if proposal is not None and proposal.author_id == actor.id:
        raise RuleBroken(
            N_("You proposed “%(title)s” yourself. Another elite or an administrator routes it."),
            title=proposal.title,
        )
    already = winners.routed_project(line.project_id)
    if already is not None:
        raise RuleBroken(
            N_("“%(title)s” was already routed to %(department)s. Nothing was done twice."),
            title=already.title, department=already.department.called,
        )  # fmt: skip
    if not winners.serving(line, [department]):
        raise RuleBroken(
            N_("This department does not serve the area. Choose one that does."), field="department"
        )


@transactional
def approve_project(project: Project, amount: int, note: str = "", *, at: datetime) -> None:
    """Enter a project into the budget; the ruling about it has asked whether it may be."""
    hold(project)
    rules.check_approvable(project.stage, amount)
    enter_stage(project, Stage.APPROVED, _day(at))
    db.session.add(
        MoneyLine(
            project_id=project.id, kind=MoneyKind.APPROVED, amount=amount, on_day=_day(at),
            note=note,
        )
    )  # fmt: skip
    project.changed_at = at
    db.session.flush()
    tell_stage(project, at=at)


@transactional
def plan_stage(
    actor: Actor,
    project: Project,
    stage: Stage,
    *,
    planned_on: date | None,
    expected_on: date | None,
    at: datetime,
) -> StageDate:
    """Promise the day of a stage, or say when it is expected now."""
    may_deliver.require(actor, project)
    hold(project)
    dates = queries.dates_of(project.id)
    plan = {each: row.planned_on for each, row in dates.items()}
    rules.check_plan(project.stage, stage, planned_on, plan)
    row = dates.get(stage) or StageDate(project_id=project.id, stage=stage)
    row.planned_on, row.expected_on = planned_on or plan.get(stage), expected_on
    db.session.add(row)
    if stage is Stage.HANDED_OVER:
        project.ends_on = row.expected_on or row.planned_on
    _recorded(
        actor, Event.PROJECT_STAGE, project, at, stage=stage.value,
        planned=row.planned_on and row.planned_on.isoformat(),
        expected=expected_on and expected_on.isoformat(),
    )  # fmt: skip
    return row


@transactional
def reach_stage(
    actor: Actor, project: Project, stage: Stage, on_day: date, *, at: datetime
) -> None:
    """Report that the next stage is reached."""
    may_deliver.require(actor, project)
    hold(project)
    rules.check_step(project.stage, stage)
    if stage is Stage.HANDED_OVER:
        rules.check_handover(project.progress, queries.open_blocks(project.id))
    rules.check_past(on_day, _day(at), field="on_day")
    enter_stage(project, stage, on_day)
    _recorded(
        actor, Event.PROJECT_STAGE, project, at, stage=stage.value, reached=on_day.isoformat()
    )
    tell_stage(project, at=at)


@transactional
def add_milestone(
    actor: Actor, project: Project, title: str, due_on: date, *, at: datetime
) -> Milestone:
    """Promise something within the project for a day."""
    may_deliver.require(actor, project)
    if not title.strip():
        raise RuleBroken(N_("Name the milestone."), field="title")
    made = Milestone(project_id=project.id, title=title, due_on=due_on)
    db.session.add(made)
    _recorded(actor, Event.PROJECT_MILESTONE, project, at, milestone=title, due=due_on.isoformat())
    return made


@transactional
def reach_milestone(
    actor: Actor, project: Project, milestone: Milestone, on_day: date, *, at: datetime
) -> None:
    """Report that a milestone is reached."""
    may_deliver.require(actor, project)
    db.session.refresh(milestone, ["reached_on"], with_for_update=True)
    if milestone.reached_on is not None:
        raise RuleBroken(
            N_("This milestone was reached on %(day)s already."), day=milestone.reached_on
        )
    rules.check_past(on_day, _day(at), field="on_day")
    milestone.reached_on = on_day
    _recorded(
        actor, Event.PROJECT_MILESTONE, project, at, milestone=milestone.title,
        reached=on_day.isoformat(),
    )  # fmt: skip


@transactional
def add_money(actor: Actor, project: Project, entry: Entry, *, at: datetime) -> MoneyLine:
    """Add an entry to the money trail; a negative amount corrects an earlier one."""
    may_deliver.require(actor, project)
    hold(project)
    rules.check_past(entry.on_day, _day(at), field="on_day")
    money.check_entry(money.money_of(queries.money_lines(project.id)), entry)
    made = MoneyLine(
        project_id=project.id, kind=entry.kind, amount=entry.amount, on_day=entry.on_day,
        note=entry.note,
    )  # fmt: skip
    db.session.add(made)
    _recorded(
        actor, Event.PROJECT_MONEY, project, at, kind=entry.kind.value, amount=entry.amount,
        note=entry.note,
    )  # fmt: skip
    return made


@transactional
def report_progress(
    actor: Actor,
    project: Project,
    report: Report,
    *,
    at: datetime,
) -> Update:
    """Publish what was done, how far the works are, and how the place looks now."""
    may_deliver.require(actor, project)
    pictured = report.picture is not None
    rules.check_report(report.text, report.progress, report.picture_alt, pictured=pictured)
    made = Update(
        project_id=project.id, officer_id=actor.id, text=report.text, progress=report.progress,
        picture=store_picture(report.picture) if report.picture else None,
        picture_alt=report.picture_alt if pictured else "", at=at,
    )  # fmt: skip
    db.session.add(made)
    project.progress = report.progress
    _recorded(actor, Event.PROJECT_UPDATE, project, at, progress=report.progress)
    tell_about(
        project, Kind.PROJECT_REPORTED, hearers.concerned(project), at=at, about=made.id,
        progress=report.progress,
    )  # fmt: skip
    return made


@transactional
def open_block(
    actor: Actor, project: Project, kind: BlockKind, text: str, *, since: date, at: datetime
) -> Block:
    """Say what stands in the way, and since when; who rules about it hears of it."""
    may_deliver.require(actor, project)
    if not text.strip():
        raise RuleBroken(N_("Write what stands in the way."), field="text")
    rules.check_past(since, _day(at), field="since")
    made = Block(project_id=project.id, kind=kind, text=text, since=since)
    db.session.add(made)
    _recorded(actor, Event.PROJECT_BLOCK, project, at, kind=kind.value, since=since.isoformat())
    people = hearers.concerned(project) | hearers.rulers_of(project.area, at)
    ruler = ruler_of(project.area)
    tell_about(project, Kind.PROJECT_BLOCKED, people, at=at, about=made.id, ruler=ruler)
    return made


@transactional
def clear_block(
    actor: Actor, project: Project, block: Block, gone_on: date, *, at: datetime
) -> None:
    """Say that an obstacle is gone."""
    may_deliver.require(actor, project)
    db.session.refresh(block, ["gone_on"], with_for_update=True)
    rules.check_gone(block.since, block.gone_on, gone_on, _day(at))
    block.gone_on = gone_on
    _recorded(
        actor, Event.PROJECT_UNBLOCK, project, at, kind=block.kind.value, gone=gone_on.isoformat()
    )


def hold(project: Project) -> None:
    """Read again where a project stands, and keep others from moving it until we are done."""
    db.session.flush()
    db.session.refresh(project, ["stage", "progress", "changed_at"], with_for_update=True)


def enter_stage(project: Project, stage: Stage, on_day: date) -> None:
    """Let a project, held before, be at this stage since a day; others ask whether it may."""
    dates = queries.dates_of(project.id)
    before = dates.get(project.stage)
    rules.check_after(on_day, before.reached_on if before else None, field="on_day")
    row = dates.get(stage) or StageDate(project_id=project.id, stage=stage)
    row.reached_on = on_day
    project.stage = stage
    db.session.add(row)
    db.session.flush()


def _recorded(actor: Actor, event: Event, project: Project, at: datetime, **details: Any) -> None:
    project.changed_at = at
    db.session.flush()
    record(actor, event, project, at=at, area_code=project.area.code, **details)


def _day(at: datetime) -> date:
    return local(at).date()
