"""The states of a proposal, the ways between them, and the categories of the city."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Category(StrEnum):
    """What a proposal is about; safety-critical works are not put to popularity."""

    STREETS = "streets"
    GREEN = "green"
    CULTURE = "culture"
    SPORT = "sport"
    TRANSPORT = "transport"
    SERVICES = "services"
    ACCESS = "access"
    LIGHTING = "lighting"


CATEGORY_NAMES = {
    Category.STREETS: N_("Streets and pavements"),
    Category.GREEN: N_("Parks and green space"),
    Category.CULTURE: N_("Culture and learning"),
    Category.SPORT: N_("Sport and play"),
    Category.TRANSPORT: N_("Transport and traffic"),
    Category.SERVICES: N_("Urban services"),
    Category.ACCESS: N_("Access for everyone"),
    Category.LIGHTING: N_("Lighting and safety"),
}


class State(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    MERGED = "merged"
    REFUSED = "refused"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    ON_BALLOT = "on_ballot"
    SELECTED = "selected"
    NOT_SELECTED = "not_selected"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.DRAFT: N_("Draft"),
    State.SUBMITTED: N_("Waiting for screening"),
    State.RETURNED: N_("Returned to the author"),
    State.ACCEPTED: N_("Accepted, being costed"),
    State.MERGED: N_("Merged with a twin"),
    State.REFUSED: N_("Refused"),
    State.FEASIBLE: N_("Feasible and costed"),
    State.INFEASIBLE: N_("Not feasible"),
    State.ON_BALLOT: N_("On the ballot"),
    State.SELECTED: N_("Chosen by residents"),
    State.NOT_SELECTED: N_("Not chosen"),
    State.LAPSED: N_("Out of time"),
    State.WITHDRAWN: N_("Withdrawn by the author"),
}

NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset(
        {
            State.ACCEPTED, State.RETURNED, State.REFUSED, State.MERGED, State.WITHDRAWN,
            State.LAPSED,
        }
    ),
    State.RETURNED: frozenset({State.SUBMITTED, State.WITHDRAWN, State.LAPSED}),
    # Back to SUBMITTED: a moderator takes the last decision back before anything followed.
    State.ACCEPTED: frozenset(
        {
            State.FEASIBLE, State.INFEASIBLE, State.MERGED, State.WITHDRAWN, State.SUBMITTED,
            State.LAPSED,
        }
    ),
    # A second sheet may find otherwise, until the ballot is composed.
    State.FEASIBLE: frozenset({State.ON_BALLOT, State.INFEASIBLE, State.LAPSED}),
    State.ON_BALLOT: frozenset({State.SELECTED, State.NOT_SELECTED}),
    State.MERGED: frozenset(),
    State.REFUSED: frozenset({State.SUBMITTED}),
    State.INFEASIBLE: frozenset({State.FEASIBLE}),
    State.SELECTED: frozenset(),
    State.NOT_SELECTED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}  # fmt: skip

PUBLIC = frozenset(State) - {State.DRAFT}
# What did not go on in its cycle; its author may take it into the next one.
MAY_COME_AGAIN = frozenset(
    {State.REFUSED, State.INFEASIBLE, State.NOT_SELECTED, State.LAPSED, State.WITHDRAWN}
)
