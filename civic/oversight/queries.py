"""The desk of a mayor: numbers and lists of a district, rulings and escalations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, undefer

from civic.accounts.models import Account
from civic.areas.models import Area, AreaVersion, Level
from civic.areas.queries import drawn
from civic.cycles.phases import Ability
from civic.cycles.queries import cycles_allowing
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.oversight.kinds import RulingKind
from civic.oversight.models import Ruling
from civic.projects.models import Block, MoneyLine, Project
from civic.projects.queries import IN_CHARGE, inside, late_on, listed
from civic.projects.stages import DONE, RUNNING, MoneyKind, Stage
from civic.proposals.events import Happening
from civic.proposals.models import Proposal, ProposalEvent
from civic.proposals.states import State

ON_A_LIST = 50


def districts_of(mayor: Account) -> list[Area]:
    """Where somebody is mayor now."""
    return [
        held.area
        for held in mayor.standing()
        if held.role is Role.MAYOR and held.runs(mayor.as_of) and held.area is not None
    ]


def reach(actor: Account) -> ColumnElement[bool]:
    """The areas on somebody's desk (join `Area` first): the own districts, or all."""
    if actor.holds(Role.HEADQUARTERS):
        return Area.id.is_not(None)
    return or_(Area.id.is_(None), *(inside(area) for area in districts_of(actor)))


@dataclass(frozen=True)
class Numbers:
    """Five numbers about the works of a district."""

    waiting: int
    running: int
    late: int
    blocked: int
    approved: int
    paid: int


def numbers(where: ColumnElement[bool], today: date) -> Numbers:
    """The five numbers, in one statement."""
    blocked = select(Block.id).where(Block.project_id == Project.id, Block.gone_on.is_(None))
    counted = (
        func.count().filter(Project.stage == Stage.ROUTED),
        func.count().filter(Project.stage.in_(RUNNING)),
        func.count().filter(late_on(today)),
        func.count().filter(Project.stage.not_in(DONE), blocked.exists()),
    )
    sums = (_sum_of(MoneyKind.APPROVED, where), _sum_of(MoneyKind.PAID, where))
    found = select(*counted, *sums).select_from(Project).join(Area, Area.id == Project.area_id)
    return Numbers(*(int(number or 0) for number in db.session.execute(found.where(where)).one()))


def _sum_of(kind: MoneyKind, where: ColumnElement[bool]) -> Any:
    project, money = aliased(Project), select(func.sum(MoneyLine.amount))
    return (
        money.join(project, project.id == MoneyLine.project_id)
        .join(Area, Area.id == project.area_id)
        .where(where, MoneyLine.kind == kind)
        .correlate(None)
        .scalar_subquery()
    )


class Lists(NamedTuple):
    """What residents rank first among the unapproved, what is late, what waits of the city's."""

    waiting: list[Project]
    late: list[Project]
    city: list[Project]


def lists(where: ColumnElement[bool], today: date) -> Lists:
    """The lists of projects, in one statement."""
    ids = select(Project.id).join(Area, Area.id == Project.area_id).where(where).limit(ON_A_LIST)
    wanted = ids.where(Project.stage == Stage.ROUTED).order_by(Project.votes.desc()).subquery()
    overdue = ids.where(late_on(today)).order_by(Project.stage_due_on).subquery()
    at_the_top = Project.stage.in_((Stage.ROUTED, Stage.HANDED_OVER)), Area.level == Level.CITY
    city = ids.where(*at_the_top).order_by(Project.votes.desc()).subquery()
    shown = select(wanted.c.id).union(select(overdue.c.id), select(city.c.id))
    found = db.session.scalars(listed(Project.id.in_(shown))).all()
    whole = [p for p in found if p.area.level is Level.CITY]
    return Lists(
        sorted((p for p in found if p.stage is Stage.ROUTED), key=lambda p: -p.votes),
        sorted((p for p in found if p.days_late(today)), key=lambda p: -p.days_late(today)),
        [p for p in whole if p.stage in {Stage.ROUTED, Stage.HANDED_OVER}],
    )


def blocked(where: ColumnElement[bool]) -> Sequence[tuple[Project, Block]]:
    """What something stands in the way of, the oldest obstacle first."""
    found = (
        select(Project, Block)
        .join(Block, Block.project_id == Project.id)
        .join(Project.area)
        .where(where, Block.gone_on.is_(None), Project.stage.not_in(DONE))
        .options(contains_eager(Project.area), IN_CHARGE)
        .order_by(Block.since)
        .limit(ON_A_LIST)
    )
    return [(project, block) for project, block in db.session.execute(found)]


