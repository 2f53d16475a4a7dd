"""What waits for a moderator, what looks like it, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from civic.accounts.models import Account
from civic.areas.models import Area, Level
from civic.cycles.phases import Ability
from civic.cycles.queries import cycles_allowing
from civic.departments.models import Department
from civic.departments.queries import departments_of
from civic.kernel.db import db
from civic.kernel.paging import Page, paginate
from civic.kernel.roles import Role
from civic.moderation.models import Decision
from civic.moderation.rules import KEEPS, LEADS_TO, NEAR, UNDO_WITHIN
from civic.proposals.models import Proposal
from civic.proposals.queries import like_title
from civic.proposals.states import Category, State


def moderated_by(account: Account) -> ColumnElement[bool]:
    """The areas in which somebody moderates now; an area covers its parts.

    The headquarters moderate what lies above the neighbourhoods: no elite may be there.
    """
    held = [h for h in account.standing() if h.role is Role.MODERATOR and h.runs(account.as_of)]
    if any(each.area_path is None and each.department_id is None for each in held):
        return Area.id.is_not(None)
    paths = [each.area_path for each in held if each.area_path]
    above = Area.level != Level.NEIGHBOURHOOD if account.holds(Role.HEADQUARTERS) else false()
    return or_(above, *(Area.path.startswith(path, autoescape=True) for path in paths))


def waiting_for(
    account: Account, page: int, *, at: datetime, only: str = "", category: Category | None = None
) -> Page[Proposal]:
    """What waits for this moderator, the most urgent first; `only` is near, late or nothing."""
    found = (
        select(Proposal)
        .join(Proposal.area)
        .where(
            Proposal.state == State.SUBMITTED,
            Proposal.cycle_id.in_(cycles_allowing(Ability.SCREEN, at)),
            Proposal.author_id != account.id,
            moderated_by(account),
        )
        .options(contains_eager(Proposal.area), joinedload(Proposal.cycle))
        .order_by(Proposal.due_at, Proposal.number)
    )
    if only in {"near", "late"}:
        found = found.where(Proposal.due_at <= (at + NEAR if only == "near" else at))
    if category:
        found = found.where(Proposal.category == category)
    return paginate(found, page)


def likely_twins(proposal: Proposal) -> list[Proposal]:
    """Proposals of the district that sound alike and could be joined with this one."""
    near = like_title(
        proposal.title, cycle_id=proposal.cycle_id, area=proposal.area, besides=proposal.id, most=8
    )
    return [twin for twin in near if twin.state in KEEPS][:3]


def departments_for(proposal: Proposal) -> Sequence[Department]:
    """The departments that can cost a proposal."""
    return departments_of(proposal.area)


def areas_above(area: Area) -> Sequence[Area]:
    """The district and the city in which an area lies, the nearest first."""
    codes = area.path.strip("/").split("/")[:-1]
    found = select(Area).where(
        Area.version_id == area.version_id,
        Area.code.in_(codes),
        Area.level.in_((Level.DISTRICT, Level.CITY)),
    )
    return db.session.scalars(found.order_by(Area.path.desc())).all()


def undoable(account: Account, at: datetime) -> tuple[Decision, Proposal] | None:
    """The last decision of a moderator that is fresh enough to be taken back."""
    found = db.session.execute(
        select(Decision, Proposal)
        .join(Proposal, Proposal.id == Decision.proposal_id)
        .where(
            Decision.moderator_id == account.id,
            Decision.undone_at.is_(None),
            Decision.kind.in_(LEADS_TO),
            Decision.at > at - UNDO_WITHIN,
        )
        .order_by(Decision.at.desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def decision(decision_id: UUID) -> Decision | None:
    """A decision."""
    return db.session.get(Decision, decision_id)


def decisions_about(proposal: Proposal) -> Sequence[Decision]:
    """What was decided about a proposal, the latest first."""
    found = select(Decision).where(Decision.proposal_id == proposal.id)
    return db.session.scalars(found.order_by(Decision.at.desc())).all()
