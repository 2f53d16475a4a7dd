"""Feasibility and cost sheets by the departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.appraisals.kinds import Verdict
from civic.departments.models import Department
from civic.kernel.db import Model, UTCDateTime


class Appraisal(Model):
    """A finished sheet. A later one does not overwrite it: estimates are not changed quietly."""

    __tablename__ = "appraisals"
    __table_args__ = (
        CheckConstraint(
            "(verdict = 'feasible') = (cost IS NOT NULL)", name="only_the_feasible_has_a_cost"
        ),
        CheckConstraint("cost IS NULL OR cost > 0", name="a_cost_is_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), index=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"), index=True)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    verdict: Mapped[Verdict]
    cost: Mapped[int | None]
    upkeep_per_year: Mapped[int | None]
    months: Mapped[int | None]
    checks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    department: Mapped[Department] = relationship(lazy="raise")
