"""What mayors decide (for the city the headquarters): approve, return, escalate, answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from civic.areas.models import Level
from civic.audit.actions import record
from civic.audit.events import Event
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local
from civic.kernel.roles import N_, Actor
from civic.notifications.kinds import Kind
from civic.oversight import queries, rules
from civic.oversight.kinds import RulingKind
from civic.oversight.models import Ruling
from civic.oversight.policy import may_answer_escalation, may_rule
from civic.projects import hearers
from civic.projects.actions import approve_project, hold
from civic.projects.models import Project
from civic.projects.telling import ruler_of, tell_about, tell_stage


@transactional
def approve(
    actor: Actor, project: Project, amount: int, reason: str = "", *, at: datetime
) -> Ruling:
    """Approve a project into the budget, with what residents voted or another amount and why."""
    may_rule.require(actor, project)
    rules.check_amount(amount, queries.voted_money(project.id), reason)
    approve_project(project, amount, reason, at=at)
    tell_stage(project, at=at, people=hearers.officers_of(project, at))
    made = _rule(actor, project, RulingKind.APPROVE, reason, at=at)
    _write_down(actor, Event.RULING_APPROVE, made, project, at, amount=amount, reason=reason)
    return made


@transactional
def send_back(actor: Actor, project: Project, reason: str, *, at: datetime) -> Ruling:
    """Return a project to its department before it is approved."""
    may_rule.require(actor, project)
    rules.check_reason(reason)
    hold(project)
    rules.check_returnable(project.stage)
    last = queries.last_return(project.id)
    rules.check_not_returned(last.at if last else None, project.changed_at)
    made = _rule(actor, project, RulingKind.RETURN, reason, at=at)
    _write_down(actor, Event.RULING_RETURN, made, project, at, reason=reason)
    people = hearers.concerned(project) | hearers.officers_of(project, at)
    ruler = ruler_of(project.area)
    tell_about(project, Kind.PROJECT_RETURNED, people, at=at, about=made.id, ruler=ruler)
    return made


@transactional
def escalate(
    actor: Actor, project: Project, reason: str, *, owner: str, due_on: date | None, at: datetime
) -> Ruling:
    """Send a matter up to the headquarters, to a named post and with a day for the answer."""
    may_rule.require(actor, project)
    rules.check_below_the_city(city_wide=project.area.level is Level.CITY)
    rules.check_reason(reason)
    rules.check_escalation(owner, due_on, local(at).date())
    hold(project)
    rules.check_running(project.stage)
    waiting = queries.open_escalation(project.id)
    rules.check_not_escalated(waiting.due_on if waiting else None)
    made = _rule(actor, project, RulingKind.ESCALATE, reason, at=at, owner=owner, due_on=due_on)
    _write_down(
        actor, Event.RULING_ESCALATE, made, project, at, reason=reason, owner=owner,
        due=due_on.isoformat() if due_on else None,
    )  # fmt: skip
    people = hearers.concerned(project) | hearers.headquarters(at)
    tell_about(project, Kind.ESCALATION_RAISED, people, at=at, about=made.id, due=due_on)
    return made


@transactional
def answer_escalation(actor: Actor, ruling: Ruling, answer: str, *, at: datetime) -> Ruling:
    """Answer what a district sent up; mayor, department and followers hear of it."""
    may_answer_escalation.require(actor, ruling)
    rules.check_reason(answer)
    db.session.refresh(ruling, ["answered_at"], with_for_update=True)
    if ruling.answered_at is not None:
        raise RuleBroken(
            N_("This escalation was answered on %(at)s already."), at=ruling.answered_at
        )
    ruling.answer, ruling.answered_at = answer, at
    project = ruling.project
    _write_down(actor, Event.ESCALATION_ANSWER, ruling, project, at, answer=answer)
    people = hearers.concerned(project) | hearers.rulers_of(project.area, at)
    people |= hearers.officers_of(project, at)
    tell_about(project, Kind.ESCALATION_ANSWERED, people, at=at, about=ruling.id)
    return ruling


def _rule(
    actor: Actor, project: Project, kind: RulingKind, reason: str, *, at: datetime, **more: Any
) -> Ruling:
    made = Ruling(
        project_id=project.id, mayor_id=actor.id, kind=kind, reason=reason, at=at, project=project,
        **more,
    )  # fmt: skip
    project.changed_at = at
    db.session.add(made)
    db.session.flush()
    return made


def _write_down(
    actor: Actor, event: Event, ruling: Ruling, project: Project, at: datetime, **details: Any
) -> None:
    record(actor, event, ruling, at=at, area_code=project.area.code, title=project.title, **details)
