"""What waits for a department, and the sheets that it has finished."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from civic.accounts.models import Account
from civic.appraisals.models import Appraisal
from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel.db import db
from civic.kernel.paging import Page, paginate
from civic.kernel.roles import Actor, Role
from civic.proposals.beside import beside
from civic.proposals.models import Proposal
from civic.proposals.states import State

TABS = {"due": (State.ACCEPTED,), "finished": (State.FEASIBLE, State.INFEASIBLE)}


def served_by(account: Account) -> ColumnElement[bool]:
    """The departments for which somebody is an officer now: its own, or all of an area."""
    held = [h for h in account.standing() if h.role is Role.OFFICER and h.runs(account.as_of)]
    if any(each.area_path is None and each.department_id is None for each in held):
        return true()
    return or_(
        false(),
        Department.id.in_([each.department_id for each in held if each.department_id]),
        *(
            Department.area.has(Area.path.startswith(each.area_path, autoescape=True))
            for each in held
            if each.area_path
        ),
    )


def waiting_for(account: Account, tab: str, page: int) -> Page[Proposal]:
    """The proposals that an officer's departments have to cost, or have costed."""
    found = (
        select(Proposal)
        .join(Proposal.department)
        .join(Proposal.area)
        .where(Proposal.state.in_(TABS[tab]), served_by(account), Proposal.author_id != account.id)
        .options(contains_eager(Proposal.department), contains_eager(Proposal.area))
        .order_by(Proposal.due_at, Proposal.number)
    )
    return paginate(found, page)


def sheets_of(proposal: Proposal) -> Sequence[Appraisal]:
    """Every finished sheet about a proposal, the latest first."""
    found = select(Appraisal).where(Appraisal.proposal_id == proposal.id)
    return db.session.scalars(
        found.options(joinedload(Appraisal.department)).order_by(Appraisal.at.desc())
    ).all()


@beside("sheets")
def public_sheets(proposal: Proposal, actor: Actor) -> Sequence[Appraisal]:
    """The sheets for the page of a proposal; there are none before a department has it."""
    return sheets_of(proposal) if proposal.department_id else []
