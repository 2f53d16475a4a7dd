"""What the faces of the platform show, gathered from every capability; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, func, select, true
from sqlalchemy.orm import joinedload

from civic.areas.models import Area, Level
from civic.areas.queries import current_version, search_areas, version_in_force
from civic.ballots.models import BallotProject
from civic.cycles.models import Cycle, Pot
from civic.cycles.rules import phase_at
from civic.deliberation.models import Support
from civic.electorate.models import Participation, Residency
from civic.kernel.db import db
from civic.notifications.models import Follow
from civic.pages.steps import STEPS, Step
from civic.projects.models import Project, Update
from civic.projects.queries import inside, listed
from civic.projects.rules import TABS
from civic.projects.stages import Stage
from civic.proposals.models import Proposal
from civic.proposals.states import PUBLIC, State
from civic.results.models import Count

OWN_POTS = select(Pot.id).join(Cycle, Cycle.id == Pot.cycle_id).where(Cycle.imported_from.is_(None))


@dataclass(frozen=True)
class Now:
    """Where a cycle stands: its phases for the line, and the one step that can be done."""

    cycle: Cycle
    kind: str | None
    closes_at: datetime | None
    step: Step | None


def standing(cycle: Cycle, at: datetime) -> Now:
    """The present phase of a cycle and its step."""
    phase = phase_at(cycle.phases, at)
    if phase is None:
        return Now(cycle, None, None, None)
    return Now(cycle, phase.kind, phase.closes_at, STEPS[phase.kind])


def home_of(account_id: UUID) -> Area | None:
    """The neighbourhood a person declared as theirs."""
    return db.session.scalar(
        select(Area)
        .join(Residency, Residency.area_id == Area.id)
        .where(Residency.account_id == account_id)
    )


def places_like(sought: str, at: datetime) -> Sequence[Area]:
    """Areas whose names are like what somebody typed; none for nothing."""
    version = current_version(at) if sought.strip() else None
    return search_areas(sought, version) if version else []


def projects_of_area(place: Area, tab: str, limit: int = 20) -> Sequence[Project]:
    """The projects of a tab in an area, the latest changed first."""
    found = listed(inside(place), Project.stage.in_(TABS[tab])).limit(limit)
    return db.session.scalars(found).all()


def pots_over(cycle: Cycle, place: Area) -> Sequence[tuple[Pot, int]]:
    """The pots of a cycle about which people of an area vote, with the number of projects."""
    codes = [code for code in place.path.split("/") if code]
    rows = db.session.execute(
        select(Pot, func.count(BallotProject.id))
        .join(Area, Area.id == Pot.area_id)
        .outerjoin(BallotProject, BallotProject.pot_id == Pot.id)
        .where(Pot.cycle_id == cycle.id, Area.code.in_(codes))
        .options(joinedload(Pot.area))
        .group_by(Pot.id, Area.id)
        .order_by(Area.path.desc())
    )
    return [(pot, number) for pot, number in rows.unique()]


def glance(cycle: Cycle | None, place: Area) -> Row[Any]:
    """An area in one statement: public proposals of a cycle, newest report, projects by tab."""
    here = inside(place)
    proposals = (
        select(func.count(Proposal.id).label("proposals"))
        .join(Area, Area.id == Proposal.area_id)
        .where(Proposal.cycle_id == (cycle.id if cycle else None), Proposal.state.in_(PUBLIC), here)
        .subquery()
    )
    projects = (
        select(*(_how_many(stages).label(tab) for tab, stages in TABS.items()))
        .join(Area, Area.id == Project.area_id)
        .where(here)
        .subquery()
    )
    latest = (
        select(Update.at, Update.picture, Update.picture_alt, Update.project_id, Project.title)
        .join(Project, Project.id == Update.project_id)
        .join(Area, Area.id == Project.area_id)
        .where(Update.picture.is_not(None), here)
        .order_by(Update.at.desc())
        .limit(1)
        .subquery()
    )
    joined = proposals.join(projects, true()).outerjoin(latest, true())
    return db.session.execute(select(proposals, projects, latest).select_from(joined)).one()


def _how_many(stages: Iterable[Stage]) -> ColumnElement[int]:
    return func.count(case((Project.stage.in_(stages), Project.id)))


@dataclass(frozen=True)
class CityNumbers:
    """The city at a glance."""

    neighbourhoods: int
    proposals: int
    ballots: int
    projects: int


def city_numbers(cycle: Cycle | None, at: datetime) -> CityNumbers:
    """Four numbers in one statement; ballots are those of published results of this city."""
    version = version_in_force(at).scalar_subquery()
    areas = select(func.count(Area.id)).where(
        Area.version_id == version, Area.level == Level.NEIGHBOURHOOD
    )
    proposals = select(func.count(Proposal.id)).where(
        Proposal.state.in_(PUBLIC), Proposal.cycle_id == (cycle.id if cycle else None)
    )
    ballots = select(func.coalesce(func.sum(Count.ballots), 0)).where(
        Count.published_at.is_not(None), Count.pot_id.in_(OWN_POTS)
    )
    projects = select(func.count(Project.id))
    parts = (areas, proposals, ballots, projects)
    return CityNumbers(*db.session.execute(select(*(p.scalar_subquery() for p in parts))).one())


@dataclass(frozen=True)
class Mine:
    """What a person did and follows."""

    proposals: Sequence[Proposal]
    supported: Sequence[Proposal]
    followed: Sequence[Project]
    took_part: Sequence[tuple[Participation, Area]]


def what_is_mine(account_id: UUID) -> Mine:
    """A person's proposals, supports, follows and participations, in four statements."""
    own = (
        select(Proposal)
        .where(Proposal.author_id == account_id, Proposal.state != State.WITHDRAWN)
        .order_by(Proposal.changed_at.desc())
        .options(joinedload(Proposal.area))
    )
    supported = (
        select(Proposal)
        .join(Support, Support.proposal_id == Proposal.id)
        .where(Support.account_id == account_id)
        .order_by(Support.at.desc())
        .options(joinedload(Proposal.area))
        .limit(50)
    )
    followed = (
        select(Project)
        .join(Follow, (Follow.subject_id == Project.id) & (Follow.subject_kind == "project"))
        .where(Follow.account_id == account_id)
        .order_by(Project.changed_at.desc())
        .options(joinedload(Project.area))
        .limit(50)
    )
    took_part = (
        select(Participation, Area)
        .join(Area, Area.id == Participation.area_id)
        .where(Participation.account_id == account_id)
        .order_by(Participation.on_day.desc())
    )
    return Mine(
        db.session.scalars(own).all(),
        db.session.scalars(supported).all(),
        db.session.scalars(followed).all(),
        [(participation, place) for participation, place in db.session.execute(took_part)],
    )
