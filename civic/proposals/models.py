"""Residents' proposals on their way to the ballot, and everything that happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.cycles.models import Cycle
from civic.departments.models import Department
from civic.kernel.db import Model, UTCDateTime
from civic.proposals.states import Category, State


class Proposal(Model):
    """An idea for a place; a draft until its author hands it in."""

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number", name="one_proposal_per_number"),
        CheckConstraint(
            "state = 'draft' OR (number IS NOT NULL AND submitted_at IS NOT NULL)",
            name="handed_in_proposals_have_a_number",
        ),
        CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_means_merged_into"
        ),
        CheckConstraint("supports >= 0", name="supports_are_counted_from_zero"),
        Index("ix_proposals_state_due", "state", "due_at"),
        Index("ix_proposals_cycle_state", "cycle_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    number: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(120), default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    solution: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[Category | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    picture: Mapped[str | None] = mapped_column(String(40))
    search_text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"), index=True)
    # Whoever has the item now must act until then (moderator, author or department by state).
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cost: Mapped[int | None]
    # Kept in step with the rows of `supports` by whoever writes those, so that lists can sort.
    supports: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    area: Mapped[Area] = relationship(lazy="raise")
    author: Mapped[Account] = relationship(lazy="raise")
    cycle: Mapped[Cycle] = relationship(lazy="raise")
    department: Mapped[Department | None] = relationship(lazy="raise")


class ProposalEvent(Model):
    """A step in the history of a proposal, public once the proposal is."""

    __tablename__ = "proposal_events"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    # What the actor was at the time ("moderator"), not who: people change posts.
    by_role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
