"""Counts of a pot, and one line per project with the reason for its fate."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.ballots.models import BallotProject
from civic.cycles.models import Pot
from civic.kernel.db import Model, UTCDateTime


class Count(Model):
    """One count of one pot: which rule, over what input, with what outcome."""

    __tablename__ = "counts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"), unique=True)
    rule: Mapped[str] = mapped_column(String(30))
    input_sha256: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    ballots: Mapped[int]
    spent: Mapped[int]
    # Rounds, ties, share of voters with a winner: the outcome as `civic.counting` gives it.
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    # What other rules would have chosen, worked out after the count; None until then.
    alternatives: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), deferred=True
    )
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))

    pot: Mapped[Pot] = relationship(lazy="raise")


class ResultLine(Model):
    """What became of one project."""

    __tablename__ = "result_lines"
    __table_args__ = (UniqueConstraint("count_id", "project_id", name="one_line_per_project"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    count_id: Mapped[UUID] = mapped_column(ForeignKey("counts.id", ondelete="CASCADE"), index=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("ballot_projects.id"), index=True)
    rank: Mapped[int]
    votes: Mapped[int]
    funded: Mapped[bool]
    reason: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The smallest change that would have funded a loser, worked out after the count.
    change: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    project: Mapped[BallotProject] = relationship(lazy="raise")
