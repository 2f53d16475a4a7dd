"""Telling people what was done to their account: accounts stand below and cannot tell them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from civic.audit.events import Event
from civic.kernel import clock
from civic.kernel.jobs import job
from civic.notifications import queries
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind

# Long enough for a city whose worker was down over the holidays.
WITHIN = timedelta(days=14)


@job
def tell_of_resets() -> None:
    """Every few seconds: whoever lost a second factor hears of it, and what to do about it."""
    since = clock.now() - WITHIN
    for entry in queries.acts_untold(Event.SECOND_FACTOR_RESET, Kind.SECOND_FACTOR_RESET, since):
        tell(
            [UUID(entry.subject_id)], Kind.SECOND_FACTOR_RESET, about=str(entry.seq), at=entry.at,
            link=("accounts.devices", {}), when=entry.at,
        )  # fmt: skip
