"""Who belongs where, who is entitled, and that a person took part; never what they chose."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.areas.models import Area
from civic.electorate.kinds import TIE_NAMES, Match, Tie
from civic.electorate.rules import BINDS_FOR
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import refuse_when

__all__ = [
    "TIE_NAMES", "IdentityCheck", "Participation", "Residency", "Roll", "RollEntry", "Tie",
]  # fmt: skip


class Residency(Model):
    """The neighbourhood a person declared as theirs; one at a time."""

    __tablename__ = "residencies"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    tie: Mapped[Tie]
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)

    area: Mapped[Area] = relationship(lazy="raise")


class Participation(Model):
    """That a person took part in a pot's vote, on which day; no hour, and no way to a ballot."""

    __tablename__ = "participations"
    __table_args__ = (UniqueConstraint("account_id", "pot_key", name="one_participation_per_pot"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    # The pot's id; cycles stand above this package, so it is a value and not a foreign key.
    pot_key: Mapped[UUID] = mapped_column(index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    on_day: Mapped[date]
    # Until this day the person cannot declare another neighbourhood: one vote, one place.
    binds_until: Mapped[date] = mapped_column(
        default=lambda context: context.get_current_parameters()["on_day"] + BINDS_FOR
    )

    area: Mapped[Area] = relationship(lazy="raise")


class Roll(Model):
    """One edition of the list of people entitled to vote in a cycle; two people confirm it.

    It comes from the command line, where nobody is known by name. So both signatures are given
    on a page, by two different people with a second factor.
    """

    __tablename__ = "rolls"
    __table_args__ = (
        UniqueConstraint("cycle_key", "number", name="one_roll_of_a_number"),
        CheckConstraint("people >= 0", name="a_roll_counts_people"),
        CheckConstraint("first_by_id <> second_by_id", name="two_people_confirm_a_roll"),
        CheckConstraint(
            "second_by_id IS NULL OR first_by_id IS NOT NULL", name="the_first_signs_first"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Cycles stand above this package, so the cycle is a value and not a foreign key.
    cycle_key: Mapped[UUID]
    cycle_code: Mapped[str] = mapped_column(String(40))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    people: Mapped[int]
    by_area: Mapped[dict[str, int]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    first_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    second_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    second_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    city: Mapped[Area] = relationship(lazy="raise")


class RollEntry(Model):
    """A person on a roll: found by the HMAC of the national id, without a name."""

    __tablename__ = "roll_entries"

    roll_id: Mapped[UUID] = mapped_column(ForeignKey("rolls.id"), primary_key=True)
    national_id_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    birth_date: Mapped[date]
    area_code: Mapped[str] = mapped_column(String(40))
    alive: Mapped[bool]


class IdentityCheck(Model):
    """What a register said about a person's mobile number, and when to ask again; no content."""

    __tablename__ = "identity_checks"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_are_counted"),
        Index("ix_identity_checks_again_at", "again_at"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    # Empty until the first answer.
    verdict: Mapped[Match | None]
    tries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Empty when there is nothing more to ask.
    again_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # We go on asking by ourselves until then; afterwards it is the counter's turn.
    until: Mapped[datetime] = mapped_column(UTCDateTime)


WRITTEN = ("id", "cycle_key", "cycle_code", "city_id", "number", "sha256", "people")
refuse_when(
    Roll.__table__,  # type: ignore[arg-type]
    "frozen",
    "EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = {row}.cycle_key)",
    on=("INSERT", "UPDATE", "DELETE"),
    says="the roll of this cycle is frozen",
)
refuse_when(
    Roll.__table__,  # type: ignore[arg-type]
    "written",
    " OR ".join(f"NEW.{name} <> OLD.{name}" for name in WRITTEN),
    on=("UPDATE",),
    says="a roll is written once; import another one",
)
# Whoever was signed for stays: once one person stands for a roll, nobody is put on it or taken off.
refuse_when(
    RollEntry.__table__,  # type: ignore[arg-type]
    "signed",
    "EXISTS (SELECT 1 FROM rolls r LEFT JOIN frozen_rules f ON f.cycle_id = r.cycle_key"
    " WHERE r.id = {row}.roll_id AND (r.first_by_id IS NOT NULL OR f.cycle_id IS NOT NULL))",
    on=("INSERT", "DELETE"),
    says="this roll is signed or frozen",
)
refuse_when(
    RollEntry.__table__,  # type: ignore[arg-type]
    "written",
    "NEW.roll_id = NEW.roll_id",
    on=("UPDATE",),
    says="an entry of a roll is never changed",
)
