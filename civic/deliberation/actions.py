"""Standing behind a proposal, and taking that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from civic.cycles.phases import Ability
from civic.cycles.rules import check_allowed
from civic.deliberation import queries
from civic.deliberation.models import Support
from civic.deliberation.policy import may_support
from civic.deliberation.rules import check_supportable
from civic.kernel.db import db, transactional
from civic.kernel.roles import Actor
from civic.proposals.actions import count_supports, hold
from civic.proposals.models import Proposal


@transactional
def give_support(actor: Actor, proposal: Proposal, *, at: datetime) -> None:
    """Stand behind a proposal; a second time changes nothing."""
    may_support.require(actor, proposal)
    check_allowed(proposal.cycle.phases, Ability.SUPPORT, at)
    hold(proposal)
    check_supportable(proposal.state)
    if not queries.supports(actor, proposal):
        db.session.add(Support(proposal_id=proposal.id, account_id=actor.id, at=at))
        db.session.flush()
        count_supports(proposal.id, 1)


@transactional
def take_back_support(actor: Actor, proposal: Proposal, *, at: datetime) -> None:
    """Do not stand behind it any more; nothing happens to who did not."""
    may_support.require(actor, proposal)
    check_allowed(proposal.cycle.phases, Ability.SUPPORT, at)
    hold(proposal)
    check_supportable(proposal.state)
    if queries.supports(actor, proposal):
        db.session.execute(
            delete(Support).where(
                Support.proposal_id == proposal.id, Support.account_id == actor.id
            )
        )
        count_supports(proposal.id, -1)


@transactional
def carry_over(twin: Proposal, stays: Proposal, *, at: datetime) -> int:
    """Let a twin's supporters and its author stand behind the joint proposal, nobody twice.

    The twin keeps its rows: they tell who stood behind it, and who has to hear of the joint one.
    """
    there = set(
        db.session.scalars(select(Support.account_id).where(Support.proposal_id == stays.id))
    )
    coming = {twin.author_id, *queries.supporters_of(twin)} - there - {stays.author_id}
    db.session.add_all(
        Support(proposal_id=stays.id, account_id=account_id, at=at) for account_id in coming
    )
    db.session.flush()
    count_supports(stays.id, len(coming))
    return len(coming)
