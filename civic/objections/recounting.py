"""Counting again on request: worked on until it is done, once, and never the result."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import update

from civic.alarms.actions import keep_finding
from civic.alarms.kinds import AlarmKind
from civic.alarms.rules import Finding
from civic.audit.actions import record
from civic.audit.events import Event
from civic.kernel import clock
from civic.kernel.db import db, reading, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local
from civic.kernel.jobs import enqueue, job
from civic.kernel.roles import PLATFORM
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.objections import queries
from civic.objections.comparing import compare
from civic.objections.models import Objection, Recount
from civic.results.models import Count
from civic.results.queries import count_with
from civic.signals.rules import hour_of

log = structlog.get_logger()
# Between two notes of how far a recount is, in seconds; and when its worker counts as gone.
NOTE_EVERY = 0.5
QUIET = timedelta(seconds=60)


@job
def resume_recounts() -> None:
    """Take up the recounts on which nobody works any more: they begin from the start."""
    for recount_id in queries.recounts_to_resume(clock.now() - QUIET):
        enqueue(run_recount, recount_id)


@job
def run_recount(recount_id: str) -> None:
    """Count again and write the protocol; harmless to run twice, or after a worker was killed."""
    with reading():
        recount = db.session.get(Recount, UUID(recount_id), populate_existing=True)
        count = count_with(recount.count_id) if recount is not None else None
    if recount is None or count is None or recount.finished_at is not None:
        return
    try:
        protocol = compare(count, _Notes(recount.id))
    except RuleBroken as waits:
        log.info("recount waits", why=str(waits))
        return
    finish_recount(recount.id, count, protocol, at=clock.now())


class _Notes:
    """Notes now and then how far a recount is, for whoever watches."""

    def __init__(self, recount_id: UUID) -> None:
        self.recount_id, self.noted = recount_id, float("-inf")

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() >= self.noted + NOTE_EVERY or done == total:
            note_progress(self.recount_id, done, total, at=clock.now())
            self.noted = time.monotonic()


@transactional
def note_progress(recount_id: UUID, done: int, total: int, *, at: datetime) -> None:
    """Note how far a recount is; one that is finished stays as it is."""
    db.session.execute(
        update(Recount)
        .where(Recount.id == recount_id, Recount.finished_at.is_(None))
        .values(done=done, total=total, beat_at=at)
    )


@transactional
def finish_recount(
    recount_id: UUID, count: Count, protocol: dict[str, Any], *, at: datetime
) -> Recount:
    """Keep what came out, once; where it differs from the result, raise the alarm."""
    recount = db.session.get_one(Recount, recount_id, populate_existing=True, with_for_update=True)
    if recount.finished_at is not None:
        return recount
    recount.protocol, recount.finished_at = protocol, at
    recount.same, recount.done = not protocol["differences"], recount.total
    db.session.flush()
    record(
        PLATFORM, Event.RECOUNT_FINISH, recount, at=at, area_code=count.pot.area.code,
        same=recount.same, ballots=protocol["stored"]["ballots"],
    )  # fmt: skip
    _tell(recount, count, at)
    return recount


def _tell(recount: Recount, count: Count, at: datetime) -> None:
    objection = db.session.get_one(Objection, recount.objection_id)
    area = count.pot.area
    asked = {objection.author_id, *queries.supporters_of(objection.id)}
    tell(
        asked, Kind.RECOUNT_DONE, about=recount.id, at=at, area=area.called,
        link=("objections.recount", {"number": objection.number}),
    )  # fmt: skip
    if not recount.same:
        log.error("recount differs from the published result", area=area.code)
        differing = len(recount.protocol["differences"]) if recount.protocol else 0
        numbers = {"objection": objection.number, "differences": differing}
        hour = hour_of(local(at))
        finding = Finding(
            AlarmKind.RECOUNT_DIFFERS, str(recount.id), differing, numbers, hour, hour,
            area_code=area.code,
        )  # fmt: skip
        keep_finding(finding, count.pot.cycle, at=at, say=Kind.RECOUNT_DIFFERS, area=area.called)
