"""When one can stand behind a proposal."""

from __future__ import annotations

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.proposals.states import STATE_NAMES, State

SUPPORTABLE = frozenset({State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.FEASIBLE})


def check_supportable(state: State) -> None:
    """Support is for proposals that are on their way to the ballot."""
    if state not in SUPPORTABLE:
        raise RuleBroken(
            N_("Support is over for this proposal: it stands at “%(state)s”."),
            state=STATE_NAMES[state],
        )
