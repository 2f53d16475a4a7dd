"""Alarms with what was done about them, the calls that the lot drew, and hours for everybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.alarms.kinds import AlarmKind, AlarmState, Answer, Deed, Gravity
from civic.cycles.models import Cycle
from civic.electorate.models import Participation
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only, keep_rows, refuse_when


class Alarm(Model):
    """A pattern that looks like fraud: numbers, hours and an area, never a person or a ballot."""

    __tablename__ = "alarms"
    __table_args__ = (
        UniqueConstraint("kind", "mark", name="a_pattern_is_raised_once"),
        CheckConstraint("asked_by_id <> agreed_by_id", name="two_people_pass_an_alarm_on"),
        CheckConstraint(
            "state <> 'passed' OR (asked_by_id IS NOT NULL AND agreed_by_id IS NOT NULL)",
            name="a_passed_alarm_has_two_names",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[AlarmKind]
    mark: Mapped[str] = mapped_column(String(120))
    cycle_id: Mapped[UUID | None] = mapped_column(ForeignKey("cycles.id"), index=True)
    gravity: Mapped[Gravity]
    area_code: Mapped[str | None] = mapped_column(String(40))
    # The assistant whom it is about, if it is about one: asked before anything is said of them.
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    weight: Mapped[int]
    # The weight at which it was last looked at: if it doubles, it is new again.
    weight_then: Mapped[int] = mapped_column(default=0)
    first_hour: Mapped[datetime] = mapped_column(UTCDateTime)
    last_hour: Mapped[datetime] = mapped_column(UTCDateTime)
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[AlarmState] = mapped_column(default=AlarmState.NEW)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))

    cycle: Mapped[Cycle | None] = relationship(lazy="raise")


class AlarmDeed(Model):
    """What happened to an alarm, by whom, and why; nobody for the platform."""

    __tablename__ = "alarm_deeds"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("alarms.id"), index=True)
    deed: Mapped[Deed]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class CallLot(Model):
    """That the lot was drawn, once for a cycle, and from which seed: anybody can draw it again."""

    __tablename__ = "call_lots"

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(String(200))
    people: Mapped[int]
    drawn_by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    drawn_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def id(self) -> UUID:
        """A lot is named by its cycle."""
        return self.cycle_id


class PhoneBack(Model):
    """One of the calls that the lot drew: whether a person took part, nothing of their vote."""

    __tablename__ = "phone_backs"
    __table_args__ = (
        PrimaryKeyConstraint("cycle_id", "place", name="one_call_for_a_place"),
        UniqueConstraint("participation_id", name="nobody_is_called_twice"),
        CheckConstraint("(answer IS NULL) = (by_id IS NULL)", name="an_answer_has_a_caller"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"))
    place: Mapped[int]
    participation_id: Mapped[UUID] = mapped_column(ForeignKey("participations.id"))
    answer: Mapped[Answer | None]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    on_day: Mapped[date | None]

    participation: Mapped[Participation] = relationship(lazy="raise")


class TurnoutHour(Model):
    """How many took part in an hour, for everybody: in tens, small numbers left out for good."""

    __tablename__ = "turnout_hours"
    __table_args__ = (
        PrimaryKeyConstraint("cycle_id", "hour", "part", "code", name="one_number_an_hour"),
        CheckConstraint("people IS NULL OR people >= 10", name="nothing_under_ten_is_told"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"))
    hour: Mapped[datetime] = mapped_column(UTCDateTime)
    # "all", "area" or "age", and the code of the district or the band.
    part: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    people: Mapped[int | None]


append_only(CallLot.__table__)  # type: ignore[arg-type]
append_only(AlarmDeed.__table__)  # type: ignore[arg-type]
# What everybody has read is not told differently later.
append_only(TurnoutHour.__table__)  # type: ignore[arg-type]
keep_rows(Alarm.__table__)  # type: ignore[arg-type]
refuse_when(
    Alarm.__table__,  # type: ignore[arg-type]
    "settled",
    "OLD.state = 'passed' AND NEW.state <> 'passed'",
    on=("UPDATE",),
    says="what was passed on stays passed on",
)
keep_rows(PhoneBack.__table__)  # type: ignore[arg-type]
