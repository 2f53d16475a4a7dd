"""Reading the counter: who stands there, which bags there are, and how far their sheets are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from civic.accounts.models import Account
from civic.ballots import counter
from civic.ballots.models import Ballot, BallotBox
from civic.ballots.queries import live
from civic.cycles.models import Cycle, Pot
from civic.cycles.queries import voting_of
from civic.electorate.models import RollEntry
from civic.electorate.queries import areas_of_city, confirmed_roll, residency_of
from civic.electorate.rules import Entry
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.polling import rules
from civic.polling.models import PaperBatch, PaperRecheck, PaperSheet

SETTLED = ("accepted", "spoiled")
WITH_POT = (joinedload(Pot.area), joinedload(Pot.cycle).joinedload(Cycle.city))


def account_by_key(national_id_key: bytes) -> Account | None:
    """The person with this national id, if they have an account."""
    return db.session.scalar(select(Account).where(Account.national_id_lookup == national_id_key))


def person_at_counter(national_id_key: bytes, cycle: Cycle) -> rules.Person:
    """What the city knows of a person who stands at the counter, for this question."""
    account = account_by_key(national_id_key)
    home = residency_of(account.id) if account else None
    roll = confirmed_roll(cycle.id) if cycle.needs_roll else None
    found = db.session.get(RollEntry, (roll.id, national_id_key)) if roll else None
    born: date | None = account.birth_date if account else None
    path = home.area.path if home else None
    if found is not None:
        born = found.birth_date
        area = areas_of_city(cycle.city).get(found.area_code)
        path = path or (area.path if area else None)
    entry = Entry(found.alive, found.birth_date, found.area_code) if found else None
    return rules.Person(born, path, roll is not None, entry)


class Offer(NamedTuple):
    """A paper that could be handed out: the pot, every condition, and how the person stands."""

    pot: Pot
    conditions: tuple[rules.Said, ...]
    has_paper: bool
    on_web: bool

    @property
    def refused(self) -> bool:
        """Is a condition against it, or was a paper handed out already?"""
        return self.has_paper or any(c.standing is rules.Standing.NO for c in self.conditions)

    @property
    def to_look_at(self) -> bool:
        """Must the clerk look at papers first?"""
        return any(c.standing is rules.Standing.LOOK for c in self.conditions)


def conditions_for(person: rules.Person, pot: Pot, at: datetime) -> tuple[rules.Said, ...]:
    """Every condition for a paper about one pot."""
    voting = voting_of(pot.cycle)
    opened = local(voting.opens_at if voting else at).date()
    asked = rules.Vote(pot.area.path, pot.cycle.minimum_age, opened, pot.cycle.needs_roll)
    return rules.may_get_paper(person, asked)


def offers(national_id_key: bytes, pots: Iterable[Pot], at: datetime) -> list[Offer]:
    """What the clerk can hand to this person, the pots of their own areas first.

    Pots of other areas are left out where the person's area is known.
    """
    pots = list(pots)
    if not pots:
        return []
    person = person_at_counter(national_id_key, pots[0].cycle)
    near = [p for p in pots if person.home_path and person.home_path.startswith(p.area.path)]
    made = []
    for pot in near or pots:
        slot = counter.slot_of(national_id_key, pot)
        given, head = (slot.paper, slot.head_ballot_id) if slot else (False, None)
        made.append(Offer(pot, conditions_for(person, pot, at), given, head is not None))
    return made


# ── bags ──────────────────────────────────────────────────────────────────────────────────────


class Bag(NamedTuple):
    """A bag with how far its sheets are."""

    batch: PaperBatch
    typed: int
    twice: int
    differing: int
    settled: int
    read_again: int

    @property
    def can_close(self) -> bool:
        """Are all sheets of the bag settled?"""
        return self.batch.state == "open" and self.batch.physical_count == self.settled


def batch(batch_id: UUID) -> PaperBatch | None:
    """A bag with its pot, as it stands now."""
    options = [joinedload(PaperBatch.pot).options(*WITH_POT)]
    return db.session.get(PaperBatch, batch_id, options=options, populate_existing=True)


def bags_of(pot_ids: Sequence[UUID]) -> list[Bag]:
    """The bags of these pots with the state of their sheets, in order."""
    sheet = PaperSheet
    found = (
        select(
            PaperBatch,
            func.count(sheet.id),
            func.count(sheet.clerk2_id),
            func.count(sheet.id).filter(sheet.state == "differs"),
            func.count(sheet.id).filter(sheet.state.in_(SETTLED)),
            func.count(PaperRecheck.sheet_id),
        )
        .outerjoin(sheet, sheet.batch_id == PaperBatch.id)
        .outerjoin(PaperRecheck, PaperRecheck.sheet_id == sheet.id)
        .where(PaperBatch.pot_id.in_(pot_ids))
        .group_by(PaperBatch.id)
        .order_by(PaperBatch.number)
        .options(selectinload(PaperBatch.pot).options(*WITH_POT))
        .execution_options(populate_existing=True)
    )
    return [Bag(*row) for row in db.session.execute(found)]


def bag_of(batch: PaperBatch) -> Bag:
    """One bag with the state of its sheets."""
    return next(bag for bag in bags_of([batch.pot_id]) if bag.batch.id == batch.id)


def with_papers(pots: Sequence[Pot]) -> list[Pot]:
    """The pots about which papers were handed out, or whose box waits for the commission."""
    ids = [pot.id for pot in pots]
    waits = select(BallotBox.pot_id).where(BallotBox.pot_id.in_(ids), BallotBox.at_counter)
    found = set(db.session.scalars(waits))
    return [pot for pot in pots if pot.id in found]


def next_to_decide(actor_id: UUID, batch_id: UUID) -> int | None:
    """The next sheet that was read differently, by two other people."""
    differing = (sheet for sheet in sheets_of(batch_id) if sheet.state == "differs")
    return next((s.serial for s in differing if actor_id not in {s.clerk1_id, s.clerk2_id}), None)


def bag_at(clerk_id: UUID, pot_id: UUID) -> PaperBatch | None:
    """The bag at this clerk's counter into which another sheet fits, held for them."""
    mine = (
        PaperBatch.pot_id == pot_id,
        PaperBatch.clerk_id == clerk_id,
        PaperBatch.physical_count.is_(None),
        PaperBatch.handed < rules.SHEETS_PER_BAG,
    )
    return db.session.scalar(
        select(PaperBatch).where(*mine).order_by(PaperBatch.number).limit(1).with_for_update()
    )


