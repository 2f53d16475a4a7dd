"""Who belongs where, and that a person took part; never what they chose."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.areas.models import Area
from civic.electorate.rules import BINDS_FOR
from civic.kernel.db import Model, UTCDateTime
from civic.kernel.roles import N_


class Tie(StrEnum):
    """What ties a person to a neighbourhood."""

    LIVES = "lives"
    WORKS = "works"


TIE_NAMES = {Tie.LIVES: N_("I live here"), Tie.WORKS: N_("I work or study here")}


class Residency(Model):
    """The neighbourhood a person declared as theirs; one at a time."""

    __tablename__ = "residencies"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    tie: Mapped[Tie]
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)

    area: Mapped[Area] = relationship(lazy="raise")


class Participation(Model):
    """That a person took part in a pot's vote, on which day; no hour, and no way to a ballot."""

    __tablename__ = "participations"
    __table_args__ = (UniqueConstraint("account_id", "pot_key", name="one_participation_per_pot"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    # The pot's id; cycles stand above this package, so it is a value and not a foreign key.
    pot_key: Mapped[UUID] = mapped_column(index=True)
    area_id: Mapped[UUID] = mapped_column(ForeignKey("areas.id"), index=True)
    on_day: Mapped[date]
    # Until this day the person cannot declare another neighbourhood: one vote, one place.
    binds_until: Mapped[date] = mapped_column(
        default=lambda context: context.get_current_parameters()["on_day"] + BINDS_FOR
    )

    area: Mapped[Area] = relationship(lazy="raise")
