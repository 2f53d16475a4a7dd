"""All that a cast asks about its box: in one statement, and what never changes only once."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import func, null, select

from civic.ballots.models import BallotBox, BallotProject
from civic.ballots.queries import STATE
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db, on_postgres
from civic.ledger.models import Book
from civic.ledger.queries import ACTS


class BoxNow(NamedTuple):
    """A box at this moment: when its voting is, its state, and the doubt about the books."""

    opens_at: datetime
    closes_at: datetime
    state: str | None
    quarantine: str | None
    # The clock of the database, where it has one of its own.
    clock: datetime | None
    kind: PhaseKind = PhaseKind.VOTING


def box_now(pot: Pot) -> BoxNow | None:
    """The box of a pot at this moment; nothing where there is no voting."""
    clock = func.clock_timestamp() if on_postgres() else null()
    books = Book.id.in_((pot.cycle_id, ACTS))
    doubt = select(func.max(Book.quarantine)).where(books).scalar_subquery()
    found = (
        select(Phase.opens_at, Phase.closes_at, STATE, doubt, clock)
        .select_from(Phase)
        .outerjoin(BallotBox, BallotBox.pot_id == pot.id)
        .where(Phase.cycle_id == pot.cycle_id, Phase.kind == PhaseKind.VOTING)
    )
    row = db.session.execute(found).first()
    return BoxNow(*row) if row else None


def opened_meanwhile(pot: Pot) -> bool:
    """Wait for whoever opens the boxes of this cycle just now; is ours open then?

    When voting begins, many come in the same second. The lock is given back at once where the
    box is open: nobody has to wait until the vote of the one before is cast.
    """
    if not on_postgres():
        return False  # one writer at a time: there is nobody to wait for
    connection = db.session.connection()
    waiting = connection.begin_nested()
    hold_id = select(Cycle.id).where(Cycle.id == pot.cycle_id).with_for_update()
    connection.execute(hold_id)
    is_open = select(BallotBox.pot_id).where(BallotBox.pot_id == pot.id)
    found = connection.scalar(is_open) is not None
    if found:
        waiting.rollback()
    else:
        waiting.commit()
    return found


class FrozenLine(NamedTuple):
    """A project on a paper that cannot change any more."""

    number: int
    title: str
    cost: int


def frozen_paper(pot: Pot) -> tuple[FrozenLine, ...]:
    """What can be chosen about a pot whose box is open, read once in each process.

    The database refuses to change a paper whose rules are frozen, so it never grows old.
    """
    kept: dict[UUID, tuple[FrozenLine, ...]] = current_app.extensions.setdefault("papers", {})
    if pot.id not in kept:
        lines = db.session.execute(
            select(BallotProject.number, BallotProject.title, BallotProject.cost)
            .where(BallotProject.pot_id == pot.id)
            .order_by(BallotProject.number)
        )
        kept[pot.id] = tuple(FrozenLine(*line) for line in lines)
    return kept[pot.id]
