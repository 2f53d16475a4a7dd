"""What the city answers to whoever checks a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from civic.ballots import queries, receipts
from civic.ballots.models import Ballot
from civic.cycles.models import Pot
from civic.ledger import queries as ledger
from civic.ledger.models import Book, Entry
from civic.ledger.queries import Standing


class Answer(NamedTuple):
    """What is known of a receipt code, and what the city promised when it gave it out."""

    found: queries.Found | None = None
    promise: receipts.Promise | None = None
    book: Book | None = None
    standing: Standing | None = None
    # The line that took its place; said only when voting is over.
    later: Entry | None = None

    @property
    def broken(self) -> bool:
        """Did the city sign for a vote that it does not have?"""
        return self.promise is not None and self.found is None


def standing_of(pot: Pot, ballot: Ballot) -> Standing | None:
    """The line of a ballot with its proof, once a signed head covers it."""
    return ledger.Found(pot.cycle_id, ballot.commitment).standing


def answer_to(code: str, given: Mapping[str, str]) -> Answer:
    """Look for a receipt in the boxes and in the book; `given` may hold the city's promise."""
    promise = receipts.read_promise({**given, "code": code})
    found = queries.find_receipt(code)
    book = ledger.book(found.pot.cycle_id) if found else None
    if found is None or book is None:
        return Answer(found, promise)
    standing = ledger.Found(book.id, found.commitment).standing
    over = standing is not None and ledger.lines_are_public(book)
    later = ledger.line_naming(book.id, standing.entry.seq) if over and standing else None
    return Answer(found, promise, book, standing, later)
