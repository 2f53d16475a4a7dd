"""Handing papers out, counting bags, and reading sheets until they are ballots."""

from __future__ import annotations

from datetime import datetime
from secrets import SystemRandom
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from civic.accounts.models import Account
from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import counter, eligibility, voters
from civic.ballots.queries import limits_of, paper, papers_given
from civic.ballots.rules import check_choices
from civic.cycles.models import Pot
from civic.cycles.queries import pot_again
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.polling import assisting, queries, rechecks, rules
from civic.polling.models import PaperBatch, PaperRecheck, PaperSheet
from civic.polling.policy import may_decide_sheet, may_serve_counter, may_sit_in_commission


class Handed(NamedTuple):
    """What the clerk does next: the bag whose stamp goes on the sheet, and what was taken out."""

    batch: PaperBatch
    took_out: bool


@transactional
def hand_out(
    actor: Account, pot: Pot, national_id_key: bytes, *, papers_seen: str | None, at: datetime
) -> Handed:
    """Mark a person as voting on paper, take their vote from the web out, and name the bag.

    Nothing that is written down here names the person but the slot, by its tag.
    """
    may_serve_counter.require(actor, pot.area)
    pot = pot_again(pot.id)
    person = queries.person_at_counter(national_id_key, pot.cycle)
    rules.check_paper(queries.conditions_for(person, pot, at), papers_seen=papers_seen)
    standing = counter.mark_on_paper(pot, national_id_key, at=at)
    batch = _bag_for(actor, pot)
    batch.handed += 1
    _tell_whoever_has_an_account(national_id_key, pot, at=at)
    record(actor, Event.PAPER_HAND, batch, at=at, area_code=pot.area.code, bag=batch.number)
    return Handed(batch, standing is not None)


def _bag_for(actor: Account, pot: Pot) -> PaperBatch:
    """The bag at this counter; a new one when there is none, or when it is full."""
    batch = queries.bag_at(actor.id, pot.id)
    if batch is None:
        queries.hold_box(pot.id)
        number = queries.last_number(pot.id) + 1
        batch = PaperBatch(id=uuid4(), pot_id=pot.id, number=number, clerk_id=actor.id, handed=0)
        db.session.add(batch)
        db.session.flush()
    return batch


def _tell_whoever_has_an_account(national_id_key: bytes, pot: Pot, *, at: datetime) -> None:
    account = queries.account_by_key(national_id_key)
    if account is None:
        return
    eligibility.mark(account, pot, local(at).date())
    tell([account.id], Kind.PAPER_GIVEN, about=pot.id, at=at, area=pot.area.called)


# ── bags and sheets ───────────────────────────────────────────────────────────────────────────


@transactional
def count_bag(
    actor: Account, batch: PaperBatch, *, physical_count: int, seal: str, at: datetime
) -> PaperBatch:
    """Note how many sheets were counted into a bag, and its seal; until it closes it can be mended.

    Raises `RuleBroken` for more than 50, and for fewer than were typed already.
    """
    may_serve_counter.require(actor, batch.pot.area)
    batch = _open_bag(batch.id)
    rules.check_count(physical_count, typed=queries.last_serial(batch.id))
    batch.physical_count, batch.seal = physical_count, seal
    db.session.flush()
    _note(actor, Event.BAG_COUNT, batch, at=at, sheets=physical_count, seal=seal)
    return batch


@transactional
def type_sheet(
    actor: Account, batch: PaperBatch, serial: int, numbers: list[int], *, at: datetime
) -> PaperSheet:
    """Store what a clerk reads from a sheet; with the second reading it is settled, or differs.

    Nobody reads a sheet twice, and nobody is shown what the other one read.
    """
    may_serve_counter.require(actor, batch.pot.area)
    batch = _open_bag(batch.id)
    rules.check_serial(serial, batch.physical_count)
    entry = _checked(batch, numbers)
    sheet = queries.sheet(batch.id, serial)
    if sheet is None:
        sheet = PaperSheet(batch_id=batch.id, serial=serial, entry1=entry, clerk1_id=actor.id)
        db.session.add(sheet)
    elif actor.id in {sheet.clerk1_id, sheet.clerk2_id}:
        raise RuleBroken(rules.READ_BY_YOU, serial=serial)
    elif sheet.clerk2_id is not None:
        raise RuleBroken(rules.READ_TWICE, serial=serial)
    else:
        sheet.entry2, sheet.clerk2_id = entry, actor.id
        sheet.state = "differs" if entry != sheet.entry1 else rules.settled(entry)
    db.session.flush()
    return sheet


