"""Letters on their way out: claimed in batches, sent outside any transaction, marked one by one.

A crash between sending a letter and marking it sends that one letter a second time, and only
that one; the rest of its batch is taken up again when the claim runs out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select, update

from civic.accounts.models import Account
from civic.accounts.queries import mobile_of
from civic.kernel import clock
from civic.kernel.db import db, transactional
from civic.kernel.jobs import enqueue, job
from civic.kernel.transports import NotSent, send_email, send_sms
from civic.notifications import rules
from civic.notifications.kinds import Channel, Kind
from civic.notifications.letters import compose
from civic.notifications.models import Letter, Notice

log = structlog.get_logger()
BATCH = 20
# Longer than a whole batch can take against a server that answers nothing.
CLAIM = timedelta(minutes=10)
# One worker does all jobs: sign-in codes must not wait behind fifty thousand results.
SECONDS = 10
PATIENCE = 3


class Due(NamedTuple):
    """A letter with what it says and to whom it goes, loaded before the transaction ended."""

    letter: Letter
    notice: Notice
    account: Account


@job
def deliver_letters(turn: str = "") -> None:
    """Send what is due, for some seconds; then give way and go on in a next turn if need be.

    A channel that fails several times in a row rests for this run, uncounted.
    """
    until, failures = time.monotonic() + SECONDS, Counter[Channel]()
    while time.monotonic() < until:
        batch = claim(_resting(failures), at=clock.now())
        if not batch:
            return
        for due in batch:
            _deliver(due, failures)
    if not _resting(failures):
        # A job that runs is not put on the queue again under the same name and arguments.
        enqueue(deliver_letters, *(() if turn else ("more",)))


def _resting(failures: Counter[Channel]) -> set[Channel]:
    return {channel for channel, in_a_row in failures.items() if in_a_row >= PATIENCE}


def _deliver(due: Due, failures: Counter[Channel]) -> None:
    letter = due.letter
    if letter.channel in _resting(failures):
        postpone(letter.id, at=clock.now())
        return
    try:
        send(due)
    except NotSent as error:
        log.warning("letter not sent", letter_id=str(letter.id), error=str(error))
        failures[letter.channel] += 1
        mark_failed(letter.id, at=clock.now())
    except Exception as error:
        # Our own mistake with one letter must not hold up all others. Its text stays unlogged.
        log.error("letter broken", letter_id=str(letter.id), error=type(error).__name__)
        mark_failed(letter.id, at=clock.now())
    else:
        failures[letter.channel] = 0
        mark_sent(letter.id, at=rules.kept_moment(Kind(due.notice.kind), clock.now()))


def send(due: Due) -> None:
    """Send one letter by its channel; raises `NotSent` when the other side does not take it."""
    message = compose(due.notice, due.letter.channel, due.account.language)
    if due.letter.channel is Channel.SMS:
        send_sms(mobile_of(due.account), message.text)
    elif due.account.email:
        send_email(due.account.email, message.subject, message.text)
    else:
        raise NotSent("no address any more")


@transactional
def claim(resting: Collection[Channel], *, at: datetime) -> Sequence[Due]:
    """Take the next letters that are due; until the claim runs out nobody else takes them."""
    due = (
        select(Letter.id)
        .where(
            Letter.sent_at.is_(None),
            Letter.given_up_at.is_(None),
            Letter.next_try_at <= at,
            Letter.channel.not_in(resting),
        )
        .order_by(Letter.next_try_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(due).all()
    _change(ids, next_try_at=at + CLAIM)
    loaded = (
        select(Letter, Notice, Account)
        .join(Notice, Notice.id == Letter.notice_id)
        .join(Account, Account.id == Notice.account_id)
        .where(Letter.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return [Due(*row) for row in db.session.execute(loaded)]


@transactional
def mark_sent(letter_id: UUID, *, at: datetime) -> None:
    """The letter is out."""
    _change([letter_id], sent_at=at, next_try_at=at)


@transactional
def postpone(letter_id: UUID, *, at: datetime) -> None:
    """Put a claimed letter back, since its channel rests; this does not count as a try."""
    _change([letter_id], next_try_at=at + rules.PAUSES[0])


@transactional
def mark_failed(letter_id: UUID, *, at: datetime) -> None:
    """The letter was not taken: try again after a pause, or give it up."""
    letter = db.session.get_one(Letter, letter_id, populate_existing=True)
    letter.tries += 1
    again = rules.next_try(letter.tries, at)
    letter.next_try_at, letter.given_up_at = again or at, None if again else at


def _change(ids: Sequence[UUID], **values: datetime) -> None:
    if ids:
        db.session.execute(update(Letter).where(Letter.id.in_(ids)).values(**values))
