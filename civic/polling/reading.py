"""Three ways to read sheets: twice by clerks, by a third person, again by the commission."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from civic.accounts.models import Account
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.text import latin_digits
from civic.polling import actions, queries, rechecks
from civic.polling.models import PaperBatch
from civic.polling.policy import may_see_bags, may_serve_counter, may_sit_in_commission


class Left(NamedTuple):
    """The next sheet that a person can read in each of the three ways, if any."""

    type: int | None
    decide: int | None
    again: int | None


def left_for(actor: Account, batch: PaperBatch) -> Left:
    """What is left to read in a bag for this person."""
    here = batch.pot.area
    clerk, commission = may_serve_counter(actor, here), may_sit_in_commission(actor, here)
    is_open = batch.state == "open"
    return Left(
        next_serial("type", actor, batch) if clerk and is_open else None,
        next_serial("decide", actor, batch) if (clerk or commission) and is_open else None,
        next_serial("again", actor, batch) if commission and not is_open else None,
    )


def may_read(task: str) -> Any:
    """Who may do a task at all; the actions ask again about the sheet."""
    return {"type": may_serve_counter, "decide": may_see_bags, "again": may_sit_in_commission}[task]


def next_serial(task: str, actor: Account, batch: PaperBatch) -> int | None:
    """The next sheet of a task for this person."""
    if task == "type":
        return queries.next_for(actor.id, batch)
    if task == "again":
        return rechecks.next_again(batch) if rechecks.is_drawn(batch) else None
    return queries.next_to_decide(actor.id, batch.id)


def serial_of(typed: str | None) -> int:
    """The serial that the page sent back."""
    digits = latin_digits(typed or "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3):
        raise RuleBroken(N_("This form is no longer valid. Please read the sheet again."))
    return int(digits)


def store(
    task: str, actor: Account, batch: PaperBatch, serial: int, numbers: list[int], *, at: datetime
) -> None:
    """Store one reading."""
    if task == "type":
        actions.type_sheet(actor, batch, serial, numbers, at=at)
    elif task == "again":
        actions.read_again(actor, batch, serial, numbers, at=at)
    else:
        sheet = queries.sheet(batch.id, serial)
        if sheet is None:
            raise NotHere(N_("There is no such sheet."))
        actions.decide_sheet(actor, sheet, numbers, at=at)
