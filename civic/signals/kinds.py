"""What is noted about attempts at the doors of the vote."""

from __future__ import annotations

from enum import StrEnum


class SignalKind(StrEnum):
    """An attempt and how it ended."""

    VOTE_FIRST = "vote:first"
    VOTE_CHANGED = "vote:changed"
    VOTE_REFUSED = "vote:refused"
    CODE_SENT = "code:sent"
    CODE_RIGHT = "code:right"
    CODE_WRONG = "code:wrong"


VOTES = (SignalKind.VOTE_FIRST, SignalKind.VOTE_CHANGED)
