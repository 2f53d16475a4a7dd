"""What can happen to a proposal, and the sentence in which its history tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from civic.kernel.roles import N_
from civic.proposals.states import State


class Happening(StrEnum):
    """The steps of a history."""

    SUBMITTED = "submitted"
    RESUBMITTED = "resubmitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REFUSED = "refused"
    REOPENED = "reopened"
    CARRIED_UP = "carried_up"
    MERGED = "merged"
    JOINED = "joined"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    ON_BALLOT = "on_ballot"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"
    UNDECIDED = "undecided"
    UNMENDED = "unmended"
    UNCOSTED = "uncosted"
    LEFT_OFF = "left_off"


HAPPENED = {
    Happening.SUBMITTED: N_("Handed in with number %(number)s; a decision is due by %(due)s"),
    Happening.RESUBMITTED: N_("Mended and handed in again; a decision is due by %(due)s"),
    Happening.ACCEPTED: N_("Accepted; %(department)s checks feasibility and cost by %(due)s"),
    Happening.RETURNED: N_("Returned to the author, to be mended by %(due)s"),
    Happening.REFUSED: N_("Refused"),
    Happening.REOPENED: N_("The last decision was taken back; the proposal is screened again"),
    Happening.CARRIED_UP: N_("Carried up to %(area)s; a decision is due by %(due)s"),
    Happening.MERGED: N_("Joined with its twin “%(into)s”"),
    Happening.JOINED: N_("Its twin “%(twin)s” was joined with it"),
    Happening.FEASIBLE: N_("Found feasible, at a cost of about %(cost)s"),
    Happening.INFEASIBLE: N_("Found not feasible"),
    Happening.ON_BALLOT: N_("Put on the ballot; voting opens on %(opens)s"),
    Happening.SELECTED: N_("Chosen by residents"),
    Happening.NOT_SELECTED: N_("Not chosen this time"),
    Happening.WITHDRAWN: N_("Withdrawn by the author"),
    Happening.UNDECIDED: N_(
        "Those who screen did not decide before screening was over; it was not the author's fault"
    ),
    Happening.UNMENDED: N_("It was not mended before screening was over"),
    Happening.UNCOSTED: N_(
        "The department did not finish its sheet before screening was over; it was not the"
        " author's fault"
    ),
    Happening.LEFT_OFF: N_(
        "It was not put on the ballot before voting opened; it was not the author's fault"
    ),
}

# What is said of a proposal that still stood here when the time for it was over.
LEFT_AT = {
    State.SUBMITTED: Happening.UNDECIDED,
    State.RETURNED: Happening.UNMENDED,
    State.ACCEPTED: Happening.UNCOSTED,
    State.FEASIBLE: Happening.LEFT_OFF,
}

# What a new state is called in the history, where the act itself does not say it better.
ARRIVALS = {
    State.SUBMITTED: Happening.SUBMITTED,
    State.RETURNED: Happening.RETURNED,
    State.ACCEPTED: Happening.ACCEPTED,
    State.MERGED: Happening.MERGED,
    State.REFUSED: Happening.REFUSED,
    State.FEASIBLE: Happening.FEASIBLE,
    State.INFEASIBLE: Happening.INFEASIBLE,
    State.ON_BALLOT: Happening.ON_BALLOT,
    State.SELECTED: Happening.SELECTED,
    State.NOT_SELECTED: Happening.NOT_SELECTED,
    State.LAPSED: Happening.UNDECIDED,
    State.WITHDRAWN: Happening.WITHDRAWN,
}


@dataclass(frozen=True)
class Entry:
    """A line of the history to be: as what somebody acted, why, and the values of the sentence.

    `kind` is needed only where the new state does not say it.
    """

    by_role: str
    reason: str = ""
    kind: Happening | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
