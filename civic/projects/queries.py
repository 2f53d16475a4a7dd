"""Finding projects: one in full, many narrowed, by area, by desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from civic.accounts.models import Account
from civic.appraisals.queries import served_by
from civic.areas.models import Area, Level
from civic.ballots.models import BallotProject
from civic.cycles.models import Cycle
from civic.departments.models import Department
from civic.electorate.models import Residency
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, local
from civic.kernel.paging import Page, paginate
from civic.kernel.roles import Actor
from civic.notifications.kinds import Subject
from civic.notifications.models import Follow
from civic.projects.models import (
    Answer,
    Block,
    Milestone,
    MoneyLine,
    Project,
    StageDate,
    Update,
)
from civic.projects.rules import TABS
from civic.projects.stages import DONE, Verdict
from civic.proposals.models import Proposal
from civic.proposals.states import Category

IN_CHARGE = joinedload(Project.department).joinedload(Department.area)
# More than any project has; the rest of a very long story stays in the feed and the open data.
NEWEST = 60


def today() -> date:
    """The day on the city's wall."""
    return local(clock.now()).date()


def project(project_id: UUID) -> Project:
    """A project with its area and department, as it stands now."""
    found = db.session.get(
        Project, project_id, options=[joinedload(Project.area), IN_CHARGE], populate_existing=True
    )
    if found is None:
        raise NotHere(N_("There is no such project."))
    return found


@dataclass(frozen=True)
class Answers:
    """What residents say about a finished project, and where the person who asks belongs."""

    yes: int
    no: int
    mine: Answer | None
    objections: Sequence[Answer]
    home_path: str | None


@dataclass(frozen=True)
class Whole:
    """Everything the page of a project shows, but for what the capabilities above know."""

    project: Project
    cycle: Cycle
    pot_id: UUID
    proposal: Proposal | None
    following: bool | None
    money: Sequence[MoneyLine]
    updates: Sequence[Update]
    milestones: Sequence[Milestone]
    # None as long as it is not handed over.
    answers: Answers | None


def whole_project(project_id: UUID, actor: Actor) -> Whole:
    """A project with its story, in at most five statements; a visitor's `following` is None."""
    mine = select(func.count()).where(
        Follow.account_id == actor.id if actor.is_authenticated else Follow.account_id.is_(None),
        Follow.subject_kind == Subject.PROJECT,
        Follow.subject_id == project_id,
    )
    row = (
        db.session.execute(
            select(Project, Cycle, BallotProject.pot_id, Proposal, mine.scalar_subquery())
            .join(Cycle, Cycle.id == Project.cycle_id)
            .join(BallotProject, BallotProject.id == Project.ballot_project_id)
            .outerjoin(Proposal, Proposal.id == Project.proposal_id)
            .where(Project.id == project_id)
            .options(joinedload(Project.area), IN_CHARGE, lazyload(Cycle.phases))
            .options(joinedload(Project.dates), joinedload(Project.blocks))
            .execution_options(populate_existing=True)
        )
        .unique()
        .first()
    )
    if row is None:
        raise NotHere(N_("There is no such project."))
    found, cycle, pot_id, proposal, follows = row
    return Whole(
        found, cycle, pot_id, proposal, bool(follows) if actor.is_authenticated else None,
        money_lines(project_id), updates_of(project_id), milestones_of(project_id),
        answers_to(project_id, actor) if found.stage in DONE else None,
    )  # fmt: skip


