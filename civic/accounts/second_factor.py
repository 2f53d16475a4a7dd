"""The second factor of staff: a secret in an app on their phone, and its codes of six digits."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import or_, update

from civic.accounts import queries, rules
from civic.accounts.models import Account, SignInSession
from civic.accounts.policy import may_change_account, may_manage_roles
from civic.audit.actions import record
from civic.audit.events import Event
from civic.kernel import crypto
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Actor


def secret_of(account: Account) -> str:
    """The shared secret, to be shown only until it is confirmed."""
    return crypto.unseal("totp", account.totp_sealed) if account.totp_sealed else ""


def address_of(account: Account, brand: str) -> str:
    """What the square picture says to the app."""
    label = account.name or rules.masked(queries.mobile_of(account))
    return pyotp.TOTP(secret_of(account)).provisioning_uri(name=label, issuer_name=brand)


def code_at(account: Account, at: datetime) -> str:
    """The code that the app shows at this moment."""
    return pyotp.TOTP(secret_of(account)).generate_otp(rules.step_of(at))


@transactional
def begin(actor: Account, account: Account) -> None:
    """Make a secret, unless one is confirmed: whoever has only the phone cannot exchange it."""
    may_change_account.require(actor, account)
    if account.totp_confirmed_at is not None:
        raise RuleBroken("Your second factor is set up already.")
    account.totp_sealed = crypto.seal("totp", pyotp.random_base32())


@transactional
def reset_second_factor(actor: Actor, account: Account, *, at: datetime) -> None:
    """Take a lost second factor away and sign the person out everywhere; they set up another."""
    may_manage_roles.require(actor, account)
    if account.totp_sealed is None:
        raise RuleBroken("This person has no second factor; they set one up when they sign in.")
    account.totp_sealed = account.totp_confirmed_at = account.totp_last_step = None
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
    record(actor, Event.SECOND_FACTOR_RESET, account, at=at)


def prove(account: Account, token: str, code: str, *, at: datetime) -> str:
    """Check a code and return the new token of the session; the first one confirms the secret.

    The try is spent and stored before the code is compared; five for each session.
    """
    session_id = _spend_try(account, token, at=at)
    step = _matching_step(account, code, at=at)
    if step is None:
        raise RuleBroken(
            "This is not the code your app shows now. Wait for the next one, and see that the "
            "phone’s clock is set automatically.",
            field="code",
        )
    return _open(account, session_id, step, at=at)


@transactional
def _spend_try(account: Account, token: str, *, at: datetime) -> UUID:
    spent = db.session.execute(
        update(SignInSession)
        .where(
            SignInSession.token_hash == queries.token_hash(token),
            SignInSession.account_id == account.id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > at,
            SignInSession.factor_tries < rules.MAX_TRIES,
        )
        .values(factor_tries=SignInSession.factor_tries + 1)
        .returning(SignInSession.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if spent is None:
        raise RuleBroken(
            "Five codes were wrong. Please sign out and sign in again with a new SMS.",
            field="code",
        )
    return spent


def _matching_step(account: Account, code: str, *, at: datetime) -> int | None:
    """The time step of the code, all of them compared whichever fits."""
    app = pyotp.TOTP(secret_of(account))
    typed = code.encode()
    fits = [
        step for step in rules.steps_near(at) if crypto.same(app.generate_otp(step).encode(), typed)
    ]
    return fits[-1] if fits else None


@transactional
def _open(account: Account, session_id: UUID, step: int, *, at: datetime) -> str:
    fresh = db.session.execute(
        update(Account)
        .where(Account.id == account.id)
        .where(or_(Account.totp_last_step.is_(None), Account.totp_last_step < step))
        .values(totp_last_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if fresh is None:
        raise RuleBroken(
            "This code was used already. Please wait for the next one in your app.", field="code"
        )
    if account.totp_confirmed_at is None:
        account.totp_confirmed_at = at
        record(account, Event.SECOND_FACTOR_SET, account, at=at)
    token = secrets.token_urlsafe(32)
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id)
        .values(second_factor_at=at, factor_tries=0, token_hash=queries.token_hash(token))
        .execution_options(synchronize_session=False)
    )
    return token