def last_number(pot_id: UUID) -> int:
    """The number of the last bag of a pot, 0 before the first."""
    found = select(func.max(PaperBatch.number)).where(PaperBatch.pot_id == pot_id)
    return db.session.scalar(found) or 0


def hold_box(pot_id: UUID) -> None:
    """Let nobody else begin a bag about this pot until the transaction ends."""
    mine = select(BallotBox.pot_id).where(BallotBox.pot_id == pot_id)
    db.session.execute(mine.with_for_update())


def hold_batch(batch_id: UUID) -> PaperBatch:
    """A bag as it stands now, ours until the transaction ends."""
    held = select(PaperBatch.id).where(PaperBatch.id == batch_id).with_for_update()
    db.session.execute(held)
    found = batch(batch_id)
    if found is None:
        raise LookupError(batch_id)
    return found


def sheet(batch_id: UUID, serial: int) -> PaperSheet | None:
    """A sheet of a bag."""
    pot = joinedload(PaperSheet.batch).joinedload(PaperBatch.pot)
    return db.session.scalar(
        select(PaperSheet)
        .where(PaperSheet.batch_id == batch_id, PaperSheet.serial == serial)
        .options(pot.options(*WITH_POT))
        .execution_options(populate_existing=True)
    )


def sheets_of(batch_id: UUID) -> Sequence[PaperSheet]:
    """The sheets of a bag by their serials."""
    mine = select(PaperSheet).where(PaperSheet.batch_id == batch_id)
    again = mine.order_by(PaperSheet.serial).execution_options(populate_existing=True)
    return db.session.scalars(again).all()


def settled_sheets(batch_id: UUID) -> list[PaperSheet]:
    """The sheets of a bag of which it is known what is on them."""
    return [sheet for sheet in sheets_of(batch_id) if sheet.state in SETTLED]


def last_serial(batch_id: UUID) -> int:
    """The highest serial that was typed from a bag, 0 before the first."""
    found = select(func.max(PaperSheet.serial)).where(PaperSheet.batch_id == batch_id)
    return db.session.scalar(found) or 0


def next_for(clerk_id: UUID, bag: PaperBatch) -> int | None:
    """The next sheet of a bag that this clerk reads: neither by them nor twice read yet."""
    known = {sheet.serial: (sheet.clerk1_id, sheet.clerk2_id) for sheet in sheets_of(bag.id)}
    for serial in range(1, (bag.physical_count or 0) + 1):
        first, second = known.get(serial, (None, None))
        if second is None and first != clerk_id:
            return serial
    return None


def ballots_on_paper(pot_id: UUID) -> int:
    """How many ballots about a pot stand on paper."""
    found = select(func.count()).where(Ballot.pot_id == pot_id, Ballot.channel == "paper", live())
    return db.session.scalar(found.select_from(Ballot)) or 0
