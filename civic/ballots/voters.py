"""The one place where a person meets the box: as a tag that only the cycle's key can make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from civic.accounts.models import Account
from civic.ballots import keys, queries, rules
from civic.ballots.models import Ballot, VoterSlot
from civic.cycles.models import Pot
from civic.kernel import crypto
from civic.kernel.db import db, insert_new, on_postgres
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_


def tag_of(account: Account, pot: Pot) -> bytes:
    """The voter's pseudonym for all pots of this level in this cycle.

    It comes from the national id, not from the account: a second account makes no second vote.
    """
    return tags_for(pot)(_national_id_of(account))


def tag_with(account: Account, pot: Pot, key: bytes | None) -> bytes:
    """The same, by whoever has looked after the key of this vote already."""
    return _tags(pot, key)(_national_id_of(account))


def _national_id_of(account: Account) -> bytes:
    if account.national_id_lookup is None:
        raise RuleBroken(
            N_("To vote, give your national id first, on the page about your right to vote.")
        )
    return account.national_id_lookup


def tags_for(pot: Pot) -> Callable[[bytes], bytes]:
    """What makes a tag of a person's look-up key, with the key of this vote read once.

    Raises `RuleBroken` where the key is lost, `NotHere` once it was destroyed.
    """
    return _tags(pot, keys.key_of(pot.cycle_id))


def _tags(pot: Pot, key: bytes | None) -> Callable[[bytes], bytes]:
    scope = f"{pot.cycle_id}:{pot.area.level}"
    return lambda national_id_lookup: crypto.voter_tag(scope, national_id_lookup, key)


def ballot_of(account: Account, pot: Pot) -> Ballot | None:
    """The voter's ballot that stands in the box now."""
    if account.national_id_lookup is None:
        return None
    return queries.head_of(pot.id, tag_of(account, pot))


def cast_before(account: Account, pot: Pot, press: UUID) -> Ballot | None:
    """What this press of the button has cast already; nothing where that cannot be known."""
    with suppress(RuleBroken, NotHere):
        return queries.ballot_by_key(pot.id, tag_of(account, pot), press)
    return None


def tags_as_known(account: Account, pots: Sequence[Pot]) -> dict[UUID, bytes]:
    """The person's tag for each of these pots, by pot, as far as one can know.

    For pages, which can still be read while the key is lost and after it was destroyed: with
    another key than that of the vote a tag meets nobody.
    """
    mine = account.national_id_lookup
    if mine is None:
        return {}
    return {pot.id: _tags(pot, keys.found_in_file(pot.cycle_id))(mine) for pot in pots}


class Slot(NamedTuple):
    """What a slot held when we took hold of it."""

    head_ballot_id: UUID | None
    paper: bool


def hold_slot(pot: Pot, tag: bytes) -> Slot:
    """The voter's one slot for this pot, made if need be, and ours until the transaction ends."""
    row = {"pot_id": pot.id, "voter_tag": tag, "paper": False}
    # A first vote needs no more. To lock a slot that is there in the same statement would name one
    # of the two constraints, and presses at the same moment then wait for each other at both.
    held = db.session.execute(insert_new(_slots, *_HOLDS), row).one_or_none()
    if held is None:
        of_voter = {"in_pot": pot.id, "of_voter": tag}
        held = db.session.execute(_LOCK_SLOT, of_voter).one_or_none()
    if held is None:
        raise RuleBroken(
            N_("You have already voted in another area in this cycle; each voter has one vote.")
        )
    return Slot(*held)


def fill_slot(pot: Pot, tag: bytes, *, head_ballot_id: UUID | None, paper: bool = False) -> None:
    """Let a slot that we hold say what stands for its voter now."""
    now = {"now_head": head_ballot_id, "now_paper": paper, "in_pot": pot.id, "of_voter": tag}
    db.session.execute(_FILL_SLOT, now)


_slots = VoterSlot.__table__
_HOLDS = (_slots.c.head_ballot_id, _slots.c.paper)
_IT = (_slots.c.pot_id == bindparam("in_pot"), _slots.c.voter_tag == bindparam("of_voter"))
_LOCK_SLOT = select(*_HOLDS).where(*_IT).with_for_update()
_FILL_SLOT = (
    update(_slots)  # type: ignore[arg-type]
    .where(*_IT)
    .values(head_ballot_id=bindparam("now_head"), paper=bindparam("now_paper"))
)


_SHARED, _ALONE = (
    f"SELECT {name}(%s)" for name in ("pg_advisory_xact_lock_shared", "pg_advisory_xact_lock")
)


def lock_box_shared(pot: Pot) -> None:
    """Keep the box from being closed under us; others may cast beside us."""
    _lock(_SHARED, pot)


def lock_box(pot: Pot) -> None:
    """Wait for every ballot that is being cast, and let none in until the transaction ends."""
    _lock(_ALONE, pot)


def _lock(lock: str, pot: Pot) -> None:
    # SQLite has one writer at a time, from the beginning of its transaction.
    if on_postgres():
        # In the words of the driver: there is nothing to be made of it, and every vote says it.
        db.session.connection().exec_driver_sql(lock, (rules.lock_key(pot.id.bytes),))
