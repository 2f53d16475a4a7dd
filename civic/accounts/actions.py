"""Signing in and out, one's profile, and giving roles to people."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select, text, update

from civic.accounts import queries, rules
from civic.accounts.letters import send_sign_in_code
from civic.accounts.models import Account, RoleGrant, SignInCode, SignInSession
from civic.accounts.policy import may_change_account, may_end_session, may_manage_roles
from civic.areas.models import Area
from civic.audit.actions import record
from civic.audit.events import Event
from civic.departments.models import Department
from civic.kernel import crypto
from civic.kernel.db import db, on_postgres, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.jobs import enqueue
from civic.kernel.roles import PLATFORM, Actor, Role
from civic.signals.actions import Attempt, keep_signal
from civic.signals.kinds import SignalKind

# One at a time: two requests at once must not both see the last free place of a limit.
SENDING_LOCK = 7_420_002


class Opened(NamedTuple):
    """A session that was just opened: the token for the cookie, and who it is."""

    token: str
    account: Account


@transactional
def ask_for_code(
    mobile: str, browser: str, *, at: datetime, limits: rules.Limits = rules.PER_NUMBER
) -> SignInCode:
    """Make a code for a number, bound to the browser that asks; known or unknown is the same."""
    mobile = rules.canonical_mobile(mobile)
    key = queries.mobile_key(mobile)
    if on_postgres():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SENDING_LOCK})
    sent = queries.codes_sent_to(key, at - timedelta(days=1))
    in_a_minute = queries.codes_sent_since(at - timedelta(minutes=1))
    rules.check_sending(sent, in_a_minute, at, limits=limits)
    code_id, digits_ = uuid4(), f"{secrets.randbelow(10**6):06d}"
    code = SignInCode(
        id=code_id,
        mobile_lookup=key,
        mobile_sealed=crypto.seal("mobile", mobile),
        browser_key=queries.browser_key(browser),
        code_mac=_code_mac(code_id, digits_),
        code_sealed=crypto.seal("sign-in-code", digits_),
        sent_at=at,
        expires_at=at + rules.CODE_LIFETIME,
    )
    db.session.add(code)
    keep_signal(Attempt(SignalKind.CODE_SENT, phone=key), at=at)
    enqueue(send_sign_in_code, code_id)
    return code


@transactional
def ask_again(browser: str, *, at: datetime, limits: rules.Limits = rules.PER_NUMBER) -> SignInCode:
    """Make a new code for the number to which this browser had one sent."""
    code = queries.code_of_browser(browser, at)
    if code is None:
        raise RuleBroken("This code has expired. Please have a new one sent.")
    rules.check_sending_again(code.sent_at, at)
    return ask_for_code(queries.mobile_of(code), browser, at=at, limits=limits)


def _code_mac(code_id: UUID, code: str) -> bytes:
    return crypto.lookup_key("sign-in-code", f"{code_id}:{code}")


def sign_in(code: str, browser: str, *, device: str, at: datetime) -> Opened:
    """Open a session for who knows the code that this browser asked for.

    The try is spent and stored before anything is compared, so guesses in parallel share
    the five tries; only then the code is looked at, and used up in a transaction of its own.
    """
    spent = _spend_try(browser, at=at)
    if not crypto.same(_code_mac(spent.id, code), spent.code_mac):
        keep_signal(Attempt(SignalKind.CODE_WRONG, phone=spent.mobile_lookup), at=at)
        left = rules.MAX_TRIES - spent.tries
        if left:
            raise RuleBroken(
                "This is not the code from the message. You can try %(left)s more times.",
                field="code",
                left=left,
            )
        raise RuleBroken(
            "This is not the code from the message, and it was the last try. Please have a new "
            "code sent.",
            field="code",
        )
    return _open_session(spent, device=device, at=at)


@transactional
def _spend_try(browser: str, *, at: datetime) -> SignInCode:
    rules.check_guessing(queries.wrong_guesses(at))
    code = queries.code_of_browser(browser, at)
    spent = db.session.execute(
        update(SignInCode)
        .where(
            SignInCode.id == (code and code.id),
            SignInCode.tries < rules.MAX_TRIES,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > at,
        )
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).scalar_one_or_none()
    if spent is None:
        raise RuleBroken(
            "This code has expired or was tried too often. Please have a new one sent.",
            field="code",
        )
    return spent


@transactional
def _open_session(spent: SignInCode, *, device: str, at: datetime) -> Opened:
    used = db.session.execute(
        update(SignInCode)
        .where(SignInCode.id == spent.id, SignInCode.used_at.is_(None))
        .values(used_at=at, code_sealed=None)
        .returning(SignInCode.mobile_lookup, SignInCode.mobile_sealed)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if used is None:
        raise RuleBroken("This code was used already. Please have a new one sent.", field="code")
    keep_signal(Attempt(SignalKind.CODE_RIGHT, phone=used.mobile_lookup), at=at)
    account = _account_of(*used, at=at)
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignInSession(
            account_id=account.id,
            token_hash=queries.token_hash(token),
            device=device,
            started_at=at,
            expires_at=at + rules.SESSION_LIFETIME,
        )
    )
    return Opened(token, account)


def _account_of(key: bytes, sealed: bytes, *, at: datetime) -> Account:
    account = db.session.scalar(select(Account).where(Account.mobile_lookup == key))
    if account is None:
        account = Account(mobile_lookup=key, mobile_sealed=sealed, created_at=at)
        db.session.add(account)
        db.session.flush()
    return account


@transactional
def sign_out(token: str, *, at: datetime) -> None:
    """End the session of this token; a copy of its cookie opens nothing afterwards."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == queries.token_hash(token))
        .where(SignInSession.ended_at.is_(None))
        .values(ended_at=at)
    )


