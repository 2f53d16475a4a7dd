"""The log of what staff did: each entry carries the hash of the one before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.audit.rules import moment_text
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only


class AuditEntry(Model):
    """One act. Triggers of the database refuse to change or delete it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("seq >= 1", name="entries_count_from_one"),
        Index("ix_audit_entries_subject", "subject_kind", "subject_id"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # No foreign key: an entry outlives the account it names.
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    event: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    area_code: Mapped[str | None] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the hashes themselves."""
        return {
            "seq": self.seq,
            "at": moment_text(self.at),
            "actor": str(self.actor_id) if self.actor_id else None,
            "name": self.actor_name,
            "event": self.event,
            "subject": [self.subject_kind, self.subject_id],
            "area": self.area_code,
            "details": self.details,
        }


append_only(AuditEntry.__table__)  # type: ignore[arg-type]
