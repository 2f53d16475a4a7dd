"""Whether a vote may open: asked of the database, the book, the signer, the clock and the key."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from flask import current_app
from sqlalchemy import func, select

from civic.ballots import engines, guards, keys
from civic.ballots.queries import has_paper
from civic.cycles.kinds import Standing
from civic.cycles.models import Cycle
from civic.kernel.db import db, on_postgres
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.jobs import ListedJob, SignedSerializer
from civic.ledger import actions as ledger
from civic.ledger import queries as books
from civic.ledger import signing

log = structlog.get_logger()
# What the round trip to the database does not explain; a busy machine takes longer to ask.
CLOCK_TOLERANCE = 0.1  # seconds
TRIES = 3
ROOM = 1_000_000_000  # bytes

NO_SIGNER = N_("Voting cannot open yet: the signer of the public book does not answer.")
NOT_EXTENDED = N_(
    "Voting cannot open yet: the public book “%(book)s” is not what was signed before, extended."
)
NO_GUARD = N_(
    "Voting cannot open yet: the table %(table)s lacks %(name)s, on which the vote rests;"
    " altogether %(n)s are missing."
)
CLOCKS = N_(
    "Voting cannot open yet: the clock of the database and that of this machine differ by"
    " %(milliseconds)s ms."
)
NO_KEY = N_(
    "Voting cannot open yet: the key of this vote is not at its place, or others may read it."
)
NO_SIGNED_JOBS = N_("Voting cannot open yet: the queue takes jobs that nobody signed.")
LITTLE_ROOM = N_("Less than 1 GB is free for %(folder)s.")


class Finding(NamedTuple):
    """One thing that was looked at; what is wrong, where something is."""

    says: str
    problem: RuleBroken | None
    hinders: bool = True


def findings(cycle: Cycle | None) -> Iterator[Finding]:
    """Everything a vote rests on, for this cycle or, without one, for the city."""
    yield Finding("the database keeps what it was given", _first(engines.unsafe_settings))
    yield Finding("constraints, indexes and triggers are all there", _missing_guard())
    yield Finding("the signer of the book answers", _silent_signer())
    yield Finding("every book is what was signed, extended", _changed_book(cycle))
    yield Finding("the clocks agree", _clocks())
    if cycle is not None:
        yield Finding("the key of the vote is at its place, and private", _key(cycle))
    yield Finding("jobs are signed", _unsigned_jobs())
    yield Finding("there is room on the disk", _little_room(), hinders=False)


def insist(cycle: Cycle) -> None:
    """Refuse to open an official vote on ground that does not hold; others are only warned.

    Raises `RuleBroken` with the first thing that is wrong.
    """
    first = None
    for finding in findings(cycle):
        if finding.problem is not None:
            if not current_app.config["CIVIC"].demo:
                log.warning("vote not ready", cycle=cycle.code, why=str(finding.problem))
            first = first or (finding.problem if finding.hinders else None)
    if first is not None and decides(cycle):
        raise first


def decides(cycle: Cycle) -> bool:
    """Does something hang on this vote? Not in a rehearsal, nor in a city that is made up."""
    made_up = current_app.config["CIVIC"].demo
    return cycle.standing is not Standing.REHEARSAL and not made_up


def opening_problem(cycle: Cycle) -> RuleBroken | None:
    """What keeps the boxes of an official vote from opening now, for staff to read."""
    if not decides(cycle) or not has_paper(cycle):
        return None
    return next((f.problem for f in findings(cycle) if f.problem and f.hinders), None)


def _first(problems: Callable[[], Iterator[RuleBroken]]) -> RuleBroken | None:
    return next(problems(), None)


def _missing_guard() -> RuleBroken | None:
    lost = guards.missing()
    return RuleBroken(NO_GUARD, n=len(lost), **lost[0]._asdict()) if lost else None


def _silent_signer() -> RuleBroken | None:
    try:
        signing.last("")
    except signing.SignerSilent:
        return RuleBroken(NO_SIGNER)
    except signing.WillNotSign:
        pass
    return None


def _changed_book(cycle: Cycle | None) -> RuleBroken | None:
    known = {book.id: book.name for book in books.books()}
    if cycle is not None:
        # Where an old backup was brought back, the signer may know a book that is not here.
        known[cycle.id] = known.get(cycle.id, cycle.code)
    try:
        for book_id, name in known.items():
            if ledger.what_is_wrong(book_id, name) is not None:
                return RuleBroken(NOT_EXTENDED, book=name)
    except signing.SignerSilent:
        pass  # that is a finding of its own
    return None


def _clocks() -> RuleBroken | None:
    apart = min(_seconds_apart() for _ in range(TRIES)) if on_postgres() else 0.0
    if apart <= CLOCK_TOLERANCE:
        return None
    return RuleBroken(CLOCKS, milliseconds=round(apart * 1000))


def _seconds_apart() -> float:
    """By how much the clocks differ at the least, whenever within the round trip it was asked."""
    asked = datetime.now(UTC)
    theirs: Any = db.session.scalars(select(func.clock_timestamp())).one()
    answered = datetime.now(UTC)
    return max((asked - theirs).total_seconds(), (theirs - answered).total_seconds(), 0.0)


def _key(cycle: Cycle) -> RuleBroken | None:
    row, there = keys.row_of(cycle.id), keys.found_in_file(cycle.id)
    lost = row is not None and (there is None or keys.fingerprint_of(there) != row.fingerprint)
    half = row is None and there is None and keys.file_of(cycle.id).exists()
    if lost or half or (there is not None and not keys.is_private(cycle.id)):
        return RuleBroken(NO_KEY)
    return None


def _unsigned_jobs() -> RuleBroken | None:
    queue = current_app.extensions["queue"]
    if queue is None:  # a city that stands still while it is made
        return None
    signed = type(queue.serializer) is SignedSerializer and queue.job_class is ListedJob
    return None if signed else RuleBroken(NO_SIGNED_JOBS)


def _little_room() -> RuleBroken | None:
    settings = current_app.config["CIVIC"]
    for folder in (settings.home, settings.keys_folder, settings.signer_folder):
        there = next((one for one in (folder, *folder.parents) if one.exists()), Path("/"))
        if shutil.disk_usage(there).free < ROOM:
            return RuleBroken(LITTLE_ROOM, folder=str(folder))
    return None
