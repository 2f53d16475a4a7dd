"""Joining two accounts of one person: one asks for it, somebody else does it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update

from civic.accounts.models import Account, SignInSession
from civic.accounts.queries import account_by_mobile
from civic.accounts.rules import canonical_mobile
from civic.audit.actions import record
from civic.audit.events import Event
from civic.electorate.models import IdentityCheck
from civic.joining import queries, rules, votes
from civic.joining.models import AccountJoin
from civic.joining.policy import may_ask_join, may_confirm_join, may_drop_join
from civic.kernel import crypto
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import Actor
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind


@transactional
def ask_join(actor: Actor, card: bytes, number: str, other: str, *, at: datetime) -> AccountJoin:
    """Ask that two accounts be joined, with the national card of their person in hand.

    `card` is by what the national id is found, `number` the mobile that the person uses now. The
    account with the id on the card stays, whichever number it has had.
    """
    may_ask_join.require(actor)
    number, other = canonical_mobile(number), _other(other)
    rules.check_two_numbers(number, other)
    used, lost = _account(number, "mobile"), _account(other, "other")
    rules.check_card(card, used.national_id_lookup, lost.national_id_lookup)
    stays, goes = (used, lost) if used.national_id_lookup == card else (lost, used)
    _check_private(actor, queries.held({stays.id, goes.id}), at)
    if queries.waits_for({stays.id, goes.id}):
        raise RuleBroken(N_("These accounts wait for a decision already; it stands on this page."))
    join = AccountJoin(
        stays_id=stays.id, goes_id=goes.id, number_of_id=used.id, asked_by_id=actor.id, asked_at=at
    )
    db.session.add(join)
    record(actor, Event.ACCOUNTS_ASK, join, at=at)
    return join


def _other(typed: str) -> str:
    try:
        return canonical_mobile(typed)
    except RuleBroken as wrong:
        raise RuleBroken(wrong.message, field="other") from None


def _account(mobile: str, field: str) -> Account:
    found = account_by_mobile(mobile)
    if found is None:
        raise RuleBroken(N_("There is no account with this number."), field=field)
    return found


def _check_private(actor: Actor, people: dict[UUID, Account], at: datetime) -> None:
    if actor.id in people:
        raise RuleBroken(N_("This is your own account. A colleague does it for you."))
    if any(grant.runs_or_will(at) for one in people.values() for grant in one.grants):
        raise RuleBroken(
            N_(
                "One of them serves the city in a role. An administrator ends the role first: else"
                " a number would take over an office."
            )
        )


@transactional
def confirm_join(actor: Account, join: AccountJoin, *, at: datetime) -> AccountJoin:
    """Join two accounts as the second person: one goes, and of two votes one stands."""
    may_confirm_join.require(actor, join)
    # First the boxes, then the people: whoever casts holds them in this order too.
    held, known = votes.hold_boxes(join.stays, join.goes), join.goes.national_id_lookup
    now = _hold(join)
    people = queries.held({now.stays_id, now.goes_id})
    stays, goes = people[now.stays_id], people[now.goes_id]
    if goes.national_id_lookup != known or stays.national_id_lookup is None:
        raise RuleBroken(N_("One of these accounts has changed just now. Please look again."))
    _check_private(actor, people, at)
    votes.leave_one_vote(held, stays, goes, by=(now.asked_by_id, actor.id))
    _close(stays, goes, takes_number=now.number_of_id == goes.id, at=at)
    now.state, now.decided_by_id, now.decided_at = "joined", actor.id, at
    record(actor, Event.ACCOUNTS_JOIN, now, at=at)
    tell([stays.id, goes.id], Kind.ACCOUNTS_JOINED, about=now.id, at=at)
    return now


def _hold(join: AccountJoin) -> AccountJoin:
    """What was asked, ours until the transaction ends; refused where somebody was faster."""
    now = db.session.get_one(AccountJoin, join.id, with_for_update=True, populate_existing=True)
    rules.check_waiting(now.state)
    return now


def _close(stays: Account, goes: Account, *, takes_number: bool, at: datetime) -> None:
    """Let an account go: no number leads to it, it has no national id, and no session is open."""
    number = goes.mobile_lookup, goes.mobile_sealed
    goes.mobile_lookup = crypto.lookup_key("joined-account", str(goes.id))
    goes.national_id_lookup = goes.national_id_sealed = goes.birth_date = None
    asked_about = [goes.id]
    db.session.flush()
    if takes_number:
        goes.mobile_sealed = stays.mobile_sealed
        stays.mobile_lookup, stays.mobile_sealed = number
        asked_about.append(stays.id)
    db.session.flush()
    # The register matched the old number; it is asked about the new one.
    db.session.execute(delete(IdentityCheck).where(IdentityCheck.account_id.in_(asked_about)))
    theirs = SignInSession.account_id.in_((stays.id, goes.id))
    running = update(SignInSession).where(theirs, SignInSession.ended_at.is_(None))
    db.session.execute(running.values(ended_at=at))


@transactional
def drop_join(actor: Actor, join: AccountJoin, *, at: datetime) -> AccountJoin:
    """Leave two accounts as they are."""
    may_drop_join.require(actor, join)
    now = _hold(join)
    now.state, now.decided_by_id, now.decided_at = "dropped", actor.id, at
    record(actor, Event.ACCOUNTS_DROP, now, at=at)
    return now
