"""What a line of the book can be about."""

from __future__ import annotations

from enum import StrEnum


class LineKind(StrEnum):
    """The kinds of lines; see docs/book.md for what each of them says."""

    CONFIG = "config"
    CAST = "cast"
    PAPER = "paper"
    VOID = "void"
    CLOSE = "close"
    ACT = "act"
    DOCUMENT = "document"
    KEY = "key"


# Lines about envelopes are shuffled when they come together; all others keep their order.
SHUFFLED = frozenset({LineKind.CAST, LineKind.PAPER, LineKind.VOID})
ENVELOPES = frozenset({LineKind.CAST, LineKind.PAPER})
