"""Budget cycles, their phases in time, and the pots of money with their rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    false,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from civic.areas.models import Area
from civic.cycles.kinds import (
    BALLOT_NAMES,
    RULE_NAMES,
    BallotKind,
    Rule,
    Standing,
)
from civic.cycles.phases import PhaseKind
from civic.electorate.kinds import Residence
from civic.electorate.rules import OLDEST_AGE, VoterTerms
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only, refuse_when
from civic.ledger.models import Book
from civic.ledger.queries import ACTS

__all__ = [
    "BALLOT_NAMES", "RULE_NAMES", "BallotKind", "Cycle", "FrozenRules", "Phase", "Pot", "Rule",
    "Standing",
]  # fmt: skip


class Cycle(Model):
    """One run of the scheme in a city; its phases say what can be done when."""

    __tablename__ = "cycles"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    title_en: Mapped[str | None] = mapped_column(String(160))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"))
    tie_seed: Mapped[str] = mapped_column(String(80))
    minimum_age: Mapped[int] = mapped_column(default=0)
    # Above it a date of birth is looked at by people at the counter; 0 asks nobody.
    oldest_age: Mapped[int] = mapped_column(default=OLDEST_AGE, server_default=str(OLDEST_AGE))
    residence: Mapped[Residence] = mapped_column(
        default=Residence.EITHER, server_default=Residence.EITHER.value
    )
    needs_roll: Mapped[bool] = mapped_column(default=False, server_default=false())
    needs_match: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A rehearsal says so on its page and in its frozen rules; only its clock can be moved then.
    standing: Mapped[Standing] = mapped_column(default=Standing.OFFICIAL, server_default="official")
    # Set for elections of other cities that were read from a file: they are history here.
    imported_from: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    # Is a public book on which the votes of this cycle rest in quarantine? So that pages can say
    # it without a question of their own; actions ask again.
    is_paused: Mapped[bool] = column_property(
        select(Book.id)
        .where(or_(Book.id == id, Book.id == ACTS), Book.quarantine.is_not(None))
        .correlate_except(Book)
        .exists()
    )

    city: Mapped[Area] = relationship(lazy="raise")
    phases: Mapped[list[Phase]] = relationship(
        lazy="selectin", order_by="Phase.opens_at", viewonly=True
    )

    @property
    def voter_terms(self) -> VoterTerms:
        """What this cycle asks of its voters, besides their age on the first day of voting."""
        return VoterTerms(
            cycle_key=self.id,
            residence=self.residence,
            needs_roll=self.needs_roll,
            needs_match=self.needs_match,
            oldest_age=self.oldest_age,
        )


class Phase(Model):
    """A span of a cycle, half open: from `opens_at` up to but not including `closes_at`."""

    __tablename__ = "phases"
    __table_args__ = (
        UniqueConstraint("cycle_id", "kind", name="one_phase_of_a_kind"),
        CheckConstraint("closes_at > opens_at", name="phase_ends_after_it_starts"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    kind: Mapped[PhaseKind]
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Pot(Model):
    """The money of one area in a cycle, with the ballot and the rule that decide about it."""

    __tablename__ = "pots"
    __table_args__ = (
        UniqueConstraint("cycle_id", "area_id", name="one_pot_per_area"),
        CheckConstraint("amount > 0", name="a_pot_holds_money"),
        CheckConstraint("max_choices IS NULL OR max_choices >= 1", name="at_least_one_choice"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    amount: Mapped[int]
    ballot_kind: Mapped[BallotKind]
    max_choices: Mapped[int | None]
    rule: Mapped[Rule]
    rule_options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    area: Mapped[Area] = relationship(lazy="raise")
    cycle: Mapped[Cycle] = relationship(lazy="raise")


class FrozenRules(Model):
    """The rules of a cycle as they stood when voting opened: canonical JSON and its hash."""

    __tablename__ = "frozen_rules"

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycles.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime] = mapped_column(UTCDateTime)


# From the first ballot on, the database itself keeps what is voted about. A rehearsal's phases
# may still move, since a demonstration has to get to the end of its voting.
FROZEN = "SELECT 1 FROM frozen_rules f WHERE f.cycle_id = {row}.cycle_id"
OFFICIAL = "SELECT 1 FROM cycles c WHERE c.id = {row}.cycle_id AND c.standing <> 'rehearsal'"
EVERY_CHANGE = ("INSERT", "UPDATE", "DELETE")

append_only(FrozenRules.__table__)  # type: ignore[arg-type]
refuse_when(
    Pot.__table__,  # type: ignore[arg-type]
    "frozen",
    f"EXISTS ({FROZEN})",
    on=EVERY_CHANGE,
    says="the rules of this cycle are frozen",
)
refuse_when(
    Phase.__table__,  # type: ignore[arg-type]
    "frozen",
    f"EXISTS ({FROZEN}) AND EXISTS ({OFFICIAL})",
    on=EVERY_CHANGE,
    says="the dates of this cycle are frozen",
)
refuse_when(
    Cycle.__table__,  # type: ignore[arg-type]
    "frozen",
    "EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = {row}.id) AND ("
    "NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.city_id <> OLD.city_id"
    " OR NEW.tie_seed <> OLD.tie_seed OR NEW.minimum_age <> OLD.minimum_age"
    " OR NEW.standing <> OLD.standing)",
    on=("UPDATE",),
    says="the rules of this cycle are frozen",
)
refuse_when(
    Cycle.__table__,  # type: ignore[arg-type]
    "voters_frozen",
    "EXISTS (SELECT 1 FROM frozen_rules f WHERE f.cycle_id = {row}.id) AND ("
    "NEW.oldest_age <> OLD.oldest_age OR NEW.residence <> OLD.residence"
    " OR NEW.needs_roll <> OLD.needs_roll OR NEW.needs_match <> OLD.needs_match)",
    on=("UPDATE",),
    says="the rules of this cycle are frozen",
)
