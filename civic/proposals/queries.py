"""Finding proposals: for whom they are visible, what is like them, and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, load_only

from civic.areas.models import Area, Level
from civic.cycles.models import Cycle, Phase
from civic.cycles.phases import Ability
from civic.cycles.queries import cycles_with
from civic.electorate.models import Residency
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.roles import N_, Actor
from civic.kernel.text import likeness
from civic.proposals.models import Proposal, ProposalEvent
from civic.proposals.rules import ALIKE
from civic.proposals.states import PUBLIC, State

CANDIDATES = 1000
# What is over for good is no reason not to propose the same again.
COMPARED = PUBLIC - {State.REFUSED, State.WITHDRAWN, State.MERGED, State.LAPSED}
# What must be done about a proposal at each of these states, or it is left over.
WAITS_FOR = {
    State.SUBMITTED: Ability.SCREEN,
    State.RETURNED: Ability.MEND_PROPOSAL,
    State.ACCEPTED: Ability.APPRAISE,
    State.FEASIBLE: Ability.COMPOSE_BALLOT,
}
WITH_ALL = (
    joinedload(Proposal.area),
    joinedload(Proposal.author),
    joinedload(Proposal.department),
    joinedload(Proposal.cycle).joinedload(Cycle.city),
    joinedload(Proposal.cycle).joinedload(Cycle.phases),
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The proposals that this person may know of: what is public, and their own drafts."""
    public = Proposal.state.in_(PUBLIC)
    return or_(public, Proposal.author_id == actor.id) if actor.is_authenticated else public


def proposal(proposal_id: UUID) -> Proposal | None:
    """A proposal with its area, author, department and cycle, in one statement."""
    found = select(Proposal).where(Proposal.id == proposal_id).options(*WITH_ALL)
    return db.session.scalars(found).unique().one_or_none()


def proposal_for(actor: Actor, proposal_id: UUID) -> Proposal:
    """The proposal, if this person may know of it; the drafts of others are not there."""
    found = select(Proposal).where(Proposal.id == proposal_id, visible_to(actor))
    proposal = db.session.scalars(found.options(*WITH_ALL)).unique().one_or_none()
    if proposal is None:
        raise NotHere(N_("There is no such proposal, or it is not public yet."))
    return proposal


def drafts_of(account_id: UUID | None) -> Sequence[Proposal]:
    """What a person has begun and not handed in, the latest touched first."""
    found = (
        select(Proposal)
        .where(Proposal.author_id == account_id, Proposal.state == State.DRAFT)
        .order_by(Proposal.changed_at.desc())
        .options(joinedload(Proposal.area))
    )
    return db.session.scalars(found).all()


def left_over(at: datetime, most: int = 200) -> Sequence[Proposal]:
    """Proposals that wait for an act whose time in their cycle is over, and does not come again."""
    over = (
        and_(
            Proposal.state == state,
            Proposal.cycle_id.not_in(cycles_with(ability, Phase.closes_at > at)),
        )
        for state, ability in WAITS_FOR.items()
    )
    found = (
        select(Proposal)
        .where(or_(*over), Proposal.cycle_id.in_(select(Phase.cycle_id)))
        .order_by(Proposal.due_at, Proposal.id)
        .limit(most)
    )
    return db.session.scalars(found).all()


def taken_along(proposal: Proposal, cycle: Cycle) -> Proposal | None:
    """What the author has made of this proposal in another cycle already."""
    found = select(Proposal).where(
        Proposal.author_id == proposal.author_id,
        Proposal.cycle_id == cycle.id,
        Proposal.title == proposal.title,
    )
    return db.session.scalars(found.limit(1)).first()


def own_area(account_id: UUID | None) -> Area | None:
    """The neighbourhood that a person declared as theirs."""
    found = select(Area).join(Residency, Residency.area_id == Area.id)
    return db.session.scalar(found.where(Residency.account_id == account_id))


def districts_and_parts(city: Area) -> Sequence[tuple[Area, Sequence[Area]]]:
    """The districts of a city in its own version, each with its neighbourhoods."""
    levels = (Level.DISTRICT, Level.NEIGHBOURHOOD)
    found = select(Area).where(
        Area.version_id == city.version_id,
        Area.path.startswith(city.path, autoescape=True),
        Area.level.in_(levels),
    )
    areas = db.session.scalars(found.order_by(Area.path)).all()
    parts = [area for area in areas if area.level is Level.NEIGHBOURHOOD]
    return [
        (district, [part for part in parts if part.lies_in(district)])
        for district in areas
        if district.level is Level.DISTRICT
    ]


def like_title(
    title: str, *, cycle_id: UUID, area: Area, besides: UUID | None = None, most: int = 5
) -> list[Proposal]:
    """Proposals of the same cycle in and around an area whose titles are alike, the closest first.

    Around means the district: twins are often sent from the other side of the street.
    """
    district = district_path(area)
    found = (
        select(Proposal)
        .join(Area, Area.id == Proposal.area_id)
        .where(
            Proposal.cycle_id == cycle_id,
            Proposal.state.in_(COMPARED),
            Proposal.id != besides if besides else Proposal.id.is_not(None),
            Area.path.startswith(district, autoescape=True),
        )
        .options(
            joinedload(Proposal.area),
            load_only(
                Proposal.title, Proposal.number, Proposal.place, Proposal.state,
                Proposal.supports, Proposal.area_id, Proposal.changed_at, Proposal.cost,
                Proposal.category, Proposal.author_id, Proposal.cycle_id,
            ),
        )
        .order_by(Proposal.submitted_at.desc())
        .limit(CANDIDATES)
    )  # fmt: skip
    graded = [(likeness(title, other.title), other) for other in db.session.scalars(found)]
    alike = sorted((pair for pair in graded if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [other for _grade, other in alike[:most]]


def district_path(area: Area) -> str:
    """The beginning of the paths of everything in the same district (city for a city)."""
    return "".join(f"{code}/" for code in area.path.split("/")[:2] if code)


def history_of(proposal: Proposal) -> Sequence[ProposalEvent]:
    """What happened to a proposal, the newest first."""
    found = select(ProposalEvent).where(ProposalEvent.proposal_id == proposal.id)
    return db.session.scalars(found.order_by(ProposalEvent.at.desc(), ProposalEvent.kind)).all()


def family_of(proposal: Proposal) -> Sequence[Proposal]:
    """The twins that were joined with a proposal, or the one with which it was joined."""
    found = select(Proposal).where(
        or_(Proposal.merged_into_id == proposal.id, Proposal.id == proposal.merged_into_id)
    )
    return db.session.scalars(found.order_by(Proposal.number)).all()
