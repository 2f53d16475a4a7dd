"""People, the ways they prove who they are, and the roles they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.roles import STAFF, Role


class Account(UserMixin, Model):
    """A person with a mobile number; what identifies them is sealed and found by HMAC only."""

    __tablename__ = "accounts"
    __allow_unmapped__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(120), default="")
    mobile_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    mobile_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    email: Mapped[str | None] = mapped_column(String(254))
    national_id_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    national_id_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_date: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(2))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="raise", foreign_keys="RoleGrant.account_id", viewonly=True
    )

    # Set by the loader for the session of this request; not columns.
    session_token: str = ""
    second_factor_done: bool = False
    as_of: datetime = datetime.min.replace(tzinfo=UTC)

    def get_id(self) -> str:
        """What the cookie holds: the token of one revocable session, never the account."""
        return self.session_token

    def holds(self, role: Role, within: object = None) -> bool:
        """Is the role granted now, where `within` (an area or a department) lies?"""
        if role is Role.RESIDENT:
            return True
        return any(
            grant.role == role and grant.runs(self.as_of) and grant.covers(within)
            for grant in self.grants
        )

    @property
    def roles(self) -> list[Role]:
        """The staff roles held now, anywhere."""
        return [role for role in Role if role in STAFF and self.holds(role)]


class RoleGrant(Model):
    """A role given to a person within an area or a department, from one day to another."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "ends_at IS NULL OR ends_at > starts_at", name="grant_ends_after_it_starts"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Role]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    area: Mapped[Area | None] = relationship(lazy="raise")
    department: Mapped[Department | None] = relationship(lazy="raise")

    def runs(self, at: datetime) -> bool:
        """Is the grant in force at this moment?"""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def covers(self, within: object) -> bool:
        """Does the grant reach this area or department? A grant without either reaches all."""
        if within is None or (self.area is None and self.department is None):
            return True
        if isinstance(within, Department):
            if self.department is not None:
                return self.department_id == within.id
            return self.area is not None and within.area.lies_in(self.area)
        if isinstance(within, Area) and self.area is not None:
            return within.lies_in(self.area)
        return False


class SignInSession(Model):
    """One device that is signed in; ending the row ends the session, whatever the cookie says."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInCode(Model):
    """A six-digit code sent to a mobile number: kept as HMAC, bound to the browser that asked."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (
        CheckConstraint("tries >= 0 AND tries <= 5", name="at_most_five_tries_per_code"),
        Index("ix_sign_in_codes_mobile_sent", "mobile_lookup", "sent_at"),
        Index(
            "ix_sign_in_codes_unsent",
            "sent_at",
            sqlite_where=text("code_sealed IS NOT NULL"),
            postgresql_where=text("code_sealed IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    mobile_lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    mobile_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    browser_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    code_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Emptied as soon as the message has gone out.
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
