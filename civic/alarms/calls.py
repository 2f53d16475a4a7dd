"""Calling back people whom the lot drew: did they take part? Nothing of their vote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from civic.alarms import queries, showing
from civic.alarms.kinds import Answer
from civic.alarms.models import CallLot, PhoneBack
from civic.alarms.policy import may_call_back
from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.models import Cycle
from civic.cycles.queries import voting_of
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.kernel.roles import Actor
from civic.ledger.queries import last_head


@transactional
def draw_calls(actor: Actor, cycle: Cycle, *, at: datetime) -> CallLot:
    """Draw who is called, once, when nobody can take part any more; again changes nothing.

    The seed is that of ties and the last signed head of the book: whoever marks an invented
    voter during the vote cannot choose a mark that the lot will miss.
    """
    may_call_back.require(actor)
    lot = queries.lot_of(cycle)
    if lot is not None:
        return lot
    voting = voting_of(cycle)
    if voting is None or at < voting.closes_at or queries.a_box_is_open(cycle):
        raise RuleBroken(N_("The lot is drawn when voting is over and every box is closed."))
    people = queries.participations(cycle)
    if not people:
        raise RuleBroken(N_("Nobody took part, so there is nobody to call."))
    seed = _seed(cycle)
    row = {
        "cycle_id": cycle.id, "seed": seed, "people": len(people), "drawn_by_id": actor.id,
        "drawn_at": at,
    }  # fmt: skip
    db.session.execute(insert(CallLot).values(**row))
    called = showing.drawn(people, seed)
    db.session.execute(
        insert(PhoneBack),
        [
            {"cycle_id": cycle.id, "place": place, "participation_id": one}
            for place, one in enumerate(called, start=1)
        ],
    )
    lot = db.session.get_one(CallLot, cycle.id)
    record(actor, Event.CALLS_DRAW, lot, at=at, seed=seed, of=len(people), calls=len(called))
    return lot


def _seed(cycle: Cycle) -> str:
    head = last_head(cycle.id)
    return f"{cycle.tie_seed}:{head.root.hex() if head else ''}:calls"


@transactional
def answer_call(
    actor: Actor, cycle: Cycle, place: int, answer: Answer, *, at: datetime
) -> PhoneBack:
    """Write down whether the person says that they took part; a later call may put it right."""
    may_call_back.require(actor)
    call = queries.call(cycle, place)
    if call is None:
        raise RuleBroken(N_("There is no such call."))
    if call.participation.account_id == actor.id:
        raise RuleBroken(N_("The lot drew you yourself. Somebody else makes this call."))
    call.answer, call.by_id, call.on_day = answer, actor.id, local(at).date()
    return call
