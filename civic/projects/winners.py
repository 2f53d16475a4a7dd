"""What residents chose and nobody has routed yet, and the departments it can go to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.ballots.models import BallotProject
from civic.cycles.models import Cycle, Pot
from civic.departments.models import Department
from civic.kernel.db import db
from civic.kernel.paging import Page, paginate
from civic.kernel.roles import Actor, Role
from civic.projects.models import Project
from civic.projects.queries import listed
from civic.projects.stages import Stage
from civic.proposals.models import Proposal
from civic.results.models import Count, ResultLine

ON_A_DESK = 50


def _routed_by(account: Account) -> ColumnElement[bool]:
    """The areas whose winners somebody routes: where they moderate; an administrator all."""
    held = [h for h in account.standing() if h.runs(account.as_of)]
    mine = [h for h in held if h.role is Role.MODERATOR]
    if any(h.role is Role.ADMIN for h in held) or any(
        h.covers(None) and not h.area_path and not h.department_id for h in mine
    ):
        return true()
    paths = [h.area_path for h in mine if h.area_path]
    return or_(false(), *(Area.path.startswith(path, autoescape=True) for path in paths))


def _winners() -> Select[Any]:
    pot = joinedload(BallotProject.pot).options(joinedload(Pot.area), joinedload(Pot.cycle))
    return (
        select(ResultLine)
        .join(Count, Count.id == ResultLine.count_id)
        .join(Pot, Pot.id == Count.pot_id)
        .join(Area, Area.id == Pot.area_id)
        .join(Cycle, Cycle.id == Pot.cycle_id)
        .where(
            ResultLine.funded.is_(True),
            Count.published_at.is_not(None),
            Cycle.imported_from.is_(None),
        )
        .options(joinedload(ResultLine.project).options(pot))
    )


def lines_to_route(account: Account, number: int) -> Page[ResultLine]:
    """The winners of published results that wait for this person, in the order funded."""
    routed = select(Project.ballot_project_id)
    waiting = (
        _winners()
        .where(_routed_by(account), ResultLine.project_id.not_in(routed))
        .order_by(Count.published_at, Area.path, ResultLine.rank)
    )
    return paginate(waiting, number)


def handed_over(account: Account) -> Sequence[Project]:
    """What this person confirms once residents have answered, the longest waiting first."""
    waiting = listed(_routed_by(account), Project.stage == Stage.HANDED_OVER)
    oldest = waiting.order_by(None).order_by(Project.changed_at, Project.id)
    return db.session.scalars(oldest.limit(ON_A_DESK)).all()


def winner(line_id: UUID) -> ResultLine | None:
    """A winner of a published result, with its project, pot, area and cycle."""
    return db.session.scalar(_winners().where(ResultLine.id == line_id))


def proposal_of(line: ResultLine) -> Proposal | None:
    """The proposal that a winner was, with its area; imported projects have none."""
    if line.project.proposal_id is None:
        return None
    return db.session.get(Proposal, line.project.proposal_id, options=[joinedload(Proposal.area)])


def costed_by(lines: Sequence[ResultLine]) -> dict[UUID, UUID]:
    """Which department costed each winner, by the ids of the projects on the paper."""
    ids = [line.project_id for line in lines]
    found = (
        select(BallotProject.id, Proposal.department_id)
        .join(Proposal, Proposal.id == BallotProject.proposal_id)
        .where(BallotProject.id.in_(ids), Proposal.department_id.is_not(None))
    )
    rows = db.session.execute(found)
    return {project_id: department_id for project_id, department_id in rows if department_id}


def departments() -> Sequence[Department]:
    """Every department with its area, by name."""
    found = select(Department).options(joinedload(Department.area)).order_by(Department.name)
    return db.session.scalars(found).all()


def routed_project(ballot_project_id: UUID) -> Project | None:
    """The project that a winner became, with its department."""
    return db.session.scalar(
        select(Project)
        .where(Project.ballot_project_id == ballot_project_id)
        .options(joinedload(Project.department))
    )


def serving(line: ResultLine, every: Iterable[Department]) -> list[Department]:
    """Those of the departments that work where a winner is: its own, its district's, the city's."""
    return [each for each in every if line.project.pot.area.lies_in(each.area)]


def made_of(actor: Actor, line: ResultLine, department: Department, at: datetime) -> Project:
    """The project that a winner becomes, not stored yet."""
    paper, proposal = line.project, proposal_of(line)
    # What a district chose is built in one of its neighbourhoods: where the idea came from.
    area = proposal.area if proposal and proposal.area.lies_in(paper.pot.area) else paper.pot.area
    return Project(
        ballot_project_id=paper.id, proposal_id=paper.proposal_id, cycle_id=paper.pot.cycle_id,
        area_id=area.id, department_id=department.id, title=paper.title, place=paper.place,
        category=paper.category, votes=line.votes, routed_at=at, routed_by_id=actor.id,
        changed_at=at, area=area, department=department,
    )  # fmt: skip
