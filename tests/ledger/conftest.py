"""A book, and envelopes that wait for it."""

from __future__ import annotations

from uuid import UUID

import pytest

from civic.ledger import actions
from civic.ledger.kinds import LineKind

BOOK = UUID(int=1405)


@pytest.fixture
def book(database):
    return actions.begin_book(BOOK, "1405")


def envelope(n: int) -> bytes:
    return n.to_bytes(32, "big")


def put(book, *numbers, area="d1", names=None):
    """Let envelopes wait for the book."""
    for n in numbers:
        actions.submit(
            book.id, LineKind.CAST, {"d": area}, mark=envelope(n),
            names=None if names is None else envelope(names),
        )  # fmt: skip
