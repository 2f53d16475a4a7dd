"""Residents say whether a project is built as promised, and an elite confirms it by their word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from civic.areas.models import Level
from civic.audit.actions import record
from civic.audit.events import Event
from civic.electorate.queries import residency_of
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.kernel.pictures import store_picture
from civic.kernel.roles import Actor
from civic.projects import queries, rules
from civic.projects.actions import enter_stage, hold
from civic.projects.models import Answer, Project
from civic.projects.policy import may_answer, may_confirm
from civic.projects.reports import Said
from civic.projects.stages import Stage, Verdict
from civic.projects.telling import tell_stage


@transactional
def answer(actor: Actor, project: Project, said: Said, *, at: datetime) -> None:
    """Say whether it is built as promised; a later answer takes the place of an earlier one."""
    may_answer.require(actor, project)
    hold(project)
    rules.check_answerable(project.stage)
    home = residency_of(actor.id) if actor.id else None
    city_wide = project.area.level is Level.CITY
    home_path = home.area.path if home else None
    rules.check_belongs(home_path, project.area.path, city_wide=city_wide)
    rules.check_answer(said.verdict, said.text)
    earlier = db.session.get(Answer, (project.id, actor.id), populate_existing=True)
    # Who is content has nothing to prove: words and picture belong to an objection.
    values: dict[str, Any] = {"verdict": said.verdict, "text": "", "picture": None, "at": at}
    if said.verdict is Verdict.NO:
        kept = earlier.picture if earlier else None
        values["text"] = said.text
        values["picture"] = store_picture(said.picture) if said.picture else kept
    if earlier is None:
        key = {"project_id": project.id, "account_id": actor.id}
        db.session.execute(insert(Answer).values(**key, **values))
    else:
        for name, value in values.items():
            setattr(earlier, name, value)
        db.session.flush()


@transactional
def confirm(actor: Actor, project: Project, *, at: datetime) -> None:
    """Close a project by what residents answered; proposer, followers and voters hear of it."""
    may_confirm.require(actor, project)
    if queries.proposed_by(project) == actor.id:
        raise RuleBroken(N_("You proposed this project yourself. Another elite confirms it."))
    hold(project)
    said = queries.answers_to(project.id, actor)
    rules.check_confirmable(project.stage, said.yes, said.no)
    day = local(at).date()
    enter_stage(project, Stage.CONFIRMED, day)
    project.changed_at = at
    record(
        actor, Event.PROJECT_STAGE, project, at=at, area_code=project.area.code,
        stage=Stage.CONFIRMED.value, reached=day.isoformat(), yes=said.yes, no=said.no,
    )  # fmt: skip
    tell_stage(project, at=at)