@transactional
def decide_sheet(
    actor: Account, sheet: PaperSheet, numbers: list[int], *, at: datetime
) -> PaperSheet:
    """Settle a sheet that two clerks read differently, from the sheet itself."""
    may_decide_sheet.require(actor, sheet)
    batch = _open_bag(sheet.batch_id)
    if sheet.state != "differs":
        raise RuleBroken(N_("This sheet is settled."))
    sheet.entry3, sheet.adjudicator_id = _checked(batch, numbers), actor.id
    sheet.state = rules.settled(sheet.entry3)
    db.session.flush()
    return sheet


@transactional
def close_bag(actor: Account, batch: PaperBatch, *, at: datetime) -> PaperBatch:
    """Let the accepted sheets of a bag become ballots, in an order and a pairing made by chance."""
    may_serve_counter.require(actor, batch.pot.area)
    # The box before the bag, as everywhere; else two counters could wait for each other.
    voters.lock_box_shared(batch.pot)
    batch = _open_bag(batch.id)
    sheets = queries.settled_sheets(batch.id)
    rules.check_whole(batch.physical_count, len(sheets))
    accepted = [sheet for sheet in sheets if sheet.state == "accepted"]
    queries.hold_box(batch.pot_id)
    rules.check_given(
        queries.ballots_on_paper(batch.pot_id) + len(accepted), papers_given(batch.pot_id)
    )
    ballots = counter.take_paper_in(
        batch.pot, [rules.numbers_in(sheet.accepted_entry) for sheet in accepted]
    )
    SystemRandom().shuffle(ballots)
    for sheet, ballot in zip(accepted, ballots, strict=True):
        sheet.ballot_id = ballot.id
    db.session.flush()
    batch.state = "closed"
    db.session.flush()
    spoiled = len(sheets) - len(accepted)
    _note(actor, Event.BAG_CLOSE, batch, at=at, accepted=len(accepted), spoiled=spoiled)
    return batch


@transactional
def read_again(
    actor: Account, batch: PaperBatch, serial: int, numbers: list[int], *, at: datetime
) -> PaperRecheck:
    """Store what the commission reads from a sheet of a closed bag, without seeing what stands."""
    may_sit_in_commission.require(actor, batch.pot.area)
    sheet = queries.sheet(batch.id, serial)
    if sheet is None or batch.state != "closed":
        raise RuleBroken(N_("Only the sheets of closed bags are read again."))
    if actor.id in {sheet.clerk1_id, sheet.clerk2_id}:
        raise RuleBroken(rules.READ_BY_YOU, serial=serial)
    if db.session.get(PaperRecheck, sheet.id) is not None:
        raise RuleBroken(rules.READ_TWICE, serial=serial)
    entry = _checked(batch, numbers)
    recheck = PaperRecheck(sheet_id=sheet.id, entry=entry, by_id=actor.id)
    db.session.add(recheck)
    db.session.flush()
    return recheck


@transactional
def finish_paper(actor: Account, pot: Pot, *, at: datetime) -> None:
    """Close the box of a pot whose sheets are all in, after the lot and the stop rule.

    Sheets that were read otherwise are put right first: by whoever read them again and the actor,
    two different people.
    """
    may_sit_in_commission.require(actor, pot.area)
    voters.lock_box(pot)
    if assisting.is_questioned(pot):
        raise RuleBroken(N_("A batch of assisted votes still waits for its second person."))
    state = rechecks.standing_of(pot)
    rechecks.check_finished(state)
    for sheet, recheck in state.differing:
        if recheck.by_id == actor.id:
            raise RuleBroken(rules.NOT_THE_SAME)
        rechecks.correct(sheet, recheck, pot, by=actor.id)
        _note(actor, Event.SHEET_CORRECT, sheet.batch, at=at, serial=sheet.serial)
    counter.close_held_box(actor, pot, at=at)


def _open_bag(batch_id: UUID) -> PaperBatch:
    batch = queries.hold_batch(batch_id)
    if batch.state != "open":
        raise RuleBroken(N_("This bag is closed; its sheets are ballots now."))
    return batch


def _checked(batch: PaperBatch, numbers: list[int]) -> str:
    """The entry in its one spelling; refused where such a sheet could not be valid."""
    if not numbers:
        return rules.SPOILED
    lines = {line.number: line for line in paper(batch.pot)}
    try:
        return rules.as_entry(check_choices(numbers, lines, limits_of(batch.pot)))
    except RuleBroken as error:
        raise RuleBroken(error.message, field="entry", **error.params) from None


def _note(actor: Account, event: Event, batch: PaperBatch, *, at: datetime, **details: Any) -> None:
    code = batch.pot.area.code
    record(actor, event, batch, at=at, area_code=code, bag=batch.number, **details)
