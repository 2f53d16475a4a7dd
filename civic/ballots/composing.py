"""Composing the paper: which projects stand on it, with which words and cost, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import queries, rules
from civic.ballots.models import BallotProject
from civic.ballots.policy import may_compose_ballot
from civic.cycles.models import Pot
from civic.cycles.phases import Ability
from civic.cycles.queries import hold, voting_of
from civic.cycles.rules import check_allowed
from civic.deliberation.queries import supporters_of
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import Actor
from civic.proposals.actions import put_on_ballot
from civic.proposals.models import Proposal
from civic.proposals.states import State


@transactional
def compose_paper(
    actor: Actor, pot: Pot, proposals: Sequence[Proposal], *, at: datetime
) -> list[BallotProject]:
    """Put feasible proposals on the paper of their area's pot, with text and cost as they are."""
    may_compose_ballot.require(actor, pot.area)
    hold(pot.cycle)
    check_allowed(pot.cycle.phases, Ability.COMPOSE_BALLOT, at)
    for proposal in proposals:
        _check_fits_paper(actor, proposal, pot)
    first = (db.session.scalar(_highest_number(pot)) or 0) + 1
    added = [_entry(proposal, pot, first + n) for n, proposal in enumerate(proposals)]
    db.session.add_all(added)
    db.session.flush()
    _shuffle_paper(pot)
    voting = voting_of(pot.cycle)
    for proposal, entry in zip(proposals, added, strict=True):
        opens, also = voting.opens_at if voting else at, supporters_of(proposal)
        put_on_ballot(proposal, at=at, opens=opens, also=also)
        record(
            actor, Event.BALLOT_COMPOSE, entry, at=at, area_code=pot.area.code,
            title=entry.title, cost=entry.cost,
        )  # fmt: skip
    return added


def _check_fits_paper(actor: Actor, proposal: Proposal, pot: Pot) -> None:
    if proposal.author_id == actor.id:
        raise RuleBroken(
            N_("You proposed “%(title)s” yourself. Somebody else puts it on the ballot."),
            title=proposal.title,
        )
    if proposal.cycle_id != pot.cycle_id or proposal.area_id != pot.area_id:
        raise RuleBroken(N_("“%(title)s” belongs to another area."), title=proposal.title)
    if proposal.state is not State.FEASIBLE or not proposal.cost:
        raise RuleBroken(
            N_("“%(title)s” has not been found feasible and costed."), title=proposal.title
        )
    if proposal.cost > pot.amount:
        raise RuleBroken(
            N_("“%(title)s” costs more than the whole pot, so nobody could choose it."),
            title=proposal.title,
        )


def _entry(proposal: Proposal, pot: Pot, number: int) -> BallotProject:
    return BallotProject(
        pot_id=pot.id,
        number=number,
        code=str(proposal.number),
        proposal_id=proposal.id,
        title=proposal.title,
        summary=proposal.solution,
        place=proposal.place,
        category=proposal.category.value if proposal.category else "",
        cost=proposal.cost,
    )


def _highest_number(pot: Pot) -> Any:
    return select(func.max(BallotProject.number)).where(BallotProject.pot_id == pot.id)


def _shuffle_paper(pot: Pot) -> None:
    """Number the paper in an order that the public seed gives, whoever put what on it when."""
    lines = queries.paper(pot)
    codes = {line.id: line.code for line in lines}
    order = rules.shuffled(codes, codes, f"{pot.cycle.tie_seed}:{pot.area.code}")
    # First out of the way, since no two lines may have the same number even for a moment.
    beyond = max(line.number for line in lines)
    mine = BallotProject.pot_id == pot.id
    db.session.execute(
        update(BallotProject).where(mine).values(number=BallotProject.number + beyond)
    )
    for number, line_id in enumerate(order, start=1):
        db.session.execute(
            update(BallotProject).where(BallotProject.id == line_id).values(number=number)
        )
