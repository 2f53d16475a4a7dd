"""Finding people: by the session in their cookie, by mobile number, by role."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from civic.accounts.models import Account, Held, RoleGrant, SignInCode, SignInSession
from civic.accounts.rules import CODE_LIFETIME, WRONG_GUESSES_WITHIN
from civic.areas.models import Area, AreaVersion
from civic.departments.models import Department
from civic.kernel import clock, crypto
from civic.kernel.db import UTCDateTime, db
from civic.kernel.i18n import local
from civic.kernel.roles import Role


def token_hash(token: str) -> bytes:
    """How a session token is stored: a leaked table opens no session."""
    return hashlib.sha256(token.encode()).digest()


def account_of_session(token: str) -> Account | None:
    """The person whose running session this token opens, and what they may do."""
    at = clock.now()
    found = db.session.execute(_SIGNED_IN, {"token": token_hash(token), "at": at}).all()
    if not found:
        return None
    account, second_factor_at, *_grant = found[0]
    account.session_token, account.as_of = token, at
    account.second_factor_done = second_factor_at is not None
    account.held = tuple(
        Held(role, starts_at, ends_at, area.path if area else None, department_id, area)
        for _, _, role, starts_at, ends_at, area, department_id in found
        if role is not None
    )
    return account


# Asked on every page and for every vote: one statement, made once, and of the grants only what
# tells how far they reach.
_SIGNED_IN = (
    select(
        Account,
        SignInSession.second_factor_at,
        RoleGrant.role,
        RoleGrant.starts_at,
        RoleGrant.ends_at,
        Area,
        RoleGrant.department_id,
    )
    .join(SignInSession, SignInSession.account_id == Account.id)
    .outerjoin(RoleGrant, RoleGrant.account_id == Account.id)
    .outerjoin(Area, Area.id == RoleGrant.area_id)
    .where(
        SignInSession.token_hash == bindparam("token"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > bindparam("at", type_=UTCDateTime),
    )
    # Nobody is signed in to look at where their office lies on the map.
    .options(
        load_only(
            Area.version_id, Area.code, Area.level, Area.parent_id, Area.path, Area.name,
            Area.name_en,
        )
    )
)  # fmt: skip


def with_grants() -> ExecutableOption:
    """Load the grants of an account with their areas and departments, in one more statement."""
    return selectinload(Account.grants).options(*_place())


def _place() -> tuple[Any, Any]:
    return (
        joinedload(RoleGrant.area),
        joinedload(RoleGrant.department).joinedload(Department.area),
    )


def mobile_key(mobile: str) -> bytes:
    """By what a number is found: `mobile` in the form 09…."""
    return crypto.lookup_key("mobile", mobile)


def browser_key(secret: str) -> bytes:
    """By what the browser that asked for a code is recognised; its secret is not stored."""
    return crypto.lookup_key("browser", secret)


def account_by_mobile(mobile: str) -> Account | None:
    """The person with this number (09…), with their grants."""
    return db.session.scalar(
        select(Account).where(Account.mobile_lookup == mobile_key(mobile)).options(with_grants())
    )


def mobile_of(owner: Account | SignInCode) -> str:
    """The number of an account or a code, opened for showing it masked or writing to it."""
    return crypto.unseal("mobile", owner.mobile_sealed)


def national_id_ending(account: Account) -> str:
    """The last two digits of the national id: enough to see that it is one's own."""
    if account.national_id_sealed is None:
        return ""
    return crypto.unseal("national-id", account.national_id_sealed)[-2:]


