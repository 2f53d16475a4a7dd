"""What the counter does to the box: mark a person, take sheets in, take ballots out, close it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from civic.ballots import actions, book, envelopes, queries, rules, voters
from civic.ballots.models import Ballot, BallotBox, VoterSlot
from civic.cycles.models import Pot
from civic.cycles.queries import voting_of
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import Actor

NONCE_BYTES = 48
ELSEWHERE = N_("This person has voted about another area in this cycle; each voter has one vote.")
ALREADY = N_("This person was given a paper for this vote already; each person gets one.")


def tag_from(national_id_key: bytes, pot: Pot) -> bytes:
    """The tag of whoever has this national id, with an account or without."""
    return voters.tags_for(pot)(national_id_key)


def slot_of(national_id_key: bytes, pot: Pot) -> VoterSlot | None:
    """How a person stands in the box of a pot, if they were seen there."""
    key = (pot.id, tag_from(national_id_key, pot))
    return db.session.get(VoterSlot, key, populate_existing=True)


def mark_on_paper(pot: Pot, national_id_key: bytes, *, at: datetime) -> Ballot | None:
    """Note that a person gets a paper; their vote from the web, if one stands, is taken out.

    Under the same locks as casting, so of a vote and a paper at the same moment one comes second:
    the vote is then refused, or taken out. Returns what was taken out.
    """
    insist_open(pot, at=at)
    book.insist_sound(pot.cycle)
    tag = tag_from(national_id_key, pot)
    slot = _slot(pot, tag)
    if slot.paper:
        raise RuleBroken(ALREADY)
    standing = db.session.get(Ballot, slot.head_ballot_id) if slot.head_ballot_id else None
    voters.fill_slot(pot, tag, head_ballot_id=None, paper=True)
    if standing is not None:
        envelopes.void_ballot(standing, pot, why="paper")
    keep_for_the_counter(pot)
    return standing


def _slot(pot: Pot, tag: bytes) -> voters.Slot:
    try:
        return voters.hold_slot(pot, tag)
    except RuleBroken:
        raise RuleBroken(ELSEWHERE) from None


def insist_open(pot: Pot, *, at: datetime) -> None:
    """Hold the box of a pot open until the transaction ends; refuse if voting does not run."""
    voters.lock_box_shared(pot)
    rules.check_clock(voting_of(pot.cycle), at, at)
    if queries.box_state(pot.id) != "open":
        raise RuleBroken(N_("The box of this area is not open."))


def keep_for_the_counter(pot: Pot) -> None:
    """Let the box wait for the commission when the web closes."""
    mine = BallotBox.pot_id == pot.id
    waits = update(BallotBox).where(mine, BallotBox.at_counter.is_(False)).values(at_counter=True)
    db.session.execute(waits)


def take_paper_in(pot: Pot, choices: Sequence[list[int]]) -> list[Ballot]:
    """Let sheets become ballots, in an order that chance makes."""
    voters.lock_box_shared(pot)
    if queries.box_state(pot.id) not in {"open", "held"}:
        raise RuleBroken(N_("The box of this area is not open."))
    paper = {line.number: line for line in queries.paper(pot)}
    mixed = list(choices)
    secrets.SystemRandom().shuffle(mixed)
    return [
        envelopes.store_ballot(
            pot,
            rules.check_choices(numbers, paper, queries.limits_of(pot)),
            secrets.token_bytes(NONCE_BYTES),
            channel="paper",
        )
        for numbers in mixed
    ]


def take_out(ballot: Ballot, pot: Pot, *, by: tuple[UUID, UUID]) -> None:
    """Take a ballot out by the decision of two people; its slot is free again."""
    voters.lock_box(pot)
    slot = db.session.query(VoterSlot).filter_by(head_ballot_id=ballot.id).one_or_none()
    if slot is not None:
        slot.head_ballot_id = None
        db.session.flush()
    envelopes.void_ballot(ballot, pot, why="batch", by=by)


def close_held_box(actor: Actor, pot: Pot, *, at: datetime) -> None:
    """Close a box that waited for its sheets; whoever calls has seen that all of them are in."""
    voters.lock_box(pot)
    if queries.box_state(pot.id) != "held":
        raise RuleBroken(N_("The box of this area does not wait for sheets."))
    box = db.session.get_one(BallotBox, pot.id, populate_existing=True)
    actions.seal_box(actor, box, pot, at=at)
