"""Telling people: the row first, the letter later."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime
from civic.notifications.kinds import Channel, Subject


class Notice(Model):
    """Something a person should know, shown on their page; `dedupe` makes telling twice once."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("account_id", "dedupe", name="told_once"),
        Index("ix_notices_account_created", "account_id", "created_at"),
        Index(
            "ix_notices_unread",
            "account_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(40))
    dedupe: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_endpoint: Mapped[str | None] = mapped_column(String(60))
    link_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Crowd(Model):
    """Very many people who are to be told the same; the row goes when all of them are."""

    __tablename__ = "crowds"
    __table_args__ = (CheckConstraint("told >= 0", name="the_told_are_counted"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(40))
    dedupe: Mapped[str] = mapped_column(String(120))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_endpoint: Mapped[str | None] = mapped_column(String(60))
    link_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The ids of the accounts, one after another; how many of them are told already.
    people: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    told: Mapped[int] = mapped_column(default=0)

    @property
    def notice(self) -> dict[str, Any]:
        """What each of them is told, as the values of a notice."""
        names = ("kind", "dedupe", "params", "link_endpoint", "link_values", "created_at")
        return {name: getattr(self, name) for name in names}


class Letter(Model):
    """A notice on its way out of the house; tried until sent or given up."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", name="one_letter_per_channel"),
        CheckConstraint("tries >= 0", name="tries_are_counted"),
        Index(
            "ix_letters_owed",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"))
    channel: Mapped[Channel]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Follow(Model):
    """A person who wants to hear of an area, a proposal or a project."""

    __tablename__ = "follows"
    # "Who follows this?" is asked with every step of a project.
    __table_args__ = (Index("ix_follows_subject", "subject_kind", "subject_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    subject_kind: Mapped[Subject] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
