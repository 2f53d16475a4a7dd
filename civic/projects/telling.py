"""Telling people about a project, with the way to its page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from civic.areas.models import Area, Level
from civic.ballots.models import BallotProject
from civic.kernel.db import db
from civic.kernel.roles import N_
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.projects import hearers, rules
from civic.projects.models import Project
from civic.projects.stages import STAGE_NAMES, Stage


def ruler_of(area: Area) -> str:
    """Who decides about the works of an area, in words to be translated."""
    if area.level is Level.CITY:
        return N_("the headquarters of the city")
    return N_("the mayor of the district")


def tell_about(
    project: Project,
    kind: Kind,
    people: set[UUID],
    *,
    at: datetime,
    about: UUID | str = "",
    **values: Any,
) -> None:
    """Tell people about a project, with the way to its page."""
    link = ("projects.show", {"project_id": project.id})
    tell(people, kind, about=about or project.id, at=at, link=link, title=project.title, **values)


def tell_stage(project: Project, *, at: datetime, people: set[UUID] | None = None) -> None:
    """Tell these people (else everybody concerned, and who voted there) of a stage reached."""
    people = _asked_or_voted(project) if people is None else people
    coming = rules.next_stage(project.stage)
    finished = project.stage is Stage.HANDED_OVER
    kind = Kind.PROJECT_HANDED_OVER if finished else Kind.PROJECT_STAGED
    tell_about(
        project, kind, people, at=at, about=f"{project.id}:{project.stage}",
        stage=STAGE_NAMES[project.stage],
        next=STAGE_NAMES[coming] if coming else N_("the city keeps it in repair"),
    )  # fmt: skip


def _asked_or_voted(project: Project) -> set[UUID]:
    pot_id = db.session.scalar(
        select(BallotProject.pot_id).where(BallotProject.id == project.ballot_project_id)
    )
    return hearers.concerned_and_voters(project, pot_id) if pot_id else set()
