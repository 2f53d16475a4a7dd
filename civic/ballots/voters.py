"""The one place where a person meets the box: as a tag that only the cycle's key can make."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import func, select

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
    if account.national_id_lookup is None:
        raise RuleBroken(
            N_("To vote, give your national id first, on the page about your right to vote.")
        )
    return tags_for(pot)(account.national_id_lookup)


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


def receipt_for(account: Account, pot: Pot) -> str | None:
    """The receipt code of the voter's ballot that stands in the box now."""
    ballot = ballot_of(account, pot)
    return ballot.receipt if ballot else None


def voted(account: Account, pots: list[Pot]) -> set[UUID]:
    """About which of these pots the voter's ballot stands in the box, as far as one can know.

    A page can still be read while the key is lost, and after it was destroyed.
    """
    if account.national_id_lookup is None:
        return set()
    found = {pot.cycle_id: keys.found_in_file(pot.cycle_id) for pot in pots}
    mine = account.national_id_lookup
    return queries.voted_among({pot.id: _tags(pot, found[pot.cycle_id])(mine) for pot in pots})


def hold_slot(pot: Pot, tag: bytes) -> VoterSlot:
    """The voter's one slot for this pot, made if need be, and ours until the transaction ends."""
    row = {"pot_id": pot.id, "voter_tag": tag, "paper": False}
    db.session.execute(insert_new(VoterSlot.__table__), [row])
    slot = db.session.get(VoterSlot, (pot.id, tag), with_for_update=True, populate_existing=True)
    if slot is None:
        raise RuleBroken(
            N_("You have already voted in another area in this cycle; each voter has one vote.")
        )
    return slot


def lock_box_shared(pot: Pot) -> None:
    """Keep the box from being closed under us; others may cast beside us."""
    _lock("pg_advisory_xact_lock_shared", pot)


def lock_box(pot: Pot) -> None:
    """Wait for every ballot that is being cast, and let none in until the transaction ends."""
    _lock("pg_advisory_xact_lock", pot)


def _lock(function: str, pot: Pot) -> None:
    # SQLite has one writer at a time, from the beginning of its transaction.
    if on_postgres():
        db.session.execute(select(getattr(func, function)(rules.lock_key(pot.id.bytes))))
