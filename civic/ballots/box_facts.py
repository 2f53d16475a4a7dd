"""All that a cast asks about its box: in one statement, and what never changes only once."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from civic.accounts.models import Account
from civic.areas.models import Area
from civic.ballots import keys, rules
from civic.ballots.models import BallotBox, BallotKey, BallotProject
from civic.ballots.queries import STATE
from civic.cycles import queries as cycles
from civic.cycles.kinds import Standing
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.electorate.facts import Home
from civic.electorate.models import Residency, Tie
from civic.kernel.db import db, on_postgres
from civic.kernel.errors import RuleBroken
from civic.ledger.models import Book
from civic.ledger.queries import ACTS

# What a box has to be in the very statement that puts a ballot into it.
IS_OPEN = exists(
    select(BallotBox.pot_id).where(
        BallotBox.pot_id == bindparam("box", type_=Uuid), STATE == "open"
    )
)


class BoxNow(NamedTuple):
    """A box at this moment: when its voting is, its state, its key, the doubt about the books."""

    opens_at: datetime
    closes_at: datetime
    state: str | None
    quarantine: str | None
    fingerprint: str | None
    key_destroyed_at: datetime | None
    # The clock of the database, where it has one of its own, once nobody could close the box.
    clock: datetime | None
    # Where the person belongs who stands before it.
    path: str | None
    tie: Tie | None
    kind: PhaseKind = PhaseKind.VOTING

    @property
    def home(self) -> Home | None:
        """Where the person belongs, as far as a right to vote asks."""
        return Home(self.path, self.tie) if self.path and self.tie else None

    def key_of(self, pot: Pot) -> bytes | None:
        """The key of the vote about a pot, see `keys.key_of`."""
        return keys.key_behind(pot.cycle_id, self.fingerprint, self.key_destroyed_at)


def box_now(pot: Pot, voter: Account) -> BoxNow:
    """The box of a pot for a voter, and from now on nobody can close it beside us.

    Who had to wait until somebody has closed it may still read here that it is open: the state is
    of the moment at which we asked. So it is asked again by what stores a ballot, see `IS_OPEN`.
    Raises `RuleBroken` where there is no voting.
    """
    asked = _box_now(db.engine.dialect.name)
    named: dict[str, Any] = {"pot": pot.id, "cycle": pot.cycle_id, "voter": voter.id}
    if on_postgres():
        named["lock"] = rules.lock_key(pot.id.bytes)
    row = db.session.connection().execute(asked, named).first()
    if row is None:
        raise RuleBroken(rules.NO_VOTING)
    return BoxNow(*row)


@cache
def _box_now(engine: str) -> Select[Any]:
    pot, cycle, voter = (bindparam(name, type_=Uuid) for name in ("pot", "cycle", "voter"))
    clock = _clock_behind_lock() if engine == "postgresql" else null()
    books = or_(Book.id == cycle, Book.id == ACTS)
    doubt = select(func.max(Book.quarantine)).where(books).scalar_subquery()
    box = (Phase.opens_at, Phase.closes_at, STATE, doubt)
    return (
        select(*box, BallotKey.fingerprint, BallotKey.destroyed_at, clock, Area.path, Residency.tie)
        .select_from(Phase)
        .outerjoin(BallotBox, BallotBox.pot_id == pot)
        .outerjoin(BallotKey, BallotKey.cycle_id == Phase.cycle_id)
        .outerjoin(Residency, Residency.account_id == voter)
        .outerjoin(Area, Area.id == Residency.area_id)
        .where(Phase.cycle_id == cycle, Phase.kind == PhaseKind.VOTING)
    )


def _clock_behind_lock() -> ColumnElement[Any]:
    # A CASE is worked out in its order: the lock first, and the clock once it is ours.
    lock = func.pg_advisory_xact_lock_shared(bindparam("lock", type_=BigInteger))
    return case((sql_cast(lock, Text).is_not(None), func.clock_timestamp()))


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


def pot_to_vote(pot_id: UUID) -> Pot | None:
    """A pot with its area and cycle, to be read by whoever casts.

    Once the rules of an official cycle are frozen, the database refuses to change its pots, its
    dates and its terms: so each process reads them once. What may change all the same, whether
    voting is paused above all, is asked for with `box_now`.
    """
    kept: dict[UUID, Pot] = current_app.extensions.setdefault("pots", {})
    if (found := kept.get(pot_id)) is not None:
        return found
    found = cycles.pot(pot_id)
    if found is not None and _is_settled(found.cycle):
        kept[pot_id] = _apart(found)
    return found


def _is_settled(cycle: Cycle) -> bool:
    # The dates of a rehearsal may still be moved.
    return cycle.standing is Standing.OFFICIAL and cycles.frozen_rules(cycle.id) is not None


def _apart(pot: Pot) -> Pot:
    """A copy in a session of its own that knows no database: there is nothing it could write."""
    alone = Session()
    copy = alone.merge(pot, load=False)
    phases = [alone.merge(phase, load=False) for phase in pot.cycle.phases]
    set_committed_value(copy, "area", alone.merge(pot.area, load=False))
    set_committed_value(copy, "cycle", alone.merge(pot.cycle, load=False))
    set_committed_value(copy.cycle, "phases", phases)
    return copy


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
