"""The history of a proposal as sentences in the language of the reader."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from civic.kernel.i18n import _, say
from civic.kernel.roles import N_, ROLE_NAMES
from civic.notifications.actions import unpack
from civic.proposals.events import HAPPENED, Happening
from civic.proposals.models import ProposalEvent

ACTORS: dict[str, str] = {
    **{role.value: name for role, name in ROLE_NAMES.items()},
    "resident": N_("The author"),
    "platform": N_("The platform"),
}


class Told(NamedTuple):
    """A line for `components/history.html`."""

    what: str
    by: str
    at: datetime
    reason: str


def told(event: ProposalEvent) -> Told:
    """What happened, by whom, when, why."""
    sentence = HAPPENED[Happening(event.kind)]
    values = {name: unpack(value) for name, value in event.details.items()}
    return Told(say(sentence, values), _(ACTORS[event.by_role]), event.at, event.reason)
