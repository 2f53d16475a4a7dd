"""What a press of the button puts into the box, and what it leaves beside it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from civic.accounts.models import Account
from civic.ballots import attempts, eligibility, queries, rules, voters
from civic.ballots.box_facts import IS_OPEN, frozen_paper
from civic.ballots.envelopes import store_ballot
from civic.ballots.models import Ballot, CastKey, VoterSlot
from civic.cycles.models import Pot
from civic.cycles.queries import voting_of
from civic.electorate.actions import refusing_the_joined
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local
from civic.kernel.storing import store, together
from civic.notifications.actions import tell_each_time
from civic.notifications.kinds import Kind


class Press(NamedTuple):
    """A press of the button that may put a ballot into the box."""

    actor: Account
    pot: Pot
    tag: bytes
    key: UUID
    at: datetime


def cast_first(press: Press, choices: Sequence[int]) -> Ballot | None:
    """Put the first ballot of a voter into an open box; nothing where they have a slot already.

    The slot is made with all the rest, in one statement of the database, or nothing is.
    """
    with refusing_the_joined(), together() as block:
        ballot = _put(press, choices)
        block.only_with(
            VoterSlot,
            pot_id=press.pot.id,
            voter_tag=press.tag,
            paper=False,
            head_ballot_id=ballot.id,
        )
        block.only_while(IS_OPEN, box=press.pot.id)
    return ballot if block.stored else None


def cast_again(press: Press, choices: Sequence[int]) -> Ballot:
    """Put a ballot in the place of the one that stands; what this press has cast already stays."""
    pot, tag = press.pot, press.tag
    is_open = queries.box_state(pot.id) == "open"
    slot = voters.hold_slot(pot, tag) if is_open else None
    if (done := queries.ballot_by_key(pot.id, tag, press.key)) is not None:
        return done
    if slot is None:
        # Closed between our question and the lock, while we waited for whoever closed it.
        raise RuleBroken(rules.CLOSED, closes=_closes_at(pot, press.at))
    if slot.paper:
        raise RuleBroken(rules.ON_PAPER)
    with refusing_the_joined(), together():
        ballot = _put(press, choices, replaces=slot.head_ballot_id)
    voters.fill_slot(pot, tag, head_ballot_id=ballot.id)
    return ballot


def _put(press: Press, choices: Sequence[int], *, replaces: UUID | None = None) -> Ballot:
    actor, pot, at = press.actor, press.pot, press.at
    ballot = store_ballot(pot, _checked(choices, pot), _chance(press.key), replaces=replaces)
    store(CastKey, pot_id=pot.id, voter_tag=press.tag, key=press.key, ballot_id=ballot.id)
    attempts.note_vote(actor, pot, replaces, at=at)
    eligibility.mark(actor, pot, local(at).date())
    _tell_what_was_recorded(actor, pot, at=at)
    return ballot


def _checked(choices: Sequence[int], pot: Pot) -> list[int]:
    paper = {line.number: line for line in frozen_paper(pot)}
    return rules.check_choices(choices, paper, queries.limits_of(pot))


def _chance(key: UUID) -> bytes:
    # Half of the chance is ours, half came with the form, where a browser may choose its own.
    return secrets.token_bytes(32) + key.bytes


def _tell_what_was_recorded(actor: Account, pot: Pot, *, at: datetime) -> None:
    if attempts.is_assisted():
        return
    # Told again when a vote is changed: perhaps it was not the voter. No notice points at a ballot.
    tell_each_time(
        actor.id, Kind.BALLOT_RECORDED, at=at,
        link=("ballots.receipt", {"pot_id": pot.id}),
        area=pot.area.called, closes=_closes_at(pot, at),
    )  # fmt: skip


def _closes_at(pot: Pot, at: datetime) -> datetime:
    voting = voting_of(pot.cycle)
    return voting.closes_at if voting else at
