"""Finding two accounts that are joined, or are to be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.accounts.queries import with_grants
from civic.ballots.models import BallotBox, VoterSlot
from civic.cycles.models import Pot
from civic.joining.models import AccountJoin
from civic.kernel.db import db

WITH_PEOPLE = (
    joinedload(AccountJoin.stays), joinedload(AccountJoin.goes), joinedload(AccountJoin.asked_by),
)  # fmt: skip


def joins() -> Select[AccountJoin]:
    """All of them: what waits first, then the youngest."""
    return (
        select(AccountJoin)
        .options(*WITH_PEOPLE)
        .order_by(AccountJoin.state != "asked", AccountJoin.asked_at.desc(), AccountJoin.id)
    )


def join(join_id: UUID) -> AccountJoin | None:
    """One of them, with both people."""
    return db.session.get(AccountJoin, join_id, options=WITH_PEOPLE, populate_existing=True)


def waits_for(accounts: Collection[UUID]) -> bool:
    """Does somebody wait for a decision about one of these accounts?"""
    found = select(AccountJoin.id).where(
        AccountJoin.state == "asked",
        or_(AccountJoin.stays_id.in_(accounts), AccountJoin.goes_id.in_(accounts)),
    )
    return db.session.scalar(found.limit(1)) is not None


def held(accounts: Collection[UUID]) -> dict[UUID, Account]:
    """These accounts as they are now, ours until the transaction ends."""
    found = select(Account).where(Account.id.in_(accounts)).order_by(Account.id)
    locked = (
        found.options(with_grants()).with_for_update().execution_options(populate_existing=True)
    )
    return {account.id: account for account in db.session.scalars(locked)}


def pots_not_closed() -> Sequence[Pot]:
    """The pots whose box is not closed for good, with their areas and cycles."""
    return db.session.scalars(
        select(Pot)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .where(BallotBox.state == "open")
        .options(joinedload(Pot.area), joinedload(Pot.cycle))
        .order_by(Pot.id)
    ).all()


def slots_of(tags: Collection[bytes]) -> dict[bytes, VoterSlot]:
    """Where the voters with these tags stand now, in whatever box; ours until we are done."""
    found = select(VoterSlot).where(VoterSlot.voter_tag.in_(tags)).order_by(VoterSlot.voter_tag)
    locked = found.with_for_update().execution_options(populate_existing=True)
    return {slot.voter_tag: slot for slot in db.session.scalars(locked)}
