"""What of a vote goes into the public book: the terms, each envelope's code, and the close."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from civic.ballots.models import Ballot, BallotBox
from civic.ballots.rules import GRACE
from civic.counting.version import code_version
from civic.cycles.models import Cycle, FrozenRules, Pot
from civic.electorate.queries import roll_statement
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.ledger import actions as ledger
from civic.ledger import queries, signing
from civic.ledger.kinds import LineKind
from civic.ledger.models import Book

PAUSED = N_(
    "Voting is paused: the public book does not agree with what was signed before. Nothing was"
    " cast, and what was cast before stays; the city headquarters looks into it."
)

NOT_COUNTED = N_(
    "Nothing is counted or published now: the public book does not agree with what was signed"
    " before. The city headquarters looks into it."
)


def begin(cycle: Cycle, frozen: FrozenRules) -> None:
    """Begin the book of a cycle with the terms of the vote.

    Raises `RuleBroken` where the signer does not answer: a vote that nobody signs does not open.
    """
    if queries.book(cycle.id) is not None:
        return
    try:
        keys = {"heads": signing.key(), "receipts": str(signing.receipts_key())}
    except signing.SignerSilent:
        raise RuleBroken(
            N_("Voting cannot open yet: the signer of the public book does not answer.")
        ) from None
    ledger.begin_book(cycle.id, cycle.code)
    ledger.submit(cycle.id, LineKind.CONFIG, {
        "e": cycle.code,
        "rules": frozen.sha256,
        "roll": _roll(cycle),
        "code": code_version(),
        "keys": keys,
        "grace": int(GRACE.total_seconds()),
        "witnesses": list(current_app.config["CIVIC"].witnesses),
    })  # fmt: skip


def _roll(cycle: Cycle) -> dict[str, object] | None:
    said = roll_statement(cycle.id)
    if said is None:
        return None
    return {"version": said.version, "people": said.people, "sha256": said.sha256}


def insist_sound(cycle: Cycle) -> None:
    """Refuse a vote while the book of its cycle, or that of the acts, is not what was signed."""
    doubts = [book.quarantine for book in queries.books() if book.id in (cycle.id, queries.ACTS)]
    insist_undoubted(cycle.id, next(filter(None, doubts), None))


def insist_undoubted(cycle_id: UUID, quarantine: str | None) -> None:
    """The same where the doubt about the books, if there is one, is known."""
    sound = all(ledger.is_extension_of_signed(one) for one in (cycle_id, queries.ACTS))
    if quarantine or not sound:
        raise RuleBroken(PAUSED)


def insist_countable(cycle: Cycle) -> None:
    """Refuse to count or publish what may come from an old copy of the database.

    Asked of the signer each time, also about a book that it knows and that is not here. A signer
    that is silent holds up no count: what it signed before stands in the folder of the cycle.
    """
    if cycle.imported_from:
        return
    wrong = is_paused(cycle.id)
    with suppress(signing.SignerSilent):
        wrong = wrong or ledger.what_is_wrong(cycle.id, cycle.code) is not None
    if wrong:
        raise RuleBroken(NOT_COUNTED)


def is_paused(cycle_id: UUID) -> bool:
    """Is a book on which the votes of a cycle rest in quarantine?"""
    held = select(Book.id).where(
        Book.id.in_((cycle_id, queries.ACTS)), Book.quarantine.is_not(None)
    )
    return db.session.scalar(held.limit(1)) is not None


def enter(ballot: Ballot, pot: Pot) -> None:
    """Let an envelope become a line, in the place of the one it replaces."""
    before = _commitment_of(ballot.replaces_id) if ballot.replaces_id else None
    ledger.submit(
        pot.cycle_id,
        LineKind.PAPER if ballot.channel == "paper" else LineKind.CAST,
        {"d": pot.area.code},
        mark=ballot.commitment,
        names=before,
    )


def void(ballot: Ballot, pot: Pot, *, why: str) -> None:
    """Let it be known that an envelope no longer counts, and why."""
    body = {"d": pot.area.code, "why": why}
    ledger.submit(pot.cycle_id, LineKind.VOID, body, names=ballot.commitment)


def _commitment_of(ballot_id: object) -> bytes | None:
    return db.session.scalar(select(Ballot.commitment).where(Ballot.id == ballot_id))


def close(pot: Pot, *, stand: int) -> None:
    """Note that the box of an area is closed; after the last one the book is finished."""
    if queries.book(pot.cycle_id) is None:
        return
    ledger.submit(pot.cycle_id, LineKind.CLOSE, {"d": pot.area.code, "stand": stand})
    still_open = (
        select(BallotBox.pot_id)
        .join(Pot, Pot.id == BallotBox.pot_id)
        .where(Pot.cycle_id == pot.cycle_id, BallotBox.state == "open")
    )
    if db.session.scalar(still_open.limit(1)) is None:
        ledger.finish_book(pot.cycle_id)
