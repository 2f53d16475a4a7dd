"""People, the ways they prove who they are, and the roles they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    # Of national ids, and the day they were made: so that nobody asks one after another.
    identity_tries: Mapped[int] = mapped_column(default=0)
    identity_tried_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    grants: Mapped[list[RoleGrant]] = relationship(
        lazy="raise", foreign_keys="RoleGrant.account_id", viewonly=True
    )

    # Set by the loader for the session of this request; not columns.
    session_token: str = ""
    second_factor_done: bool = False
    as_of: datetime = datetime.min.replace(tzinfo=UTC)
    held: tuple[Held, ...] | None = None

    def get_id(self) -> str:
        """What the cookie holds: the token of one revocable session, never the account."""
        return self.session_token

    def holds(self, role: Role, within: object = None) -> bool:
        """Is the role granted now, where `within` (an area or a department) lies?"""
        if role is Role.RESIDENT:
            return True
        return any(
            held.role == role and held.runs(self.as_of) and held.covers(within)
            for held in self.standing()
        )

    def standing(self) -> tuple[Held, ...]:
        """The grants as plain values, remembered for the rest of the request.

        A refusal rolls back and empties what was loaded, but the page that shows the refusal
        still asks what this person may do.
        """
        if self.held is None or "grants" in self.__dict__:
            self.held = tuple(Held.of(grant) for grant in self.grants)
        return self.held

    @property
    def roles(self) -> list[Role]:
        """The staff roles held now, anywhere."""
        return [role for role in Role if role in STAFF and self.holds(role)]

    @property
    def is_staff(self) -> bool:
        """Does this person serve the city in any role now?"""
        return bool(self.roles)


class RoleGrant(Model):
    """A role given to a person within an area or a department, from one day to another."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "ends_at IS NULL OR ends_at >= starts_at", name="grant_ends_after_it_starts"
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

    def runs_or_will(self, at: datetime) -> bool:
        """Is the grant in force at this moment or later?"""
        return self.ends_at is None or at < self.ends_at


@dataclass(frozen=True)
class Held:
    """A grant as plain values: what it gives, when, and how far it reaches."""

    role: Role
    starts_at: datetime
    ends_at: datetime | None
    area_path: str | None
    department_id: UUID | None
    # For pages that show it; what may be done is asked of the path alone.
    area: Area | None = field(default=None, compare=False)

    @classmethod
    def of(cls, grant: RoleGrant) -> Held:
        """The values of a grant that was loaded with its area and department."""
        return cls(
            role=grant.role,
            starts_at=grant.starts_at,
            ends_at=grant.ends_at,
            area_path=grant.area.path if grant.area else None,
            department_id=grant.department.id if grant.department else None,
            area=grant.area,
        )

    def runs(self, at: datetime) -> bool:
        """Is the grant in force at this moment?"""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

    def covers(self, within: object) -> bool:
        """Does the grant reach this area or department? A grant without either reaches all."""
        if within is None or (self.area_path is None and self.department_id is None):
            return True
        if isinstance(within, Department):
            if self.department_id is not None:
                return self.department_id == within.id
            return within.area.path.startswith(str(self.area_path))
        if isinstance(within, Area) and self.area_path is not None:
            return within.path.startswith(self.area_path)
        return False


class SignInSession(Model):
    """One device that is signed in; ending the row ends the session, whatever the cookie says."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (
        CheckConstraint(
            "factor_tries >= 0 AND factor_tries <= 5", name="at_most_five_tries_per_session"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Spent before a code of the second factor is compared, so that guessing in parallel fails.
    factor_tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInCode(Model):
    """A six-digit code sent to a mobile number: kept as HMAC, bound to the browser that asked."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (
        CheckConstraint("tries >= 0 AND tries <= 5", name="at_most_five_tries_per_code"),
        Index("ix_sign_in_codes_mobile_sent", "mobile_lookup", "sent_at"),
        Index("ix_sign_in_codes_browser", "browser_key", "sent_at"),
        Index("ix_sign_in_codes_sent_at", "sent_at"),
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
