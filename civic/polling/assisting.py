"""Voting with the help of an ambassador: paced, told to the voter, and held apart by the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import counter
from civic.ballots.actions import cast_ballot
from civic.ballots.attempts import assisted_by
from civic.ballots.models import Ballot
from civic.ballots.queries import box_state, live
from civic.cycles.models import Pot
from civic.cycles.queries import pots_for, running_cycle, voting_of
from civic.electorate.queries import residency_of
from civic.kernel.db import db, insert_new, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_, local
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.polling import queries, rules
from civic.polling.models import (
    AssistantHour,
    AssistedBallot,
    AssistedBatch,
    AssistedSession,
    AssistedVote,
)
from civic.polling.policy import may_assist, may_sit_in_commission

NOT_NOW = N_("Batches are decided about after voting on the web has ended, and before the count.")


def check_pace(actor: Account, at: datetime) -> None:
    """Refuse another session to whom helped as many as one person honestly can."""
    now = local(at)
    mine = (AssistantHour.assistant_id == actor.id, AssistantHour.on_day == now.date())
    in_day = db.session.scalar(select(func.sum(AssistantHour.sessions)).where(*mine)) or 0
    in_hour = db.session.scalar(
        select(AssistantHour.sessions).where(*mine, AssistantHour.hour == now.hour)
    )
    rules.check_pace(in_hour or 0, int(in_day))


@transactional
def open_session(
    actor: Account, voter: Account, *, place: str, device: str, at: datetime
) -> AssistedSession:
    """Note that an ambassador helps a person, who has read out the code from their own phone."""
    may_assist.require(actor)
    if voter.id == actor.id:
        raise RuleBroken(N_("Nobody helps themselves; vote on your own page."))
    home = residency_of(voter.id)
    if home is None:
        raise RuleBroken(N_("This person has not chosen a neighbourhood yet, and does it first."))
    may_assist.require(actor, home.area)
    now = local(at)
    # Begun first, so that two at once wait for each other and share what is left.
    _begin_hour(actor.id, now.date(), now.hour)
    check_pace(actor, at)
    _count_one(actor.id, now.date(), now.hour)
    made = {"id": uuid4(), "assistant_id": actor.id, "account_id": voter.id,
            "on_day": now.date(), "place": place, "device": device}  # fmt: skip
    db.session.execute(insert(AssistedSession).values(**made))
    return db.session.get_one(AssistedSession, made["id"])


def _begin_hour(assistant_id: UUID, on_day: date, hour: int) -> None:
    here = {"assistant_id": assistant_id, "on_day": on_day, "hour": hour}
    db.session.execute(insert_new(AssistantHour.__table__), [{**here, "sessions": 0}])
    db.session.execute(select(AssistantHour.sessions).filter_by(**here).with_for_update())


def _count_one(assistant_id: UUID, on_day: date, hour: int) -> None:
    mine = (AssistantHour.assistant_id == assistant_id, AssistantHour.on_day == on_day)
    one_more = update(AssistantHour).where(*mine, AssistantHour.hour == hour)
    db.session.execute(one_more.values(sessions=AssistantHour.sessions + 1))


def session_by_id(session_id: UUID) -> AssistedSession:
    """An assisted session."""
    return db.session.get_one(AssistedSession, session_id)


def pots_of(session: AssistedSession, at: datetime) -> list[tuple[Pot, bool]]:
    """The pots about which the person of a session votes, and whether that is done."""
    cycle, home = running_cycle(at), residency_of(session.account_id)
    if cycle is None or home is None:
        return []
    mine = select(AssistedVote.pot_id).where(AssistedVote.session_id == session.id)
    done = set(db.session.scalars(mine))
    return [(pot, pot.id in done) for pot in pots_for(cycle, home.area)]


@transactional
def cast_assisted(
    actor: Account,
    session: AssistedSession,
    pot: Pot,
    choices: Sequence[int],
    *,
    key: UUID,
    at: datetime,
) -> None:
    """Cast the vote of the person of a session; the ballot knows its batch, never the session."""
    may_assist.require(actor)
    if session.assistant_id != actor.id or session.on_day != local(at).date():
        raise RuleBroken(N_("This session is over. Begin a new one with the person."))
    voted = {"session_id": session.id, "pot_id": pot.id}
    if db.session.get(AssistedVote, (session.id, pot.id)) is not None:
        raise RuleBroken(N_("The vote about this pot was cast in this session already."))
    voter = db.session.get_one(Account, session.account_id)
    with assisted_by(actor.id):
        ballot = cast_ballot(voter, pot, choices, key=key, form_opened_at=at, at=at)
    db.session.execute(insert(AssistedVote).values(**voted))
    batch_id = _batch_for(actor.id, pot, session.on_day)
    db.session.execute(insert(AssistedBallot).values(ballot_id=ballot.id, batch_id=batch_id))
    counter.keep_for_the_counter(pot)
    voting = voting_of(pot.cycle)
    tell(
        [voter.id], Kind.BALLOT_ASSISTED, about=f"{session.id}:{pot.id}", at=at,
        link=("ballots.receipt", {"pot_id": pot.id}),
        place=session.place, closes=voting.closes_at if voting else at,
    )  # fmt: skip


def _batch_for(assistant_id: UUID, pot: Pot, on_day: date) -> UUID:
    here = {"pot_id": pot.id, "assistant_id": assistant_id, "on_day": on_day}
    db.session.execute(insert_new(AssistedBatch.__table__), [{"id": uuid4(), **here}])
    return db.session.scalars(select(AssistedBatch.id).filter_by(**here)).one()


# ── what the commission decides ───────────────────────────────────────────────────────────────


class Unit(NamedTuple):
    """Batches that are decided about together, and how many of their votes stand."""

    batches: list[AssistedBatch]
    votes: int

    @property
    def first(self) -> AssistedBatch:
        """The batch that stands for all of them."""
        return self.batches[0]


def units_of(pot: Pot) -> list[Unit]:
    """The batches of a pot as they are decided about: those under ten together with others."""
    found = (
        select(AssistedBatch, func.count(Ballot.id))
        .outerjoin(AssistedBallot, AssistedBallot.batch_id == AssistedBatch.id)
        .outerjoin(Ballot, (Ballot.id == AssistedBallot.ballot_id) & live())
        .where(AssistedBatch.pot_id == pot.id)
        .group_by(AssistedBatch.id)
        .order_by(AssistedBatch.assistant_id, AssistedBatch.on_day)
        .execution_options(populate_existing=True)
    )
    rows = [(batch, votes) for batch, votes in db.session.execute(found)]
    known, sizes = {b.id: b for b, _ in rows}, {b.id: _size(b.id) for b, _ in rows}
    votes = {batch.id: count for batch, count in rows}
    return [
        Unit([known[one] for one in group], sum(votes[one] for one in group))
        for group in rules.merged(sizes)
    ]


def _size(batch_id: UUID) -> int:
    # All that were ever in it: how batches are joined does not change with a decision.
    mine = select(func.count()).where(AssistedBallot.batch_id == batch_id)
    return db.session.scalar(mine.select_from(AssistedBallot)) or 0


def is_questioned(pot: Pot) -> bool:
    """Does a request to take a batch out still wait for the second person?"""
    return any(u.first.first_by_id and not u.first.second_by_id for u in units_of(pot))


@transactional
def question(actor: Account, batch_id: UUID, *, why: str, at: datetime) -> None:
    """Ask for a batch to be taken out before the count; somebody else has to agree."""
    may_sit_in_commission.require(actor)
    pot, unit = _unit(batch_id)
    if unit.first.first_by_id is not None:
        raise RuleBroken(N_("Somebody has asked for this already."))
    for batch in unit.batches:
        batch.first_by_id, batch.why = actor.id, why
    db.session.flush()
    _note(actor, Event.ASSISTED_QUESTION, unit, pot, at=at)


@transactional
def exclude(actor: Account, batch_id: UUID, *, at: datetime) -> int:
    """Take a batch out as the second person; how many votes it were, each a line in the book."""
    may_sit_in_commission.require(actor)
    pot, unit = _unit(batch_id)
    first = unit.first.first_by_id
    if first is None or unit.first.second_by_id is not None:
        raise RuleBroken(N_("Nobody asks for this batch to be taken out."))
    if first == actor.id:
        raise RuleBroken(N_("You asked for it yourself; somebody else of the commission agrees."))
    _note(actor, Event.ASSISTED_EXCLUDE, unit, pot, at=at)
    ids = [batch.id for batch in unit.batches]
    standing = (
        select(Ballot)
        .join(AssistedBallot, AssistedBallot.ballot_id == Ballot.id)
        .where(AssistedBallot.batch_id.in_(ids), live())
        .order_by(Ballot.commitment)
    )
    taken = db.session.scalars(standing).all()
    for ballot in taken:
        counter.take_out(ballot, pot, by=(first, actor.id))
    for batch in unit.batches:
        batch.second_by_id = actor.id
    db.session.flush()
    return len(taken)


@transactional
def let_stand(actor: Account, batch_id: UUID, *, at: datetime) -> None:
    """Let a questioned batch stand."""
    may_sit_in_commission.require(actor)
    _pot, unit = _unit(batch_id)
    if unit.first.first_by_id is None or unit.first.second_by_id is not None:
        raise RuleBroken(N_("Nobody asks for this batch to be taken out."))
    if unit.first.first_by_id == actor.id:
        raise RuleBroken(N_("You asked for it yourself; somebody else of the commission agrees."))
    for batch in unit.batches:
        batch.first_by_id, batch.why = None, ""
    db.session.flush()


def _unit(batch_id: UUID) -> tuple[Pot, Unit]:
    found = db.session.scalar(
        select(AssistedBatch)
        .where(AssistedBatch.id == batch_id)
        .options(joinedload(AssistedBatch.pot).options(*queries.WITH_POT))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise RuleBroken(N_("There is no such batch."))
    pot = found.pot
    queries.hold_box(pot.id)
    if box_state(pot.id) != "held":
        raise RuleBroken(NOT_NOW)
    return pot, next(u for u in units_of(pot) if batch_id in {b.id for b in u.batches})


def _note(actor: Account, event: Event, unit: Unit, pot: Pot, *, at: datetime) -> None:
    days = sorted({batch.on_day.isoformat() for batch in unit.batches})
    record(actor, event, unit.first, at=at, area_code=pot.area.code, votes=unit.votes, days=days,
           why=unit.first.why)  # fmt: skip
