"""The counter: bags of sheets, what was typed from them, and votes cast with an assistant."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.cycles.models import Pot
from civic.kernel.db import Model
from civic.kernel.guards import append_only, keep_rows, refuse_when

# Without it SQLite numbers the rows as they come, and the order would tell who cast which.
UNORDERED = {"sqlite_with_rowid": False}


class PaperBatch(Model):
    """A bag for at most 50 sheets, with the count and the seal it was closed with."""

    __tablename__ = "paper_batches"
    __table_args__ = (
        UniqueConstraint("pot_id", "number", name="one_bag_of_a_number"),
        CheckConstraint("state IN ('open', 'closed')", name="a_bag_is_open_or_closed"),
        CheckConstraint("handed >= 0 AND handed <= 50", name="at_most_50_sheets_are_handed_out"),
        CheckConstraint(
            "physical_count >= 0 AND physical_count <= 50", name="at_most_50_sheets_in_a_bag"
        ),
        CheckConstraint(
            "(physical_count IS NULL) = (seal IS NULL)", name="a_counted_bag_has_a_seal"
        ),
        CheckConstraint(
            "state = 'open' OR physical_count IS NOT NULL", name="a_closed_bag_was_counted"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"))
    number: Mapped[int]
    # Whose counter it stands at; how many papers were handed out with its stamp.
    clerk_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    handed: Mapped[int] = mapped_column(default=0)
    physical_count: Mapped[int | None]
    seal: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="open")

    pot: Mapped[Pot] = relationship(lazy="raise")


class PaperSheet(Model):
    """What two clerks read from a sheet, each without seeing the other's reading.

    An entry is the numbers in ascending order with blanks between; empty for a spoiled sheet.
    """

    __tablename__ = "paper_sheets"
    __table_args__ = (
        UniqueConstraint("batch_id", "serial", name="one_sheet_of_a_serial"),
        UniqueConstraint("ballot_id", name="a_ballot_has_one_sheet"),
        CheckConstraint("serial >= 1 AND serial <= 50", name="sheets_count_from_1_to_50"),
        CheckConstraint(
            "state IN ('once', 'differs', 'accepted', 'spoiled')", name="how_a_sheet_stands"
        ),
        CheckConstraint("clerk1_id <> clerk2_id", name="two_clerks_type_a_sheet"),
        CheckConstraint("(entry2 IS NULL) = (clerk2_id IS NULL)", name="a_reading_has_a_reader"),
        CheckConstraint(
            "(entry3 IS NULL) = (adjudicator_id IS NULL)", name="a_decision_has_a_decider"
        ),
        CheckConstraint(
            "adjudicator_id <> clerk1_id AND adjudicator_id <> clerk2_id",
            name="a_third_person_decides",
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'spoiled') OR (clerk2_id IS NOT NULL"
            " AND (entry1 = entry2 OR adjudicator_id IS NOT NULL))",
            name="two_agree_or_a_third_decides",
        ),
        CheckConstraint(
            "ballot_id IS NULL OR state = 'accepted'", name="accepted_sheets_become_ballots"
        ),
        UNORDERED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("paper_batches.id"))
    serial: Mapped[int]
    entry1: Mapped[str] = mapped_column(String(1000))
    clerk1_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    entry2: Mapped[str | None] = mapped_column(String(1000))
    clerk2_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    entry3: Mapped[str | None] = mapped_column(String(1000))
    adjudicator_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(10), default="once")
    # One of the ballots that this bag became; chance says which, so no sheet leads to a line.
    ballot_id: Mapped[UUID | None] = mapped_column(ForeignKey("ballots.id"))

    batch: Mapped[PaperBatch] = relationship(lazy="raise")

    @property
    def accepted_entry(self) -> str:
        """What is held to stand on the sheet."""
        return self.entry1 if self.entry3 is None else self.entry3


class PaperRecheck(Model):
    """What the commission read from a sheet of a bag that the lot drew."""

    __tablename__ = "paper_rechecks"
    __table_args__ = (UNORDERED,)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("paper_sheets.id"), primary_key=True)
    entry: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))


# ── with an assistant ─────────────────────────────────────────────────────────────────────────


class AssistedSession(Model):
    """That somebody voted with the help of an ambassador; beside the person, never the ballot."""

    __tablename__ = "assisted_sessions"
    __table_args__ = (
        CheckConstraint("assistant_id <> account_id", name="nobody_assists_themselves"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    on_day: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    device: Mapped[str] = mapped_column(String(200))


class AssistedVote(Model):
    """About which pot a vote was cast in an assisted session; once for each."""

    __tablename__ = "assisted_votes"
    __table_args__ = (
        PrimaryKeyConstraint("session_id", "pot_id", name="one_vote_per_session_and_pot"),
        UNORDERED,
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("assisted_sessions.id"))
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"))


class AssistantHour(Model):
    """How many sessions an assistant opened in an hour; a number, so that no person has a time."""

    __tablename__ = "assistant_hours"
    __table_args__ = (
        PrimaryKeyConstraint("assistant_id", "on_day", "hour", name="one_number_per_hour"),
        CheckConstraint("hour >= 0 AND hour < 24", name="a_day_has_24_hours"),
    )

    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    on_day: Mapped[date]
    hour: Mapped[int]
    sessions: Mapped[int] = mapped_column(default=0)


class AssistedBatch(Model):
    """All ballots about a pot that one assistant helped to cast in one day."""

    __tablename__ = "assisted_batches"
    __table_args__ = (
        UniqueConstraint(
            "pot_id", "assistant_id", "on_day", name="one_batch_per_assistant_and_day"
        ),
        CheckConstraint("first_by_id <> second_by_id", name="two_people_exclude_a_batch"),
        CheckConstraint(
            "second_by_id IS NULL OR first_by_id IS NOT NULL", name="the_first_asks_first"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"))
    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    on_day: Mapped[date]
    # Who of the commission asked for its exclusion, why, and who agreed.
    why: Mapped[str] = mapped_column(String(500), default="")
    first_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    second_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))

    pot: Mapped[Pot] = relationship(lazy="raise")


class AssistedBallot(Model):
    """To which batch an assisted ballot belongs; nothing leads from here to its voter."""

    __tablename__ = "assisted_ballots"
    __table_args__ = (UNORDERED,)

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("assisted_batches.id"), index=True)


append_only(PaperRecheck.__table__)  # type: ignore[arg-type]
append_only(AssistedBallot.__table__)  # type: ignore[arg-type]
append_only(AssistedVote.__table__)  # type: ignore[arg-type]
keep_rows(PaperBatch.__table__)  # type: ignore[arg-type]
refuse_when(
    PaperBatch.__table__,  # type: ignore[arg-type]
    "shut",
    "OLD.state = 'closed'",
    on=("UPDATE",),
    says="a closed bag stays closed",
)
refuse_when(
    PaperBatch.__table__,  # type: ignore[arg-type]
    "whole",
    "NEW.state = 'closed' AND NEW.physical_count <> (SELECT count(*) FROM paper_sheets s"
    " WHERE s.batch_id = NEW.id AND s.state IN ('accepted', 'spoiled'))",
    on=("UPDATE",),
    says="a bag closes with as many sheets as were counted",
)
keep_rows(PaperSheet.__table__)  # type: ignore[arg-type]
CLOSED = "EXISTS (SELECT 1 FROM paper_batches b WHERE b.id = {row}.batch_id AND b.state = 'closed')"
refuse_when(
    PaperSheet.__table__,  # type: ignore[arg-type]
    "late",
    CLOSED,
    on=("INSERT",),
    says="a closed bag takes no sheets",
)
# After the closing a sheet is put right only by what the commission read from it.
refuse_when(
    PaperSheet.__table__,  # type: ignore[arg-type]
    "settled",
    CLOSED + " AND NOT EXISTS (SELECT 1 FROM paper_rechecks r WHERE r.sheet_id = {row}.id)",  # noqa: S608
    on=("UPDATE",),
    says="the sheets of a closed bag stay as they are",
)
refuse_when(
    PaperSheet.__table__,  # type: ignore[arg-type]
    "typed",
    "NEW.entry1 <> OLD.entry1 OR NEW.clerk1_id <> OLD.clerk1_id"
    " OR (OLD.clerk2_id IS NOT NULL AND (NEW.clerk2_id IS NULL OR NEW.entry2 <> OLD.entry2"
    " OR NEW.clerk2_id <> OLD.clerk2_id))"
    " OR (OLD.adjudicator_id IS NOT NULL AND (NEW.adjudicator_id IS NULL"
    " OR NEW.entry3 <> OLD.entry3 OR NEW.adjudicator_id <> OLD.adjudicator_id))",
    on=("UPDATE",),
    says="what was read from a sheet is not rewritten",
)
refuse_when(
    PaperRecheck.__table__,  # type: ignore[arg-type]
    "other",
    "EXISTS (SELECT 1 FROM paper_sheets s JOIN paper_batches b ON b.id = s.batch_id"
    " WHERE s.id = {row}.sheet_id AND (b.state = 'open' OR s.clerk1_id = {row}.by_id"
    " OR s.clerk2_id = {row}.by_id))",
    on=("INSERT",),
    says="a closed bag is read again by somebody else",
)
