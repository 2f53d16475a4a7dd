"""The paper and the box. Nothing in the box has a person, an account, an address or a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.cycles.models import Pot
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only, keep_rows, refuse_when

# Without it SQLite numbers the rows as they come, and the order would tell who cast which.
UNORDERED = {"sqlite_with_rowid": False}


class BallotProject(Model):
    """A project on the paper of a pot, with the text and the cost that are voted on."""

    __tablename__ = "ballot_projects"
    __table_args__ = (
        UniqueConstraint("pot_id", "number", name="one_project_per_number"),
        CheckConstraint("cost > 0", name="a_project_costs_something"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"), index=True)
    # The place on the paper, in the frozen order; choices are lists of these numbers.
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposals.id"), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(60), default="")
    cost: Mapped[int]
    # What a file of an earlier election says of this project: votes and selected, as given.
    official: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    pot: Mapped[Pot] = relationship(lazy="raise")


class BallotBox(Model):
    """The state of the vote about one pot: sealed before, open during, closed after."""

    __tablename__ = "ballot_boxes"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="a_box_is_open_or_closed"),
    )

    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Papers were handed out, or votes were assisted: then the commission closes the box, once
    # every sheet is in. From `web_closed_at` until then it takes nothing but paper.
    at_counter: Mapped[bool] = mapped_column(default=False)
    web_closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Ballot(Model):
    """A stored ballot: its commitment and receipt. Immutable."""

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("replaces_id", name="a_ballot_is_replaced_once"),
        UNORDERED,
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"), index=True)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    receipt: Mapped[str] = mapped_column(String(24), unique=True)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("ballots.id"))
    channel: Mapped[str] = mapped_column(String(10), default="web")


class Opening(Model):
    """What opens a commitment: the nonce and the choices (project numbers, ascending)."""

    __tablename__ = "ballot_openings"
    __table_args__ = (UNORDERED,)

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(48))
    choices: Mapped[list[int]] = mapped_column(JSON)


class VoterSlot(Model):
    """One person, one ballot: the primary key is an HMAC that only the cycle's key can make.

    The tag is made for a level of a cycle, so it is alone among all pots: who moves from one
    neighbourhood to another in the middle of a vote does not vote twice.
    """

    __tablename__ = "voter_slots"
    __table_args__ = (
        PrimaryKeyConstraint("pot_id", "voter_tag", name="one_ballot_each"),
        UniqueConstraint("voter_tag", name="one_ballot_per_scope"),
        UniqueConstraint("head_ballot_id", name="a_ballot_has_one_slot"),
        CheckConstraint(
            "NOT (paper AND head_ballot_id IS NOT NULL)", name="on_paper_or_on_the_web"
        ),
        UNORDERED,
    )

    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"))
    voter_tag: Mapped[bytes] = mapped_column(LargeBinary(32))
    head_ballot_id: Mapped[UUID | None] = mapped_column(ForeignKey("ballots.id"))
    # A paper was handed to this voter at the counter; what is on it lies in no slot.
    paper: Mapped[bool] = mapped_column(default=False)


class BallotVoid(Model):
    """A ballot that was taken out before the count; it keeps its line, and is never opened."""

    __tablename__ = "ballot_voids"
    __table_args__ = (
        CheckConstraint("reason IN ('paper', 'batch', 'merge')", name="a_void_says_why"),
        # Whoever comes to the counter takes the own vote out; all else needs two people.
        CheckConstraint(
            "reason = 'paper' OR (staff_a_id IS NOT NULL AND staff_b_id IS NOT NULL"
            " AND staff_a_id <> staff_b_id)",
            name="two_people_void",
        ),
        UNORDERED,
    )

    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(10))
    staff_a_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    staff_b_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))


class CastKey(Model):
    """The same press of the button, sent twice, finds the same ballot; emptied at the close."""

    __tablename__ = "cast_keys"
    __table_args__ = (
        PrimaryKeyConstraint("pot_id", "voter_tag", "key", name="one_cast_per_press"),
        UNORDERED,
    )

    pot_id: Mapped[UUID] = mapped_column(ForeignKey("pots.id"))
    voter_tag: Mapped[bytes] = mapped_column(LargeBinary(32))
    key: Mapped[UUID]
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballots.id"))


class BallotKey(Model):
    """That a cycle has a key of its own, by its fingerprint; the key is a file elsewhere."""

    __tablename__ = "ballot_keys"
    __table_args__ = (
        CheckConstraint("asked_by_id <> confirmed_by_id", name="two_people_destroy_a_key"),
        CheckConstraint(
            "(destroyed_at IS NULL) = (confirmed_by_id IS NULL)"
            " AND (destroyed_at IS NULL OR asked_by_id IS NOT NULL)"
            " AND (asked_at IS NULL) = (asked_by_id IS NULL)",
            name="a_key_is_destroyed_by_people",
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def id(self) -> UUID:
        return self.cycle_id


# What the box keeps, it keeps: a ballot is replaced by another, never changed or taken out.
append_only(Ballot.__table__)  # type: ignore[arg-type]
append_only(Opening.__table__)  # type: ignore[arg-type]
append_only(BallotVoid.__table__)  # type: ignore[arg-type]
keep_rows(VoterSlot.__table__)  # type: ignore[arg-type]
keep_rows(BallotBox.__table__)  # type: ignore[arg-type]
refuse_when(
    BallotBox.__table__,  # type: ignore[arg-type]
    "shut",
    "OLD.state = 'closed'",
    on=("UPDATE",),
    says="a closed box stays closed",
)
CLOSED = (
    "EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = {row}.pot_id AND b.state = 'closed')"
)
refuse_when(
    Ballot.__table__,  # type: ignore[arg-type]
    "late",
    CLOSED,
    on=("INSERT",),
    says="a closed box takes no ballots",
)
refuse_when(
    VoterSlot.__table__,  # type: ignore[arg-type]
    "late",
    CLOSED,
    on=("INSERT", "UPDATE"),
    says="a closed box takes no ballots",
)
refuse_when(
    BallotVoid.__table__,  # type: ignore[arg-type]
    "late",
    "EXISTS (SELECT 1 FROM ballots x JOIN ballot_boxes b ON b.pot_id = x.pot_id"
    " WHERE x.id = {row}.ballot_id AND b.state = 'closed')",
    on=("INSERT",),
    says="nothing is taken out of a closed box",
)
PAPER_ONLY = (
    "EXISTS (SELECT 1 FROM ballot_boxes b WHERE b.pot_id = {row}.pot_id"
    " AND b.web_closed_at IS NOT NULL)"
)
refuse_when(
    Ballot.__table__,  # type: ignore[arg-type]
    "paper_only",
    PAPER_ONLY + " AND {row}.channel <> 'paper'",
    on=("INSERT",),
    says="this box takes paper only",
)
refuse_when(
    VoterSlot.__table__,  # type: ignore[arg-type]
    "paper_only",
    PAPER_ONLY,
    on=("INSERT",),
    says="this box takes paper only",
)
# What the commission takes out leaves its slot; nothing comes into one any more.
refuse_when(
    VoterSlot.__table__,  # type: ignore[arg-type]
    "over",
    PAPER_ONLY + " AND NEW.head_ballot_id IS NOT NULL",
    on=("UPDATE",),
    says="this box takes paper only",
)
refuse_when(
    VoterSlot.__table__,  # type: ignore[arg-type]
    "marked",
    "OLD.paper AND NOT NEW.paper",
    on=("UPDATE",),
    says="who was given a paper stays marked",
)
refuse_when(
    BallotProject.__table__,  # type: ignore[arg-type]
    "frozen",
    "EXISTS (SELECT 1 FROM frozen_rules f JOIN pots p ON p.cycle_id = f.cycle_id"
    " WHERE p.id = {row}.pot_id)",
    on=("INSERT", "UPDATE", "DELETE"),
    says="the paper of this pot is frozen",
)
keep_rows(BallotKey.__table__)  # type: ignore[arg-type]
refuse_when(
    BallotKey.__table__,  # type: ignore[arg-type]
    "same",
    "NEW.cycle_id <> OLD.cycle_id OR NEW.fingerprint <> OLD.fingerprint"
    " OR OLD.destroyed_at IS NOT NULL",
    on=("UPDATE",),
    says="a cycle keeps its key until it is destroyed",
)
