"""The one list of periodic jobs: what, how often, and why."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from flask import Flask

from civic.accounts import jobs as accounts
from civic.alarms import jobs as alarms
from civic.ballots import jobs as ballots
from civic.documents import jobs as documents
from civic.electorate import jobs as electorate
from civic.kernel.jobs import enqueue
from civic.nightly import check_invariants_at_night
from civic.notifications import crowds, delivery
from civic.notifications import jobs as notifications
from civic.objections import recounting
from civic.proposals import jobs as proposals
from civic.results import jobs as results
from civic.signals import jobs as signals

log = structlog.get_logger()
MINUTE = 60


class Periodic(NamedTuple):
    """A job that runs every so many seconds."""

    job: Callable[[], object]
    every: int
    why: str


SCHEDULE: tuple[Periodic, ...] = (
    Periodic(accounts.send_unsent_codes, 5, "a code is valid for three minutes"),
    Periodic(delivery.deliver_letters, 20, "a letter whose job was lost, or whose pause is over"),
    Periodic(crowds.tell_crowds, 20, "a crowd whose job was lost"),
    Periodic(notifications.tell_of_resets, 5, "whoever did not ask for it has to act at once"),
    Periodic(electorate.ask_the_register, 10, "who gave a national id waits for the check"),
    Periodic(ballots.open_due_boxes, 10, "the rules freeze and the boxes open with voting"),
    Periodic(ballots.close_due_boxes, 10, "a box is closed when the grace of voting is over"),
    Periodic(results.count_due_pots, 10, "a closed box is counted at once"),
    Periodic(results.study_counts, 60, "a result says what would have changed it"),
    Periodic(recounting.resume_recounts, 20, "a recount whose worker was killed begins anew"),
    Periodic(documents.write_due_documents, 30, "a published result has its minutes at once"),
    Periodic(proposals.lapse_left_overs, 30, "nobody waits for a decision that cannot come"),
    Periodic(check_invariants_at_night, 60 * MINUTE, "what must always hold, holds every day"),
    Periodic(signals.mix_signals, 2 * MINUTE, "signals lose the order in which they came"),
    Periodic(alarms.look_at_signals, 3 * MINUTE, "fraud is noticed within ten minutes"),
    Periodic(alarms.publish_hours, 5 * MINUTE, "everybody sees how many took part in past hours"),
    Periodic(alarms.forget_signals, 60 * MINUTE, "signals end with the questions about a vote"),
    Periodic(signals.forget_the_day, 60 * MINUTE, "the marks of yesterday cannot be made again"),
    Periodic(accounts.forget_old_codes, 60 * MINUTE, "codes past use are secrets for nothing"),
)


def run_timer(app: Flask, stop: threading.Event) -> None:
    """Enqueue what is due, until told to stop; after a pause nothing is made up for twice."""
    due = [0.0] * len(SCHEDULE)
    while not stop.is_set():
        for place, (job, every, _why) in enumerate(SCHEDULE):
            if time.monotonic() >= due[place]:
                due[place] = time.monotonic() + every
                with app.app_context():
                    enqueue(job)
        stop.wait(1)
