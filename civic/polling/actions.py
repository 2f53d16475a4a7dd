"""Handing papers out, counting bags, and reading sheets until they are ballots."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from civic.accounts.models import Account
from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import counter, eligibility
from civic.cycles.models import Pot
from civic.cycles.queries import pot_again
from civic.kernel.db import db, transactional
from civic.kernel.i18n import local
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.polling import queries, rules
from civic.polling.models import PaperBatch
from civic.polling.policy import may_serve_counter


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
