"""What the city's clock does with the boxes."""

from __future__ import annotations

import structlog

from civic.ballots import actions, queries
from civic.kernel import clock
from civic.kernel.errors import RuleBroken
from civic.kernel.jobs import job

log = structlog.get_logger()


@job
def open_due_boxes() -> None:
    """Every minute: freeze the rules and open the boxes of every cycle whose voting has begun."""
    at = clock.now()
    for cycle in queries.cycles_to_open(at):
        try:
            actions.open_boxes(cycle, at=at)
        except RuleBroken as refusal:
            # An alarm, and no end: in ten seconds it is tried again, and others need not wait.
            log.error("boxes not opened", cycle=cycle.code, why=str(refusal))


@job
def close_due_boxes() -> None:
    """Every minute: close the boxes whose voting and grace are over."""
    at = clock.now()
    for pot in queries.pots_to_close(at):
        actions.close_box(pot, at=at)
