"""Objections to results: what was said, by whom, and what two other people answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import keep_rows, refuse_when
from civic.objections.kinds import ObjectionKind
from civic.objections.states import State
from civic.results.models import Count


class ObjectionDraft(Model):
    """What a person has typed so far, kept until it is sent; read by nobody else."""

    __tablename__ = "objection_drafts"
    __table_args__ = (UniqueConstraint("author_id", "count_id", name="one_draft_per_result"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    count_id: Mapped[UUID] = mapped_column(ForeignKey("counts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    receipt: Mapped[str] = mapped_column(String(200), default="")


class Objection(Model):
    """One objection to one result. Words and author are never published."""

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("number", name="one_objection_per_number"),
        CheckConstraint("words <> ''", name="an_objection_says_something"),
        CheckConstraint(
            "state NOT IN ('upheld', 'partly', 'rejected') OR (first_by_id IS NOT NULL"
            " AND decided_at IS NOT NULL AND summary <> '' AND answer <> '')",
            name="a_decision_is_answered_in_words",
        ),
        CheckConstraint(
            "state NOT IN ('upheld', 'partly') OR (second_by_id IS NOT NULL"
            " AND second_by_id <> first_by_id)",
            name="two_people_uphold",
        ),
        CheckConstraint(
            "author_id <> first_by_id AND author_id <> second_by_id", name="nobody_judges_the_own"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int]
    count_id: Mapped[UUID] = mapped_column(ForeignKey("counts.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[ObjectionKind]
    words: Mapped[str] = mapped_column(Text)
    receipt: Mapped[str] = mapped_column(String(24), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[State] = mapped_column(default=State.RECEIVED)
    # What the first person wants to decide; it waits for the second.
    verdict: Mapped[State | None]
    # In public words: what was objected, and what is answered.
    summary: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    first_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    second_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    result: Mapped[Count] = relationship(lazy="raise")


class ObjectionSupport(Model):
    """That somebody else asks for the recount that an objection is about; nobody is shown."""

    __tablename__ = "objection_supports"

    objection_id: Mapped[UUID] = mapped_column(ForeignKey("objections.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)


class Recount(Model):
    """A recount for an objection: how far it is, what it came to. No result changes by it."""

    __tablename__ = "recounts"
    __table_args__ = (
        UniqueConstraint("objection_id", name="one_recount_per_objection"),
        CheckConstraint(
            "(finished_at IS NULL) = (same IS NULL)", name="a_finished_recount_has_a_verdict"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    objection_id: Mapped[UUID] = mapped_column(ForeignKey("objections.id"))
    count_id: Mapped[UUID] = mapped_column(ForeignKey("counts.id"), index=True)
    # Empty where residents asked for it.
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # The last sign of life of whoever counts; when it stays away, another worker begins anew.
    beat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    same: Mapped[bool | None]
    protocol: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Case(NamedTuple):
    """An objection with those who may not decide about it."""

    objection: Objection
    # Who made it, who published the result, who decided about a proposal on its paper.
    parties: frozenset[UUID]


keep_rows(Objection.__table__)  # type: ignore[arg-type]
refuse_when(
    Objection.__table__,  # type: ignore[arg-type]
    "written",
    "NEW.number <> OLD.number OR NEW.count_id <> OLD.count_id OR NEW.author_id <> OLD.author_id"
    " OR NEW.kind <> OLD.kind OR NEW.words <> OLD.words OR NEW.receipt <> OLD.receipt",
    on=("UPDATE",),
    says="an objection stays as it was written",
)
refuse_when(
    Objection.__table__,  # type: ignore[arg-type]
    "settled",
    "OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')",
    on=("UPDATE",),
    says="what was decided about an objection stands",
)
keep_rows(Recount.__table__)  # type: ignore[arg-type]
refuse_when(
    Recount.__table__,  # type: ignore[arg-type]
    "finished",
    "OLD.finished_at IS NOT NULL",
    on=("UPDATE",),
    says="a recount has one result",
)
