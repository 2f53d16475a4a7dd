"""What mayors and the headquarters decided about works, with reasons; never about a count."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.db import Model, UTCDateTime
from civic.oversight.kinds import RulingKind
from civic.projects.models import Project


class Ruling(Model):
    """One decision about one project; an escalation has an owner and a day by which to answer."""

    __tablename__ = "mayor_rulings"
    __table_args__ = (
        CheckConstraint("reason <> '' OR kind = 'approve'", name="a_ruling_has_a_reason"),
        CheckConstraint(
            "(kind = 'escalate') = (due_on IS NOT NULL)", name="an_escalation_has_a_due_day"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    mayor_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[RulingKind]
    reason: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(160), default="")
    due_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project] = relationship(lazy="raise")
