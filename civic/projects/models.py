"""Chosen projects in the municipal pipeline: stages, milestones, money, updates, obstacles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ScalarSelect,
    String,
    Text,
    UniqueConstraint,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from civic.areas.models import Area
from civic.departments.models import Department
from civic.kernel.db import Model, UTCDateTime
from civic.projects.rules import days_late, lateness
from civic.projects.stages import BlockKind, MoneyKind, Stage, Verdict


class StageDate(Model):
    """When a stage was planned to be reached, is now expected, and was reached."""

    __tablename__ = "project_stage_dates"
    __table_args__ = (UniqueConstraint("project_id", "stage", name="one_date_per_stage"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    stage: Mapped[Stage]
    planned_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    reached_on: Mapped[date | None]


class Milestone(Model):
    """A dated promise within a project."""

    __tablename__ = "project_milestones"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    reached_on: Mapped[date | None]

    def days_late(self, today: date) -> int:
        """By how many days it missed its day."""
        return lateness(self.due_on, self.reached_on, today)


class Block(Model):
    """Something that stands in the way, since when, and until when it was gone."""

    __tablename__ = "project_blocks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[BlockKind]
    text: Mapped[str] = mapped_column(Text)
    since: Mapped[date]
    gone_on: Mapped[date | None]


class MoneyLine(Model):
    """An entry of the money trail; the current value of a kind is the sum of its lines."""

    __tablename__ = "project_money"
    __table_args__ = (CheckConstraint("amount <> 0", name="money_moves"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[MoneyKind]
    amount: Mapped[int]
    on_day: Mapped[date]
    note: Mapped[str] = mapped_column(String(300), default="")


def _sum_of(kind: MoneyKind, project_id: Any) -> ScalarSelect[Any]:
    """What the entries of one kind come to; a sum of big integers is a decimal in PostgreSQL."""
    total = select(cast(func.sum(MoneyLine.amount), BigInteger))
    lines = total.where(MoneyLine.project_id == project_id, MoneyLine.kind == kind)
    return lines.correlate_except(MoneyLine).scalar_subquery()


class Project(Model):
    """A project that residents chose, routed to the department that builds it."""

    __tablename__ = "projects"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    # Nothing is typed twice: title, place and voted money come from the paper.
    ballot_project_id: Mapped[UUID] = mapped_column(ForeignKey("ballot_projects.id"), unique=True)
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"), index=True)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(60), default="")
    votes: Mapped[int]
    stage: Mapped[Stage] = mapped_column(default=Stage.ROUTED)
    # What is done of the works, 0 to 100, by the last accepted update.
    progress: Mapped[int] = mapped_column(default=0)
    ends_on: Mapped[date | None]
    routed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    routed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)

    __table_args__ = (
        CheckConstraint("progress >= 0 AND progress <= 100", name="progress_is_a_percentage"),
    )

    area: Mapped[Area] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")
    dates: Mapped[list[StageDate]] = relationship(lazy="raise", viewonly=True)
    blocks: Mapped[list[Block]] = relationship(
        lazy="raise", viewonly=True, order_by="Block.since.desc()"
    )

    # Promises and obstacles are asked for with every project; lateness is stored nowhere.
    stage_due_on: Mapped[date | None] = column_property(
        select(func.min(StageDate.planned_on))
        .where(StageDate.project_id == id, StageDate.reached_on.is_(None))
        .correlate_except(StageDate)
        .scalar_subquery()
    )
    milestone_due_on: Mapped[date | None] = column_property(
        select(func.min(Milestone.due_on))
        .where(Milestone.project_id == id, Milestone.reached_on.is_(None))
        .correlate_except(Milestone)
        .scalar_subquery()
    )
    open_blocks: Mapped[int] = column_property(
        select(func.count(Block.id))
        .where(Block.project_id == id, Block.gone_on.is_(None))
        .correlate_except(Block)
        .scalar_subquery()
    )
    contracted: Mapped[int | None] = column_property(_sum_of(MoneyKind.CONTRACTED, id))
    paid: Mapped[int | None] = column_property(_sum_of(MoneyKind.PAID, id))

    @property
    def due_on(self) -> date | None:
        """The earliest promised day, of a stage or a milestone, that is not kept yet."""
        return min((d for d in (self.stage_due_on, self.milestone_due_on) if d), default=None)

    def days_late(self, today: date) -> int:
        """How many days the project is late."""
        return days_late(self.stage, self.due_on, today)


class Update(Model):
    """What the department reports, with a picture of the place."""

    __tablename__ = "project_updates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), index=True)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(Text)
    progress: Mapped[int]
    picture: Mapped[str | None] = mapped_column(String(40))
    picture_alt: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Answer(Model):
    """What a resident says about a finished project; an objection says what is wrong."""

    __tablename__ = "project_answers"
    __table_args__ = (
        CheckConstraint("text <> '' OR verdict = 'yes'", name="an_objection_says_what_is_wrong"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True, index=True
    )
    verdict: Mapped[Verdict]
    text: Mapped[str] = mapped_column(String(300), default="")
    picture: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