def answers_to(project_id: UUID, actor: Actor) -> Answers:
    """The answers of residents in numbers, the newest objections, and one's own; one statement."""
    given = select(
        func.count().filter(Answer.verdict == Verdict.YES).label("yes"),
        func.count().filter(Answer.verdict == Verdict.NO).label("no"),
    )
    numbers = given.where(Answer.project_id == project_id).subquery()
    home = select(Area.path).join(Residency, Residency.area_id == Area.id)
    me = actor.id if actor.is_authenticated else None
    mine = Answer.account_id == me
    wanted = and_(Answer.project_id == project_id, or_(mine, Answer.verdict == Verdict.NO))
    found = (
        select(numbers, home.where(Residency.account_id == me).scalar_subquery(), Answer)
        .select_from(numbers)
        .outerjoin(Answer, wanted)
        .order_by(mine.desc(), Answer.at.desc())
        .limit(NEWEST)
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(found).all()
    yes, no, home_path, _answer = rows[0]
    shown = [row[3] for row in rows if row[3] is not None]
    own = next((each for each in shown if each.account_id == me), None)
    objections = [each for each in shown if each.verdict is Verdict.NO]
    return Answers(yes, no, own, objections, home_path)


def proposed_by(it: Project) -> UUID | None:
    """Whose idea a project was; nobody's that is known, for an imported one."""
    return db.session.scalar(select(Proposal.author_id).where(Proposal.id == it.proposal_id))


def dates_of(project_id: UUID) -> dict[Any, StageDate]:
    """The dates of a project's stages, by stage."""
    found = select(StageDate).where(StageDate.project_id == project_id)
    return {each.stage: each for each in db.session.scalars(found)}


def money_lines(project_id: UUID) -> Sequence[MoneyLine]:
    """The money trail, the oldest first."""
    found = select(MoneyLine).where(MoneyLine.project_id == project_id)
    return db.session.scalars(found.order_by(MoneyLine.on_day, MoneyLine.id)).all()


def updates_of(project_id: UUID) -> Sequence[Update]:
    """The newest reports, the newest first."""
    found = select(Update).where(Update.project_id == project_id)
    return db.session.scalars(found.order_by(Update.at.desc()).limit(NEWEST)).all()


def milestones_of(project_id: UUID) -> Sequence[Milestone]:
    """The dated promises in the order of their days."""
    found = select(Milestone).where(Milestone.project_id == project_id)
    return db.session.scalars(found.order_by(Milestone.due_on, Milestone.title)).all()


# ── many ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Wanted:
    """How a list of projects is narrowed."""

    area: str = ""
    tab: str = ""
    category: str = ""
    late: bool = False


def late_on(day: date) -> ColumnElement[bool]:
    """Projects that have missed a promised day by this one."""
    return Project.stage.not_in(DONE) & or_(
        Project.stage_due_on < day, Project.milestone_due_on < day
    )


def inside(area: Area) -> ColumnElement[bool]:
    """What lies in an area (join `Area` first)."""
    return Area.path.startswith(area.path, autoescape=True)


def listed(*where: ColumnElement[bool]) -> Select[Any]:
    """Projects with their area and department, the latest changed first."""
    return (
        select(Project)
        .join(Project.area)
        .where(*where)
        .options(contains_eager(Project.area), IN_CHARGE)
        .order_by(Project.changed_at.desc(), Project.id)
    )


def page_of(wanted: Wanted, number: int) -> Page[Project]:
    """One page of the projects that are wanted."""
    where: list[ColumnElement[bool]] = []
    if wanted.area:
        where.append(("/" + Area.path).contains(f"/{wanted.area}/", autoescape=True))
    if wanted.tab in TABS:
        where.append(Project.stage.in_(TABS[wanted.tab]))
    if wanted.category in set(Category):
        where.append(Project.category == wanted.category)
    if wanted.late:
        where.append(late_on(today()))
    return paginate(listed(*where), number)


def areas_with_projects() -> Sequence[Area]:
    """The areas below the city that have projects, each under its district."""
    place = aliased(Area)
    has = (
        select(Project.id)
        .join(place, place.id == Project.area_id)
        .where(place.path.startswith(Area.path), place.version_id == Area.version_id)
    )
    found = select(Area).where(Area.level != Level.CITY, has.exists()).order_by(Area.path)
    return db.session.scalars(found).all()


def projects_of_office(account: Account, number: int) -> Page[Project]:
    """The projects that an officer's departments have to deliver, the late ones first."""
    found = (
        select(Project)
        .join(Project.department)
        .join(Area, Area.id == Project.area_id)
        .where(served_by(account))
        .options(joinedload(Project.area), IN_CHARGE)
        .order_by(Project.stage.in_(DONE), Project.stage_due_on.is_(None), Project.stage_due_on)
        .order_by(Project.routed_at)
    )
    return paginate(found, number)


def block(project_id: UUID, block_id: UUID) -> Block | None:
    """An obstacle of this project."""
    return db.session.scalar(
        select(Block).where(Block.id == block_id, Block.project_id == project_id)
    )


def open_blocks(project_id: UUID) -> int:
    """How many things stand in the way of a project now."""
    standing = (Block.project_id == project_id, Block.gone_on.is_(None))
    return db.session.scalar(select(func.count()).select_from(Block).where(*standing)) or 0


def milestone(project_id: UUID, milestone_id: UUID) -> Milestone | None:
    """A milestone of this project."""
    return db.session.scalar(
        select(Milestone).where(Milestone.id == milestone_id, Milestone.project_id == project_id)
    )


def days_late(it: Project) -> int:
    """How many days a project is late today."""
    return it.days_late(today())
