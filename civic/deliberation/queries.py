"""Who stands behind what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from civic.cycles.phases import Ability
from civic.cycles.rules import allows
from civic.deliberation.models import Support
from civic.deliberation.rules import SUPPORTABLE
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.roles import Actor
from civic.proposals.beside import beside
from civic.proposals.models import Proposal
from civic.proposals.states import State


@dataclass(frozen=True)
class Standing:
    """What the button of a proposal needs to know."""

    count: int
    mine: bool
    open: bool


@beside("support")
def standing(proposal: Proposal, actor: Actor) -> Standing:
    """How many stand behind a proposal, whether I do, and whether that can still change."""
    can_change = proposal.state in SUPPORTABLE and allows(
        proposal.cycle.phases, Ability.SUPPORT, clock.now()
    )
    return Standing(proposal.supports, supports(actor, proposal), can_change)


def supports(actor: Actor, proposal: Proposal) -> bool:
    """Does this person stand behind it?"""
    if not actor.is_authenticated:
        return False
    mine = exists().where(Support.proposal_id == proposal.id, Support.account_id == actor.id)
    return bool(db.session.scalar(select(mine)))


def support_counts(ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many stand behind each of these proposals; those without support are left out."""
    counted = (
        select(Support.proposal_id, func.count())
        .where(Support.proposal_id.in_(list(ids)))
        .group_by(Support.proposal_id)
    )
    return {proposal_id: number for proposal_id, number in db.session.execute(counted)}


def supporters_of(proposal: Proposal) -> Sequence[UUID]:
    """The accounts that stand behind a proposal."""
    return db.session.scalars(
        select(Support.account_id).where(Support.proposal_id == proposal.id)
    ).all()


def supported_by(account_id: UUID) -> Sequence[Proposal]:
    """What a person stands behind, the latest first; a merged twin gives way to the joint one."""
    found = (
        select(Proposal)
        .join(Support, Support.proposal_id == Proposal.id)
        .where(Support.account_id == account_id, Proposal.state != State.MERGED)
        .order_by(Support.at.desc())
        .options(joinedload(Proposal.area))
    )
    return db.session.scalars(found).all()
