"""Ballots as they come into the box and are taken out: a row, and a line of the book."""

from __future__ import annotations

from uuid import UUID, uuid4

from civic.ballots import book, rules
from civic.ballots.models import Ballot, BallotVoid, Opening
from civic.cycles.models import Pot
from civic.kernel.storing import store


def store_ballot(
    pot: Pot,
    numbers: list[int],
    nonce: bytes,
    *,
    replaces: UUID | None = None,
    channel: str = "web",
) -> Ballot:
    """Put a choice into the box and let its envelope become a line of the book."""
    held = rules.commitment(nonce, election=pot.cycle.code, area=pot.area.code, choices=numbers)
    row = {
        "id": uuid4(), "pot_id": pot.id, "commitment": held, "receipt": rules.receipt_of(held),
        "replaces_id": replaces, "channel": channel,
    }  # fmt: skip
    store(Ballot, **row)
    store(Opening, ballot_id=row["id"], nonce=nonce, choices=numbers)
    ballot = Ballot(**row)
    book.enter(ballot, pot)
    return ballot


def void_ballot(ballot: Ballot, pot: Pot, *, why: str, by: tuple[UUID, UUID] | None = None) -> None:
    """Note in the box and in the book that a ballot no longer counts."""
    staff_a, staff_b = by or (None, None)
    store(BallotVoid, ballot_id=ballot.id, reason=why, staff_a_id=staff_a, staff_b_id=staff_b)
    book.void(ballot, pot, why=why)
