"""Asking the register about whoever gave a national id, again and again while it is silent."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select, update

from civic.accounts.models import Account
from civic.accounts.queries import mobile_of
from civic.electorate import queries, rules
from civic.electorate.kinds import Match
from civic.electorate.matching import Matcher
from civic.electorate.models import IdentityCheck
from civic.kernel import clock, crypto
from civic.kernel.db import db, insert_new, transactional
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind

log = structlog.get_logger()
AT_ONCE = 20
SECONDS = 40
CLAIM = timedelta(minutes=2)
# So many silences one after another, and the register is left in peace until the next run.
PATIENCE = 3


class Question(NamedTuple):
    """What is asked about whom; it lives in memory only."""

    account_id: UUID
    national_id: str
    mobile: str


def ask_about_everybody(matcher: Matcher) -> int:
    """Ask about whoever is due, until nobody is, time is up or the register is silent."""
    if not queries.some_cycle_asks_the_register():
        return 0
    asked, silences, until = 0, 0, time.monotonic() + SECONDS
    while time.monotonic() < until and silences < PATIENCE:
        questions = claim(at=clock.now())
        if not questions:
            break
        for question in questions:
            # Outside of any transaction: a slow register must not hold the database.
            verdict = matcher.match(question.national_id, question.mobile)
            keep_verdict(question.account_id, verdict, at=clock.now())
            log.info("register asked", verdict=verdict.value)
            asked += 1
            silences = silences + 1 if verdict is Match.UNAVAILABLE else 0
            if silences >= PATIENCE or time.monotonic() > until:
                break
    return asked


@transactional
def claim(*, at: datetime) -> Sequence[Question]:
    """Take the next people who are due; until the claim runs out nobody else asks about them."""
    _enter_newcomers(at)
    due = (
        select(IdentityCheck.account_id)
        .where(IdentityCheck.again_at <= at)
        # Who was never asked about is perhaps waiting in front of the page.
        .order_by(IdentityCheck.tries, IdentityCheck.again_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = db.session.scalars(due).all()
    claimed = update(IdentityCheck).where(IdentityCheck.account_id.in_(ids))
    db.session.execute(claimed.values(again_at=at + CLAIM))
    people = db.session.scalars(select(Account).where(Account.id.in_(ids)))
    return [_question(person) for person in people]


def _enter_newcomers(at: datetime) -> None:
    """Put those on the list who gave their national id since; the youngest first."""
    entered = select(IdentityCheck.account_id).where(IdentityCheck.account_id == Account.id)
    new = (
        select(Account.id)
        .where(Account.national_id_lookup.is_not(None), ~entered.exists())
        .order_by(Account.identity_tried_on.desc())
        .limit(AT_ONCE)
    )
    rows = [
        {"account_id": account_id, "tries": 0, "again_at": at, "until": at + rules.KEEP_ASKING}
        for account_id in db.session.scalars(new)
    ]
    if rows:
        db.session.execute(insert_new(IdentityCheck.__table__), rows)


def _question(person: Account) -> Question:
    national_id = crypto.unseal("national-id", person.national_id_sealed or b"")
    return Question(person.id, national_id, mobile_of(person))


@transactional
def keep_verdict(account_id: UUID, verdict: Match, *, at: datetime) -> None:
    """Remember what the register said, and when to ask it again; nothing else of its answer."""
    check = db.session.get_one(IdentityCheck, account_id, populate_existing=True)
    before = check.verdict
    check.verdict, check.asked_at, check.tries = verdict, at, check.tries + 1
    check.again_at = rules.ask_again_at(verdict, check.tries, at=at, until=check.until)
    _tell_of_news(account_id, before, verdict, at=at)


def _tell_of_news(account_id: UUID, before: Match | None, now: Match, *, at: datetime) -> None:
    """Tell who had to wait that it has passed, and who was not matched what to do."""
    news = {Match.MATCHED: Kind.IDENTITY_MATCHED, Match.NOT_MATCHED: Kind.IDENTITY_NOT_MATCHED}
    passed_at_once = before is None and now is Match.MATCHED
    if now in news and now is not before and not passed_at_once:
        about = f"{account_id}:{at:%Y-%m-%d}"
        tell([account_id], news[now], about=about, at=at, link=("electorate.eligibility", {}))
