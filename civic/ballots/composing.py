"""What stands on the paper: which proposals may, with which words and cost, in which order."""

from __future__ import annotations

from sqlalchemy import func, select, update

from civic.ballots import queries, rules
from civic.ballots.models import BallotProject
from civic.cycles.models import Pot
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import Actor
from civic.proposals.models import Proposal
from civic.proposals.states import State


def check_fits(actor: Actor, proposal: Proposal, pot: Pot) -> None:
    """Refuse a proposal that cannot stand on the paper of a pot, or not by this hand."""
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


def entry(proposal: Proposal, pot: Pot, number: int) -> BallotProject:
    """A proposal as it stands on the paper, with text and cost as they are."""
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


def highest_number(pot: Pot) -> int:
    """The last number on the paper of a pot; nought while it is empty."""
    return (
        db.session.scalar(
            select(func.max(BallotProject.number)).where(BallotProject.pot_id == pot.id)
        )
        or 0
    )


def shuffle(pot: Pot) -> None:
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