@transactional
def end_session(actor: Actor, session: SignInSession, *, at: datetime) -> None:
    """Sign one of one's devices out."""
    may_end_session.require(actor, session)
    session.ended_at = session.ended_at or at


@transactional
def end_other_sessions(actor: Account, token: str, *, at: datetime) -> None:
    """Sign out every device but the one in use."""
    may_change_account.require(actor, actor)
    db.session.execute(
        update(SignInSession)
        .where(
            SignInSession.account_id == actor.id,
            SignInSession.token_hash != queries.token_hash(token),
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=at)
    )


@transactional
def update_profile(
    actor: Account, account: Account, *, name: str, email: str, language: str | None
) -> None:
    """Change what a person is called, where letters go, and in which language."""
    may_change_account.require(actor, account)
    account.name, account.email, account.language = name, email or None, language


# ── roles ─────────────────────────────────────────────────────────────────────────────────────


@transactional
def account_for(actor: Actor, mobile: str, *, name: str = "", at: datetime) -> Account:
    """The account of a number, made if the person has not signed in yet."""
    may_manage_roles.require(actor)
    return _person(mobile, name, at=at)


def _person(mobile: str, name: str, *, at: datetime) -> Account:
    mobile = rules.canonical_mobile(mobile)
    sealed = crypto.seal("mobile", mobile)
    account = _account_of(queries.mobile_key(mobile), sealed, at=at)
    account.name = account.name or name
    return account


@transactional
def grant_role(  # noqa: PLR0913 - a grant has this many sides, and each is named by its caller
    actor: Actor,
    account: Account,
    role: Role,
    *,
    area: Area | None = None,
    department: Department | None = None,
    ends_at: datetime | None = None,
    at: datetime,
) -> RoleGrant:
    """Give a role within an area, a department or the city, from now to an end or without one."""
    may_manage_roles.require(actor, account)
    rules.check_grant(role, area=area, department=department, ends_at=ends_at, at=at)
    place = area.id if area else department.id if department else None
    if queries.same_grants(account, role, place, at):
        raise RuleBroken("This person holds this role here already.", field="role")
    grant = RoleGrant(
        account_id=account.id,
        role=role,
        area_id=area and area.id,
        department_id=department and department.id,
        starts_at=at,
        ends_at=ends_at,
        granted_by_id=actor.id,
        granted_at=at,
    )
    db.session.add(grant)
    _write_down(actor, Event.ROLE_GRANT, grant, area_code=area.code if area else None, at=at)
    return grant


@transactional
def end_role(actor: Actor, grant: RoleGrant, *, at: datetime) -> None:
    """End a role now; the next click of its holder is without it."""
    may_manage_roles.require(actor, db.session.get_one(Account, grant.account_id))
    if not grant.runs_or_will(at):
        raise RuleBroken("This role has ended already.")
    grant.ends_at = max(at, grant.starts_at)
    area_code = grant.area.code if grant.area else None
    _write_down(actor, Event.ROLE_END, grant, area_code=area_code, at=at)


@transactional
def appoint_first_administrator(mobile: str, *, name: str, at: datetime) -> RoleGrant:
    """Begin a city: the one role that nobody grants, possible while there is no administrator."""
    if queries.an_administrator_serves(at):
        raise RuleBroken("There is an administrator already, who can grant this role.")
    account = _person(mobile, name, at=at)
    grant = RoleGrant(account_id=account.id, role=Role.ADMIN, starts_at=at, granted_at=at)
    db.session.add(grant)
    _write_down(PLATFORM, Event.ROLE_GRANT, grant, area_code=None, at=at)
    return grant


def _write_down(
    actor: Actor, event: Event, grant: RoleGrant, *, area_code: str | None, at: datetime
) -> None:
    details = {"account": str(grant.account_id), "role": grant.role.value}
    record(actor, event, grant, at=at, area_code=area_code, **details)
