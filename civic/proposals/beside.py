"""What the capabilities above know about a proposal and show on its page.

The supports and the cost sheets stand above proposals in the order of the packages, so the page
cannot ask them. They put their name on this list, as policies do on theirs, and are asked by it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from civic.kernel.roles import Actor
from civic.proposals.models import Proposal

Teller = Callable[[Proposal, Actor], Any]
TELLERS: dict[str, Teller] = {}


def beside(name: str) -> Callable[[Teller], Teller]:
    """Let a query be asked for each proposal that is shown in full."""

    def put_on_the_list(teller: Teller) -> Teller:
        TELLERS[name] = teller
        return teller

    return put_on_the_list


def told_beside(proposal: Proposal, actor: Actor) -> dict[str, Any]:
    """Everything that the capabilities above have to say, by name."""
    return {name: teller(proposal, actor) for name, teller in TELLERS.items()}