def code_of_browser(secret: str, at: datetime) -> SignInCode | None:
    """The code this browser asked for last, while it can still be used."""
    latest = (
        select(SignInCode)
        .where(SignInCode.browser_key == browser_key(secret), SignInCode.sent_at <= at)
        .order_by(SignInCode.sent_at.desc(), SignInCode.expires_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    code = db.session.scalar(latest)
    return code if code and code.used_at is None and code.expires_at > at else None


def codes_sent_to(key: bytes, since: datetime) -> Sequence[datetime]:
    """When codes went to this number."""
    sent = select(SignInCode.sent_at).where(
        SignInCode.mobile_lookup == key, SignInCode.sent_at > since
    )
    return db.session.scalars(sent).all()


def codes_sent_since(since: datetime) -> int:
    """How many codes went out to anybody."""
    sent = select(func.count()).select_from(SignInCode).where(SignInCode.sent_at > since)
    return db.session.scalar(sent) or 0


def wrong_guesses(at: datetime) -> int:
    """How many codes were typed wrongly in the whole city lately."""
    tried = select(func.sum(SignInCode.tries)).where(
        SignInCode.sent_at > at - WRONG_GUESSES_WITHIN, SignInCode.used_at.is_(None)
    )
    return int(db.session.scalar(tried) or 0)


def codes_unsent(at: datetime) -> Sequence[UUID]:
    """Codes that no message has carried yet and that can still be used."""
    waiting = select(SignInCode.id).where(
        SignInCode.code_sealed.is_not(None),
        SignInCode.sent_at > at - CODE_LIFETIME,
        SignInCode.used_at.is_(None),
        SignInCode.expires_at > at,
    )
    return db.session.scalars(waiting.order_by(SignInCode.sent_at).limit(200)).all()


def session_of_token(token: str) -> SignInSession | None:
    """The running session that a token opens."""
    return db.session.scalar(
        select(SignInSession).where(
            SignInSession.token_hash == token_hash(token), SignInSession.ended_at.is_(None)
        )
    )


def devices_of(account: Account, at: datetime) -> Sequence[SignInSession]:
    """The devices on which a person is signed in, the latest first."""
    running = select(SignInSession).where(
        SignInSession.account_id == account.id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > at,
    )
    return db.session.scalars(running.order_by(SignInSession.started_at.desc())).all()


def grants() -> Select[RoleGrant]:
    """Every grant with its place: those without an end first, the youngest first."""
    return (
        select(RoleGrant)
        .options(*_place())
        .order_by(RoleGrant.ends_at.is_not(None), RoleGrant.granted_at.desc(), RoleGrant.id)
    )


def grant_by_id(grant_id: UUID) -> RoleGrant | None:
    """A grant with its place, as it stands now."""
    return db.session.get(RoleGrant, grant_id, options=_place(), populate_existing=True)


def same_grants(account: Account, role: Role, place: UUID | None, at: datetime) -> int:
    """How many grants of this role in this place (area, department, none) run already."""
    same = select(RoleGrant).where(RoleGrant.account_id == account.id, RoleGrant.role == role)
    found = db.session.scalars(same).all()
    return sum(
        grant.runs_or_will(at) and place == (grant.area_id or grant.department_id)
        for grant in found
    )


def an_administrator_serves(at: datetime) -> bool:
    """Is there somebody who can grant roles?"""
    admins = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.ADMIN)).all()
    return any(grant.runs_or_will(at) for grant in admins)


def holders(roles: Iterable[Role], at: datetime, *where: ColumnElement[bool]) -> set[UUID]:
    """Whoever holds one of these roles at a moment, where a grant has to be as `where` says."""
    held = select(RoleGrant.account_id).where(
        RoleGrant.role.in_(list(roles)),
        RoleGrant.starts_at <= at,
        or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > at),
        *where,
    )
    return set(db.session.scalars(held))


def people(ids: Iterable[UUID | None]) -> dict[UUID, Account]:
    """Some people by their ids."""
    found = db.session.scalars(select(Account).where(Account.id.in_({one for one in ids if one})))
    return {person.id: person for person in found}


def grantable_areas(at: datetime) -> Sequence[Area]:
    """The areas of the present division below the city, each under its parent."""
    present = (
        select(AreaVersion.id)
        .where(AreaVersion.valid_from <= local(at).date())
        .order_by(AreaVersion.valid_from.desc(), AreaVersion.number.desc())
        .limit(1)
    )
    below = select(Area).where(
        Area.version_id == present.scalar_subquery(), Area.parent_id.is_not(None)
    )
    return db.session.scalars(below.order_by(Area.path)).all()


def grantable_departments() -> Sequence[Department]:
    """The departments by name."""
    return db.session.scalars(select(Department).order_by(Department.name)).all()
