"""Who hears of a project: those who asked for it, stood behind it, follow it, or voted there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, union

from civic.accounts.models import RoleGrant
from civic.accounts.queries import holders
from civic.areas.models import Area, Level
from civic.deliberation.models import Support
from civic.electorate.queries import participants_of
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.notifications.models import Follow
from civic.projects.models import Project
from civic.proposals.models import Proposal


def concerned(project: Project) -> set[UUID]:
    """The authors of the idea and of its twins, their supporters, and the followers."""
    subjects = [project.id, project.area_id]
    asked = []
    if project.proposal_id:
        subjects.append(project.proposal_id)
        asked = [
            select(Proposal.author_id).where(
                or_(
                    Proposal.id == project.proposal_id,
                    Proposal.merged_into_id == project.proposal_id,
                )
            ),
            select(Support.account_id).where(Support.proposal_id == project.proposal_id),
        ]
    following = select(Follow.account_id).where(Follow.subject_id.in_(subjects))
    return set(db.session.scalars(union(following, *asked)))


def concerned_and_voters(project: Project, pot_id: UUID) -> set[UUID]:
    """Those, and everybody who took part in the vote; what they chose is known to nobody."""
    return concerned(project) | set(participants_of(pot_id))


def officers_of(project: Project, at: datetime) -> set[UUID]:
    """The officers of the department in charge."""
    return holders([Role.OFFICER], at, RoleGrant.department_id == project.department_id)


def rulers_of(area: Area, at: datetime) -> set[UUID]:
    """Who decides about the works of an area: the district's mayors, for the city headquarters."""
    if area.level is Level.CITY:
        return headquarters(at)
    codes = area.path.strip("/").split("/")
    above = select(Area.id).where(Area.code.in_(codes), Area.version_id == area.version_id)
    return holders([Role.MAYOR], at, RoleGrant.area_id.in_(above))


def headquarters(at: datetime) -> set[UUID]:
    """Everybody who sits in the headquarters."""
    return holders([Role.HEADQUARTERS], at)
