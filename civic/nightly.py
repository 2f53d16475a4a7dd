"""What is checked every night: that what must always hold, holds."""

from __future__ import annotations

from datetime import datetime

import structlog

from civic.alarms.actions import keep_finding
from civic.alarms.kinds import AlarmKind
from civic.alarms.rules import Finding
from civic.invariants import check_all
from civic.kernel import clock
from civic.kernel.db import reading
from civic.kernel.i18n import local
from civic.kernel.jobs import job
from civic.notifications.kinds import Kind
from civic.signals.rules import hour_of

log = structlog.get_logger()
HOUR = 3  # when nobody waits for a page


@job
def check_invariants_at_night() -> None:
    """Every hour: in the third hour of the city's day, ask the database what must always hold."""
    if local(clock.now()).hour == HOUR:
        check_invariants()


def check_invariants() -> int:
    """Ask for all of it, and raise an alarm for what does not hold; how many sentences."""
    with reading():  # it takes long, and somewhere people vote
        broken = {one.says: violations for one, violations in check_all() if violations}
    for says, violations in broken.items():
        log.error("invariant broken", says=says, violations=violations)
    if broken:
        _raise_alarm(len(broken), sum(broken.values()), clock.now())
    log.info("invariants checked", broken=len(broken))
    return len(broken)


def _raise_alarm(rules: int, violations: int, at: datetime) -> None:
    """Every night anew: what somebody cleared yesterday and is still so is no old story."""
    hour, numbers = hour_of(local(at)), {"rules": rules, "violations": violations}
    mark = f"{hour:%Y-%m-%d}"
    keep_finding(
        Finding(AlarmKind.RULE_BROKEN, mark, violations, numbers, hour, hour),
        None,
        at=at,
        say=Kind.RULE_BROKEN,
    )