def works_by_path(where: ColumnElement[bool]) -> dict[str, int]:
    """How many projects lie in each area, by the path of the area."""
    counted = (
        select(Area.path, func.count())
        .join(Project, Project.area_id == Area.id)
        .where(where)
        .group_by(Area.path)
    )
    return {path: number for path, number in db.session.execute(counted)}


def on_the_map(districts: Sequence[Area], today: date) -> Sequence[Area]:
    """What the map of a desk shows: the parts of one district, else districts; with outlines."""
    if len(districts) == 1:
        return drawn(districts[0], Level.NEIGHBOURHOOD)
    valid = select(AreaVersion.id).where(AreaVersion.valid_from <= today)
    newest = valid.order_by(AreaVersion.valid_from.desc(), AreaVersion.number.desc()).limit(1)
    every = select(Area).where(
        Area.level == Level.DISTRICT, Area.version_id == newest.scalar_subquery()
    )
    if districts:
        every = every.where(Area.code.in_([area.code for area in districts]))
    return db.session.scalars(every.options(undefer(Area.outline)).order_by(Area.path)).all()


def voted_money(project_id: UUID) -> int:
    """What residents voted for a project."""
    found = select(func.sum(MoneyLine.amount)).where(
        MoneyLine.project_id == project_id, MoneyLine.kind == MoneyKind.VOTED
    )
    return int(db.session.scalar(found) or 0)


def rulings_of(project_id: UUID) -> Sequence[Ruling]:
    """What mayors decided about a project, the latest first."""
    found = select(Ruling).where(Ruling.project_id == project_id).order_by(Ruling.at.desc())
    return db.session.scalars(found).all()


def last_return(project_id: UUID) -> Ruling | None:
    """The last time a project was returned to its department."""
    returned = select(Ruling).where(
        Ruling.project_id == project_id, Ruling.kind == RulingKind.RETURN
    )
    return db.session.scalar(returned.order_by(Ruling.at.desc()).limit(1))


def obstacles(project_id: UUID) -> Sequence[Block]:
    """What stands in the way of a project now, the oldest first."""
    standing = select(Block).where(Block.project_id == project_id, Block.gone_on.is_(None))
    return db.session.scalars(standing.order_by(Block.since)).all()


def open_escalation(project_id: UUID) -> Ruling | None:
    """The escalation of a project that is not answered yet."""
    return db.session.scalar(
        select(Ruling).where(
            Ruling.project_id == project_id,
            Ruling.kind == RulingKind.ESCALATE,
            Ruling.answered_at.is_(None),
        )
    )


def escalations() -> Select[Any]:
    """Every escalation, the open ones first and of these the most urgent."""
    place = aliased(Area)
    return (
        select(Ruling)
        .join(Ruling.project)
        .join(place, place.id == Project.area_id)
        .where(Ruling.kind == RulingKind.ESCALATE)
        .options(contains_eager(Ruling.project).joinedload(Project.area))
        .order_by(Ruling.answered_at.is_not(None), Ruling.due_on, Ruling.at)
    )


class Undecided(NamedTuple):
    """How many proposals of an area those who screen left undecided, and how many are late."""

    area: Area
    lapsed: int
    late: int


def undecided(where: ColumnElement[bool], at: datetime) -> list[Undecided]:
    """Where elites let the time of proposals run out in the last year, or are late now."""
    left = and_(
        ProposalEvent.kind == Happening.UNDECIDED.value, ProposalEvent.at > at - timedelta(days=365)
    )
    late = and_(
        Proposal.state == State.SUBMITTED,
        Proposal.due_at <= at,
        Proposal.cycle_id.in_(cycles_allowing(Ability.SCREEN, at)),
    )
    lapsed = Proposal.id.in_(select(ProposalEvent.proposal_id).where(left))
    numbers = func.count().filter(lapsed), func.count().filter(late)
    by_area = (
        select(Proposal.area_id, *numbers)
        .join(Area, Area.id == Proposal.area_id)
        .where(where, or_(lapsed, late))
        .group_by(Proposal.area_id)
        .subquery()
    )
    _, left_over, overdue = by_area.c
    found = (
        select(Area, left_over, overdue)
        .join(by_area, by_area.c.area_id == Area.id)
        .order_by((left_over + overdue).desc(), Area.path)
        .limit(ON_A_LIST)
    )
    return [Undecided(*row) for row in db.session.execute(found)]


def ruling(ruling_id: UUID) -> Ruling | None:
    """A ruling with its project, area and department."""
    whole = joinedload(Ruling.project)
    return db.session.get(
        Ruling,
        ruling_id,
        options=[whole.joinedload(Project.area), whole.joinedload(Project.department)],
    )
