"""Finding cycles, their phases and their pots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.areas.models import Area
from civic.cycles.models import Cycle, FrozenRules, Pot
from civic.kernel.db import db


def running_cycle(at: datetime) -> Cycle | None:
    """The city's own cycle that runs now, else the next to begin, else the last that ended.

    Of two that overlap (one still being delivered, the next collecting ideas) the younger.
    """
    own = (
        select(Cycle)
        .where(Cycle.imported_from.is_(None))
        .order_by(Cycle.created_at.desc(), Cycle.code.desc())
        .options(joinedload(Cycle.city))
    )
    cycles = db.session.scalars(own.limit(10)).all()
    begun = [cycle for cycle in cycles if cycle.phases and cycle.phases[0].opens_at <= at]
    return max(begun, key=lambda c: c.phases[0].opens_at, default=cycles[0] if cycles else None)


def cycle_by_code(code: str) -> Cycle | None:
    """The cycle of this code, with its city."""
    return db.session.scalar(
        select(Cycle).where(Cycle.code == code).options(joinedload(Cycle.city))
    )


def pots_of(cycle: Cycle) -> Sequence[Pot]:
    """The pots of a cycle with their areas, the widest first."""
    found = (
        select(Pot)
        .join(Area, Area.id == Pot.area_id)
        .where(Pot.cycle_id == cycle.id)
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
        .order_by(Area.path)
    )
    return db.session.scalars(found).all()


def pots_for(cycle: Cycle, area: Area) -> Sequence[Pot]:
    """The pots about which a resident of `area` votes: its own and those above it."""
    return [pot for pot in pots_of(cycle) if area.lies_in(pot.area)]


def pot(pot_id: UUID) -> Pot | None:
    """A pot with its area and cycle."""
    return db.session.get(Pot, pot_id, options=[joinedload(Pot.area), joinedload(Pot.cycle)])


def frozen_rules(cycle_id: UUID) -> FrozenRules | None:
    """The rules as they were frozen, once they are."""
    return db.session.get(FrozenRules, cycle_id)
