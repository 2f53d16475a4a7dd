"""What is checked every night: that what must always hold, holds."""

from __future__ import annotations

import structlog

from civic.invariants import check_all
from civic.kernel import clock
from civic.kernel.db import reading
from civic.kernel.i18n import local
from civic.kernel.jobs import job

log = structlog.get_logger()
HOUR = 3  # when nobody waits for a page


@job
def check_invariants_at_night() -> None:
    """Every hour: in the third hour of the city's day, ask the database what must always hold."""
    if local(clock.now()).hour == HOUR:
        check_invariants()


def check_invariants() -> int:
    """Ask for all of it, and say loudly in the log what does not hold; how many sentences."""
    broken = 0
    with reading():  # it takes long, and somewhere people vote
        for invariant, violations in check_all():
            if violations:
                broken += 1
                log.error("invariant broken", says=invariant.says, violations=violations)
    log.info("invariants checked", broken=broken)
    return broken
