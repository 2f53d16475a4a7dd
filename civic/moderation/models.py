"""The decisions of the neighbourhood elites, each with its reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime
from civic.moderation.kinds import DecisionKind, ReasonCode


class Decision(Model):
    """One decision about one proposal."""

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        CheckConstraint("reason <> '' OR kind = 'accept'", name="every_no_has_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), index=True)
    moderator_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[DecisionKind]
    reason_code: Mapped[ReasonCode]
    reason: Mapped[str] = mapped_column(Text, default="")
    into_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Taken back by the moderator before anything followed; the row stays.
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
