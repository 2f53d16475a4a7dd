"""What the city gives away: news of areas and projects, and tables without any person in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload, undefer

from civic.areas.models import Area, AreaVersion, Level
from civic.cycles.models import Cycle, Pot
from civic.departments.models import Department
from civic.kernel.db import db
from civic.projects.models import MoneyLine, Project, StageDate, Update
from civic.projects.stages import MoneyKind, Stage
from civic.proposals.models import Proposal
from civic.proposals.states import PUBLIC, State
from civic.results.models import Count

NEWEST = 50
# Free text of residents is given away in bulk only once a moderator has read it.
UNREAD = {State.SUBMITTED, State.RETURNED, State.REFUSED, State.WITHDRAWN}


class News(NamedTuple):
    """The newest of an area or a project, each kind by itself, the newest first."""

    results: Sequence[Count]
    routed: Sequence[Project]
    reached: Sequence[tuple[StageDate, Project]]
    updates: Sequence[tuple[Update, Project]]


def news_of_area(area: Area) -> News:
    """What was published about an area and its parts, in four statements."""
    inside = Area.path.startswith(area.path, autoescape=True)
    results = (
        select(Count)
        .join(Pot, Pot.id == Count.pot_id)
        .join(Area, Area.id == Pot.area_id)
        .where(inside, Count.published_at.is_not(None))
        .order_by(Count.published_at.desc(), Count.id)
        .options(joinedload(Count.pot).options(joinedload(Pot.area), joinedload(Pot.cycle)))
        .limit(NEWEST)
    )
    return News(db.session.scalars(results).unique().all(), *_works(inside))


def news_of_project(project_id: UUID) -> News:
    """What was published about one project, in three statements."""
    return News([], *_works(Project.id == project_id))


def _works(condition: ColumnElement[bool]) -> tuple[Any, Any, Any]:
    routed = _of_projects(select(Project), condition, Project.routed_at, Project.id)
    reached = _of_projects(
        select(StageDate, Project).join(Project, Project.id == StageDate.project_id),
        condition & StageDate.reached_on.is_not(None) & (StageDate.stage != Stage.ROUTED),
        StageDate.reached_on,
        StageDate.id,
    )
    updates = _of_projects(
        select(Update, Project).join(Project, Project.id == Update.project_id),
        condition,
        Update.at,
        Update.id,
    )
    return (
        db.session.scalars(routed).all(),
        db.session.execute(reached).all(),
        db.session.execute(updates).all(),
    )


def _of_projects(found: Any, condition: ColumnElement[bool], when: Any, key: Any) -> Any:
    return (
        found.join(Area, Area.id == Project.area_id)
        .where(condition)
        .options(joinedload(Project.area), joinedload(Project.department))
        .order_by(when.desc(), key)
        .limit(NEWEST)
    )


def project(project_id: UUID) -> Project | None:
    """A project with its area and department."""
    whole = (joinedload(Project.area), joinedload(Project.department))
    return db.session.scalar(select(Project).where(Project.id == project_id).options(*whole))


def version_of(area: Area) -> AreaVersion:
    """The division to which an area belongs."""
    return db.session.get_one(AreaVersion, area.version_id)


def widest_areas(version: AreaVersion) -> Sequence[Area]:
    """The city and its districts."""
    wide = select(Area).where(
        Area.version_id == version.id, Area.level.in_((Level.CITY, Level.DISTRICT))
    )
    return db.session.scalars(wide.order_by(Area.path)).all()


class CycleLine(NamedTuple):
    """A cycle as it stands in the list of what can be taken."""

    code: str
    title: str
    title_en: str | None
    proposals: int


def cycles() -> Sequence[CycleLine]:
    """The cycles, the newest first, with the number of their public proposals."""
    found = (
        select(Cycle.code, Cycle.title, Cycle.title_en, func.count(Proposal.id))
        .outerjoin(Proposal, (Proposal.cycle_id == Cycle.id) & Proposal.state.in_(PUBLIC))
        .group_by(Cycle.id)
        .order_by(Cycle.created_at.desc(), Cycle.code)
    )
    return [CycleLine(*row) for row in db.session.execute(found)]


def published_counts(limit: int = NEWEST) -> Sequence[Count]:
    """The newest published results with their areas and cycles."""
    found = (
        select(Count)
        .where(Count.published_at.is_not(None))
        .order_by(Count.published_at.desc(), Count.id)
        .options(joinedload(Count.pot).options(joinedload(Pot.area), joinedload(Pot.cycle)))
        .limit(limit)
    )
    return db.session.scalars(found).all()


def areas_with_geometry(version: AreaVersion) -> Iterator[tuple[Area, str | None]]:
    """Every area of a division with the code of what it lies in, a few at a time."""
    above = aliased(Area)
    found = (
        select(Area, above.code)
        .outerjoin(above, above.id == Area.parent_id)
        .where(Area.version_id == version.id)
        .options(undefer(Area.geometry))
        .order_by(Area.path)
        .execution_options(yield_per=50)
    )
    yield from db.session.execute(found)


def state_of_proposals(cycle: Cycle) -> str:
    """A mark that changes whenever the table of proposals does."""
    public = (Proposal.cycle_id == cycle.id) & Proposal.state.in_(PUBLIC)
    return _mark(
        select(
            func.count(), func.max(Proposal.changed_at), func.sum(Proposal.supports)
        ).where(public)
    )  # fmt: skip


def proposals_of(cycle: Cycle) -> Iterator[dict[str, Any]]:
    """The public proposals of a cycle as plain values, without their authors."""
    into = aliased(Proposal)
    found = (
        select(Proposal, Area, into.number)
        .join(Area, Area.id == Proposal.area_id)
        .outerjoin(into, into.id == Proposal.merged_into_id)
        .where(Proposal.cycle_id == cycle.id, Proposal.state.in_(PUBLIC))
        .order_by(Proposal.number)
        .execution_options(yield_per=500)
    )
    for row, area, merged_into in db.session.execute(found):
        read = row.state not in UNREAD
        yield {
            "id": row.id, "number": row.number, "title": row.title,
            "problem": row.problem if read else "", "solution": row.solution if read else "",
            "category": row.category, "place": row.place if read else "",
            "lon": row.lon, "lat": row.lat,
            "area_code": area.code, "area_name": area.name, "state": row.state,
            "merged_into": merged_into, "cost": row.cost, "supports": row.supports,
            "submitted_at": row.submitted_at,
        }  # fmt: skip


def state_of_projects() -> str:
    """A mark that changes whenever the table of projects does."""
    money = select(func.count(), func.sum(MoneyLine.amount))
    return _mark(select(func.count(), func.max(Project.changed_at))) + _mark(money)


def projects() -> Iterator[dict[str, Any]]:
    """Every project as plain values, with its money by kind."""
    sums = {
        kind: func.coalesce(func.sum(MoneyLine.amount).filter(MoneyLine.kind == kind), 0)
        for kind in MoneyKind
    }
    money = (
        select(MoneyLine.project_id, *(total.label(kind.value) for kind, total in sums.items()))
        .group_by(MoneyLine.project_id)
        .subquery()
    )
    found = (
        select(Project, Area, Department.code, Cycle.code, *list(money.c)[1:])
        .join(Area, Area.id == Project.area_id)
        .join(Department, Department.id == Project.department_id)
        .join(Cycle, Cycle.id == Project.cycle_id)
        .outerjoin(money, money.c.project_id == Project.id)
        .order_by(Project.routed_at, Project.id)
        .execution_options(yield_per=500)
    )
    for row, area, department, cycle, *amounts in db.session.execute(found):
        yield {
            "id": row.id, "title": row.title, "area_code": area.code, "area_name": area.name,
            "department": department, "cycle": cycle, "category": row.category,
            "place": row.place, "votes": row.votes, "stage": row.stage,
            "progress": row.progress, "ends_on": row.ends_on, "routed_at": row.routed_at,
            **{kind.value: int(sum_ or 0) for kind, sum_ in zip(MoneyKind, amounts, strict=True)},
        }  # fmt: skip


def _mark(values: Any) -> str:
    return "-".join(
        str(value.timestamp() if isinstance(value, datetime) else value)
        for value in db.session.execute(values).one()
    )
