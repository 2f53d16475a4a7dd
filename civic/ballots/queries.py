"""Reading the paper and the box; what is read never says who cast what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from civic.areas.models import Area
from civic.ballots.models import (
    Ballot,
    BallotBox,
    BallotProject,
    BallotVoid,
    CastKey,
    Opening,
    VoterSlot,
)
from civic.ballots.rules import GRACE, Limits
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.proposals.models import Proposal
from civic.proposals.states import State


class Found(NamedTuple):
    """What anybody may know of a receipt: the pot, whether its box is closed, and the envelope."""

    pot: Pot
    closed: bool
    commitment: bytes


def limits_of(pot: Pot) -> Limits:
    """What a ballot about this pot may hold."""
    return Limits(pot.ballot_kind, pot.amount, pot.max_choices)


def paper(pot: Pot) -> Sequence[BallotProject]:
    """The projects on the paper of a pot, in their order."""
    found = select(BallotProject).where(BallotProject.pot_id == pot.id)
    return db.session.scalars(found.order_by(BallotProject.number)).all()


def papers(cycle: Cycle) -> dict[UUID, list[BallotProject]]:
    """The papers of all pots of a cycle, by pot."""
    found = (
        select(BallotProject)
        .join(Pot, Pot.id == BallotProject.pot_id)
        .where(Pot.cycle_id == cycle.id)
        .order_by(BallotProject.number)
    )
    by_pot: dict[UUID, list[BallotProject]] = {}
    for project in db.session.scalars(found):
        by_pot.setdefault(project.pot_id, []).append(project)
    return by_pot


# Over for the web while sheets are still typed: "held", until the commission closes the box.
STATE = case(
    (BallotBox.state == "closed", "closed"),
    (BallotBox.web_closed_at.is_not(None), "held"),
    else_=BallotBox.state,
)


def box_state(pot_id: UUID) -> str | None:
    """Whether the box of a pot is "open", "held" or "closed"; nothing before it is opened."""
    return db.session.scalar(select(STATE).where(BallotBox.pot_id == pot_id))


def box_states(pot_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The state of several boxes."""
    found = select(BallotBox.pot_id, STATE).where(BallotBox.pot_id.in_(pot_ids))
    return {pot_id: state for pot_id, state in db.session.execute(found)}


def has_box(cycle: Cycle) -> bool:
    """Was any box of this cycle opened?"""
    boxes = select(BallotBox.pot_id).join(Pot, Pot.id == BallotBox.pot_id)
    return db.session.scalar(boxes.where(Pot.cycle_id == cycle.id).limit(1)) is not None


def has_paper(cycle: Cycle) -> bool:
    """Does a project stand on any paper of this cycle?"""
    lines = select(BallotProject.id).join(Pot, Pot.id == BallotProject.pot_id)
    return db.session.scalar(lines.where(Pot.cycle_id == cycle.id).limit(1)) is not None


def ballot_by_key(pot_id: UUID, tag: bytes, key: UUID) -> Ballot | None:
    """The ballot that this press of the button has already cast.

    The presses are forgotten at the close. Whose answer was lost on the way may ask again only
    then; the nonce of the ballot that stands ends with the key of its press.
    """
    pressed = select(CastKey.ballot_id).where(
        CastKey.pot_id == pot_id, CastKey.voter_tag == tag, CastKey.key == key
    )
    ending = func.substr(Opening.nonce, 33, type_=LargeBinary)
    stands = (
        select(VoterSlot.head_ballot_id)
        .join(Opening, Opening.ballot_id == VoterSlot.head_ballot_id)
        .where(VoterSlot.pot_id == pot_id, VoterSlot.voter_tag == tag, ending == key.bytes)
    )
    either = func.coalesce(pressed.scalar_subquery(), stands.scalar_subquery())
    return db.session.scalar(select(Ballot).where(Ballot.id == either))


def head_of(pot_id: UUID, tag: bytes) -> Ballot | None:
    """The ballot of a voter that stands in the box now."""
    return db.session.scalar(
        select(Ballot)
        .join(VoterSlot, VoterSlot.head_ballot_id == Ballot.id)
        .where(VoterSlot.pot_id == pot_id, VoterSlot.voter_tag == tag)
    )


def live() -> ColumnElement[bool]:
    """That a ballot is counted: it is the last of its voter, or came on paper; and was not voided.

    On paper there is no voter to whose slot it would belong.
    """
    last = exists().where(VoterSlot.head_ballot_id == Ballot.id, VoterSlot.pot_id == Ballot.pot_id)
    void = exists().where(BallotVoid.ballot_id == Ballot.id)
    return or_(last, and_(Ballot.channel == "paper", ~void))


def turnout(pot_id: UUID) -> int:
    """How many ballots about a pot stand; shown in tens while voting runs."""
    found = select(func.count()).select_from(Ballot).where(Ballot.pot_id == pot_id, live())
    return db.session.scalar(found) or 0


