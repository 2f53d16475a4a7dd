"""How a person stands with the boxes of a vote: has voted, or was given a paper at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from civic.accounts.models import Account
from civic.ballots import voters
from civic.ballots.models import VoterSlot
from civic.cycles.models import Pot
from civic.kernel.db import db


class Standing(NamedTuple):
    """About which pots a ballot of the person stands, and about which they vote on paper."""

    voted: frozenset[UUID] = frozenset()
    on_paper: frozenset[UUID] = frozenset()


def standing_of(account: Account, pots: Sequence[Pot]) -> Standing:
    """What the boxes know of a person, asked for all pots at once and as far as one can know.

    Pages say it before somebody chooses in vain. A page can still be read while the key is lost,
    and after it was destroyed: then nothing is known.
    """
    tags = voters.tags_as_known(account, pots)
    if not tags:
        return Standing()
    slots = select(VoterSlot.pot_id, VoterSlot.head_ballot_id, VoterSlot.paper)
    mine_only = slots.where(VoterSlot.voter_tag.in_(tags.values()), VoterSlot.pot_id.in_(tags))
    found = db.session.execute(mine_only).all()
    return Standing(
        frozenset(slot.pot_id for slot in found if slot.head_ballot_id is not None),
        frozenset(slot.pot_id for slot in found if slot.paper),
    )
