"""Where an objection stands."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class State(StrEnum):
    """The states of an objection."""

    RECEIVED = "received"
    REVIEW = "review"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.RECEIVED: N_("received"),
    State.REVIEW: N_("under review"),
    State.UPHELD: N_("upheld"),
    State.PARTLY: N_("upheld in part"),
    State.REJECTED: N_("rejected"),
    State.WITHDRAWN: N_("withdrawn"),
}
OPEN = frozenset({State.RECEIVED, State.REVIEW})
# What a decision can be; the last needs one person, the others two.
VERDICTS = (State.UPHELD, State.PARTLY, State.REJECTED)
NEEDS_TWO = frozenset({State.UPHELD, State.PARTLY})
