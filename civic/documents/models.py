"""Documents that were issued: number, what they say, and its fingerprint. Nothing is changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.documents.kinds import DocumentKind
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only


class Document(Model):
    """One document; its line in the book of acts holds the number and the fingerprint."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("number", name="one_document_per_number"),
        UniqueConstraint("kind", "subject_id", name="one_document_per_subject"),
        CheckConstraint(
            "(kind = 'participation') = (holder_id IS NOT NULL)", name="a_certificate_has_a_holder"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(String(12))
    kind: Mapped[DocumentKind]
    # The participation, the count or the recount that it is about.
    subject_id: Mapped[UUID]
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)


append_only(Document.__table__)  # type: ignore[arg-type]
