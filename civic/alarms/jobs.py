"""The watch over the vote, by the clock."""

from __future__ import annotations

from civic.alarms import actions, publishing, watching
from civic.kernel import clock
from civic.kernel.db import reading
from civic.kernel.jobs import job
from civic.signals import actions as signals


@job
def look_at_signals() -> None:
    """Every three minutes: put the rules to the signals, and raise what they find."""
    at = clock.now()
    with reading():  # many sums, while people vote
        found = [
            (finding, cycle)
            for cycle in watching.cycles_voting(at)
            for finding in watching.found_in(cycle, at)
        ]
        in_codes = list(watching.found_in_codes(at))
    for finding, cycle in found:
        actions.keep_finding(finding, cycle, at=at)
    for finding in in_codes:
        actions.keep_finding(finding, None, at=at)


@job
def publish_hours() -> None:
    """Every five minutes: say how many took part in the hours that are over."""
    at = clock.now()
    for cycle in watching.cycles_voting(at):
        publishing.publish_hours(cycle, at=at)


@job
def forget_signals() -> None:
    """Every hour: delete the signals of votes that can no longer be questioned."""
    for cycle_id in watching.cycles_to_forget(clock.now()):
        signals.forget_signals(cycle_id)
