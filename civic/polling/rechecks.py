"""The bags that the lot draws are read again; what differs is put right, or stops the count."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from civic.ballots import counter
from civic.ballots.models import Ballot, Opening
from civic.ballots.queries import box_state
from civic.cycles.models import Pot
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.polling import queries, rules
from civic.polling.models import PaperBatch, PaperRecheck, PaperSheet


class Standing(NamedTuple):
    """How far the paper of a pot is on its way into the count."""

    box: str | None
    bags: list[queries.Bag]
    drawn: list[PaperBatch]
    sheets_again: int
    read_again: int
    differing: list[tuple[PaperSheet, PaperRecheck]]
    stopped: bool

    @property
    def all_closed(self) -> bool:
        """Are all bags closed?"""
        return all(bag.batch.state == "closed" for bag in self.bags)

    @property
    def done(self) -> bool:
        """Can the box be closed?"""
        return self.box == "held" and self.all_closed and self.read_again == self.sheets_again


def standing_of(pot: Pot) -> Standing:
    """The bags of a pot, which of them are read again, and what came of it.

    The lot is drawn when the last bag is closed, and not before: it comes from the public seed and
    the codes of all sheets in the book, so that nobody can know it while sheets are typed.
    """
    bags = queries.bags_of([pot.id])
    batches = [bag.batch for bag in bags]
    closed = bool(bags) and all(batch.state == "closed" for batch in batches)
    read = _read_again(pot.id) if closed else []
    differing = [(sheet, again) for sheet, again in read if again.entry != sheet.accepted_entry]
    stopped = rules.must_stop(len(read), len(differing))
    drawn = _drawn(pot, batches) if closed and not stopped else batches if closed else []
    ids = {batch.id for batch in drawn}
    return Standing(
        box=box_state(pot.id),
        bags=bags,
        drawn=drawn,
        sheets_again=sum(bag.settled for bag in bags if bag.batch.id in ids),
        read_again=sum(bag.read_again for bag in bags if bag.batch.id in ids),
        differing=differing,
        stopped=stopped,
    )


def _drawn(pot: Pot, batches: list[PaperBatch]) -> list[PaperBatch]:
    on_paper = select(Ballot.commitment).where(Ballot.pot_id == pot.id, Ballot.channel == "paper")
    codes = b"".join(sorted(db.session.scalars(on_paper)))
    seed = f"{pot.cycle.tie_seed}:{hashlib.sha256(codes).hexdigest()}"
    key = {batch.id: f"{pot.area.code}/{batch.number}" for batch in batches}
    drawn = set(rules.drawn(key, key, seed))
    return [batch for batch in batches if batch.id in drawn]


def _read_again(pot_id: UUID) -> list[tuple[PaperSheet, PaperRecheck]]:
    found = (
        select(PaperSheet, PaperRecheck)
        .join(PaperRecheck, PaperRecheck.sheet_id == PaperSheet.id)
        .join(PaperBatch, PaperBatch.id == PaperSheet.batch_id)
        .where(PaperBatch.pot_id == pot_id)
        .order_by(PaperBatch.number, PaperSheet.serial)
        .options(joinedload(PaperSheet.batch).joinedload(PaperBatch.pot).options(*queries.WITH_POT))
        .execution_options(populate_existing=True)
    )
    return [(sheet, again) for sheet, again in db.session.execute(found)]


def is_drawn(batch: PaperBatch) -> bool:
    """Is a bag to be read again, by the lot or because all are?"""
    return batch.id in {one.id for one in standing_of(batch.pot).drawn}


def next_again(batch: PaperBatch) -> int | None:
    """The next sheet of a drawn bag that nobody of the commission has read."""
    found = (
        select(PaperSheet.serial)
        .outerjoin(PaperRecheck, PaperRecheck.sheet_id == PaperSheet.id)
        .where(PaperSheet.batch_id == batch.id, PaperRecheck.sheet_id.is_(None))
    )
    return db.session.scalar(found.order_by(PaperSheet.serial).limit(1))


def check_finished(state: Standing) -> None:
    """Refuse to close a box while a bag is open, or a drawn sheet was not read again."""
    if not state.all_closed:
        raise RuleBroken(N_("A bag is not closed yet. The box closes when all sheets are in."))
    if state.read_again != state.sheets_again:
        raise RuleBroken(
            N_("%(n)s sheets still have to be read again before the box closes."),
            n=state.sheets_again - state.read_again,
        )


def correct(sheet: PaperSheet, recheck: PaperRecheck, pot: Pot, *, by: UUID) -> None:
    """Put right what a sheet counts for; its bag was read again as a whole.

    Which ballot came from the sheet nobody knows; one of the same bag with the same choice is taken
    out, which is the same for the count.
    """
    wanted = rules.numbers_in(recheck.entry)
    holder = _holder_of(sheet) if sheet.state == "accepted" else None
    fresh = counter.take_paper_in(pot, [wanted])[0].id if wanted else None
    if holder is not None and holder.ballot_id is not None:
        old = db.session.get_one(Ballot, holder.ballot_id)
        counter.take_out(old, pot, by=(recheck.by_id, by))
        freed, holder.ballot_id = sheet.ballot_id if holder is not sheet else None, None
        sheet.ballot_id = None
        sheet.state = "accepted" if wanted else "spoiled"
        db.session.flush()
        if holder is not sheet:
            holder.ballot_id = freed
            db.session.flush()
    sheet.state, sheet.ballot_id = ("accepted", fresh) if wanted else ("spoiled", None)
    db.session.flush()


def _holder_of(sheet: PaperSheet) -> PaperSheet:
    """The sheet of the same bag whose ballot says what was held to stand on this one."""
    said = rules.numbers_in(sheet.accepted_entry)
    found = (
        select(PaperSheet, Opening.choices)
        .join(Opening, Opening.ballot_id == PaperSheet.ballot_id)
        .where(PaperSheet.batch_id == sheet.batch_id)
        .order_by(PaperSheet.ballot_id)
    )
    return next(held for held, choices in db.session.execute(found) if choices == said)
