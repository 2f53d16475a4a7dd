"""Finding people: by the session in their cookie, by mobile number, by role."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from civic.accounts.models import Account, RoleGrant, SignInSession
from civic.departments.models import Department
from civic.kernel import clock
from civic.kernel.db import db


def token_hash(token: str) -> bytes:
    """How a session token is stored: a leaked table opens no session."""
    return hashlib.sha256(token.encode()).digest()


def account_of_session(token: str) -> Account | None:
    """The person whose running session this token opens, with their grants."""
    at = clock.now()
    found = db.session.execute(
        select(Account, SignInSession)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > at,
        )
        .options(with_grants())
    ).first()
    if found is None:
        return None
    account, session = found
    account.session_token, account.as_of = token, at
    account.second_factor_done = session.second_factor_at is not None
    return account


def with_grants() -> object:
    """Load the grants of an account with their areas and departments, in one more statement."""
    return selectinload(Account.grants).options(
        joinedload(RoleGrant.area),
        joinedload(RoleGrant.department).joinedload(Department.area),
    )