def marked(pot_id: UUID) -> int:
    """How many people are marked as having taken part: by a vote that stands, or by a paper."""
    found = select(func.count()).where(
        VoterSlot.pot_id == pot_id, or_(VoterSlot.head_ballot_id.is_not(None), VoterSlot.paper)
    )
    return db.session.scalar(found.select_from(VoterSlot)) or 0


def papers_given(pot_id: UUID) -> int:
    """How many people were given a paper about a pot."""
    found = select(func.count()).where(VoterSlot.pot_id == pot_id, VoterSlot.paper)
    return db.session.scalar(found.select_from(VoterSlot)) or 0


def openings(pot_id: UUID) -> Iterator[list[int]]:
    """The choices of every live ballot, in an order that says nothing about when it was cast."""
    found = (
        select(Opening.choices)
        .join(Ballot, Ballot.id == Opening.ballot_id)
        .where(Ballot.pot_id == pot_id, live())
        .order_by(Ballot.commitment)
        .execution_options(yield_per=5_000)
    )
    yield from db.session.scalars(found)


def envelopes(pot_ids: Sequence[UUID]) -> Iterator[tuple[bytes, UUID, bytes, list[int]]]:
    """Every envelope that stands in these boxes: commitment, pot, nonce and choices.

    In the order of the commitments, which says nothing about when they were cast.
    """
    found = (
        select(Ballot.commitment, Ballot.pot_id, Opening.nonce, Opening.choices)
        .join(Opening, Opening.ballot_id == Ballot.id)
        .where(Ballot.pot_id.in_(pot_ids), live())
        .order_by(Ballot.commitment)
        .execution_options(yield_per=5_000)
    )
    for row in db.session.execute(found):
        yield row.commitment, row.pot_id, row.nonce, row.choices


def find_receipt(code: str) -> Found | None:
    """What anybody may learn about a receipt.

    Whether a ballot was replaced is not among it: then a person who is pressed to vote could
    not vote again in peace.
    """
    row = db.session.execute(
        select(Pot, BallotBox.state, Ballot.commitment)
        .join(Ballot, Ballot.pot_id == Pot.id)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .where(Ballot.receipt == code)
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
    ).first()
    return Found(row[0], row[1] == "closed", row[2]) if row else None


def choices_behind(pot_id: UUID, code: str) -> list[int] | None:
    """What is on the ballot with this receipt; for its voter, for a while."""
    return db.session.scalar(
        select(Opening.choices)
        .join(Ballot, Ballot.id == Opening.ballot_id)
        .where(Ballot.pot_id == pot_id, Ballot.receipt == code)
    )


def feasible_for(pot: Pot) -> Sequence[Proposal]:
    """The costed proposals of exactly the pot's area that can go on its paper."""
    found = (
        select(Proposal)
        .where(
            Proposal.cycle_id == pot.cycle_id,
            Proposal.area_id == pot.area_id,
            Proposal.state == State.FEASIBLE,
        )
        .options(joinedload(Proposal.area), joinedload(Proposal.author))
        .order_by(Proposal.number)
    )
    return db.session.scalars(found).all()


def cycles_to_open(at: datetime) -> Sequence[Cycle]:
    """The city's own cycles whose voting has begun and in which a pot with projects has no box."""
    boxless = (
        select(Pot.cycle_id)
        .join(BallotProject, BallotProject.pot_id == Pot.id)
        .join(BallotBox, BallotBox.pot_id == Pot.id, isouter=True)
        .where(BallotBox.pot_id.is_(None))
    )
    found = (
        select(Cycle)
        .join(Phase, Phase.cycle_id == Cycle.id)
        .where(
            Phase.kind == PhaseKind.VOTING,
            Phase.opens_at <= at,
            Cycle.imported_from.is_(None),
            Cycle.id.in_(boxless),
        )
        .options(joinedload(Cycle.city))
    )
    return db.session.scalars(found).all()


def pots_to_close(at: datetime) -> Sequence[Pot]:
    """The pots whose box is still open although voting and its grace are over."""
    found = (
        select(Pot)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .join(Phase, Phase.cycle_id == Pot.cycle_id)
        .where(
            BallotBox.state == "open",
            BallotBox.web_closed_at.is_(None),
            Phase.kind == PhaseKind.VOTING,
            Phase.closes_at <= at - GRACE,
        )
        .options(joinedload(Pot.area), joinedload(Pot.cycle).joinedload(Cycle.city))
    )
    return db.session.scalars(found).all()


def pots_to_compose(cycle: Cycle) -> Sequence[tuple[Pot, int]]:
    """The pots of a cycle with the number of proposals that wait to go on their paper."""
    waiting = (
        select(Proposal.area_id, func.count().label("waiting"))
        .where(Proposal.cycle_id == cycle.id, Proposal.state == State.FEASIBLE)
        .group_by(Proposal.area_id)
        .subquery()
    )
    found = (
        select(Pot, func.coalesce(waiting.c.waiting, 0))
        .join(Area, Area.id == Pot.area_id)
        .join(waiting, waiting.c.area_id == Pot.area_id, isouter=True)
        .where(Pot.cycle_id == cycle.id)
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
        .order_by(Area.path)
    )
    return [(row[0], row[1]) for row in db.session.execute(found)]
