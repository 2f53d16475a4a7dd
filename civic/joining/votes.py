"""One person, one vote: what becomes of a vote that was cast with the account that goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from civic.accounts.models import Account
from civic.ballots import book, envelopes, voters
from civic.ballots.models import Ballot, VoterSlot
from civic.ballots.queries import box_states
from civic.cycles.models import Pot
from civic.electorate.models import Participation
from civic.electorate.queries import residency_of
from civic.joining import queries
from civic.joining.rules import Fate, Slot, fate
from civic.kernel.db import db


class Held(NamedTuple):
    """The boxes that nobody casts into while two accounts are joined."""

    pots: Mapping[UUID, Pot]
    # The tags of the account that goes, each with that of the one that stays.
    tags: Mapping[bytes, bytes]


def hold_boxes(stays: Account, goes: Account) -> Held:
    """Wait for every vote that is being cast with the account that goes, and let none begin.

    Its votes lie in boxes of its neighbourhood or, if it moved, where its tags stand.
    """
    if goes.national_id_lookup is None or stays.national_id_lookup is None:
        return Held({}, {})
    pots = queries.pots_not_closed()
    tags = _tags(pots, goes.national_id_lookup, stays.national_id_lookup)
    home = residency_of(goes.id)
    near = {pot.id for pot in pots if home is not None and home.area.lies_in(pot.area)}
    stood = select(VoterSlot.pot_id).where(VoterSlot.voter_tag.in_(tags))
    wanted = near | set(db.session.scalars(stood))
    held = {pot.id: pot for pot in pots if pot.id in wanted}
    # In one order for everybody, so that two who hold several never wait in a circle.
    for pot in held.values():
        voters.lock_box(pot)
    return Held(held, tags)


def _tags(pots: Sequence[Pot], goes: bytes, stays: bytes) -> dict[bytes, bytes]:
    scopes = {(pot.cycle_id, pot.area.level): pot for pot in pots}
    makers = [voters.tags_for(pot) for pot in scopes.values()]
    return {tag(goes): tag(stays) for tag in makers}


def leave_one_vote(held: Held, stays: Account, goes: Account, *, by: tuple[UUID, UUID]) -> None:
    """Let one vote of both stand at each level: the other is taken out, an only one moves."""
    states = box_states(list(held.pots))
    slots = queries.slots_of({*held.tags, *held.tags.values()})
    for going_tag, staying_tag in held.tags.items():
        going, staying = slots.get(going_tag), slots.get(staying_tag)
        pot = held.pots.get(going.pot_id) if going else None
        if going is None or pot is None or states.get(pot.id) not in {"open", "held"}:
            continue
        over = states[pot.id] == "held"
        what = fate(_seen(going), _seen(staying) if staying else None, web_is_over=over)
        if what is Fate.NOTHING:
            continue
        book.insist_sound(pot.cycle)
        ballot = db.session.get_one(Ballot, going.head_ballot_id)
        going.head_ballot_id = None
        db.session.flush()
        if what is Fate.VOID:
            envelopes.void_ballot(ballot, pot, why="merge", by=by)
        else:
            voters.hold_slot(pot, staying_tag)
            voters.fill_slot(pot, staying_tag, head_ballot_id=ballot.id)
            _move_mark(pot.id, stays, goes)


def _seen(slot: VoterSlot) -> Slot:
    return Slot(slot.pot_id, has_ballot=slot.head_ballot_id is not None, on_paper=slot.paper)


def _move_mark(pot_id: UUID, stays: Account, goes: Account) -> None:
    mark = Participation.pot_key == pot_id
    known = select(Participation.id).where(mark, Participation.account_id == stays.id)
    if db.session.scalar(known) is None:
        mine = update(Participation).where(mark, Participation.account_id == goes.id)
        db.session.execute(mine.values(account_id=stays.id))
    db.session.flush()
