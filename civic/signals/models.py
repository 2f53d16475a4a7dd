"""Signals of attempts, without a person, a ballot or a minute; and the salt of the day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime
from civic.signals.kinds import SignalKind

SHORT = 12


class DaySalt(Model):
    """What makes the marks of one day comparable with one another; thrown away the day after."""

    __tablename__ = "signal_salts"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class Signal(Model):
    """One attempt. The marks are keyed with the salt of the day: tomorrow nobody can make them."""

    __tablename__ = "signals"
    __table_args__ = (
        Index("ix_signals_hour", "hour"),
        # Without it SQLite numbers the rows as they come, as it would the ballots.
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[SignalKind]
    # Cycles and assistants stand above this package: values, not foreign keys.
    cycle_key: Mapped[UUID | None]
    hour: Mapped[datetime] = mapped_column(UTCDateTime)
    network: Mapped[bytes | None] = mapped_column(LargeBinary(SHORT))
    device: Mapped[bytes | None] = mapped_column(LargeBinary(SHORT))
    phone: Mapped[bytes | None] = mapped_column(LargeBinary(SHORT))
    age: Mapped[int | None]
    area_code: Mapped[str | None] = mapped_column(String(40))
    assistant_id: Mapped[UUID | None]
    # Has it lost its place among those that came before and after it?
    mixed: Mapped[bool] = mapped_column(default=False)
