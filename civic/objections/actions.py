"""Objecting to a result, and deciding about it: other people, in public words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app

from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.queries import hold
from civic.electorate import queries as electorate
from civic.kernel.db import db, transactional
from civic.kernel.jobs import enqueue
from civic.kernel.roles import PLATFORM, Actor
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind
from civic.objections import queries, recounting, rules
from civic.objections.kinds import ObjectionKind
from civic.objections.models import Case, Objection, ObjectionDraft, ObjectionSupport, Recount
from civic.objections.policy import (
    may_confirm_objection,
    may_decide_objection,
    may_object,
    may_support_objection,
    may_withdraw_objection,
)
from civic.objections.states import State
from civic.results.models import Count


@transactional
def keep_draft(
    actor: Actor, count: Count, *, kind: str, words: str, receipt: str
) -> ObjectionDraft:
    """Keep what was typed, right or wrong: nobody writes it twice."""
    may_object.require(actor, count)
    draft = queries.draft_of(actor.id, count.id)
    if draft is None:
        draft = ObjectionDraft(author_id=actor.id, count_id=count.id)
        db.session.add(draft)
    draft.kind, draft.words = kind[:30], words[: 2 * rules.LONGEST_WORDS]
    draft.receipt = receipt[:200]
    db.session.flush()
    return draft


@transactional
def make_objection(
    actor: Actor, count: Count, kind: ObjectionKind, words: str, receipt: str, *, at: datetime
) -> Objection:
    """Object to a published result; the objection gets a number and a day for its answer."""
    may_object.require(actor, count)
    pot = count.pot
    hold(pot.cycle)
    rules.check_ours(pot.cycle.imported_from)
    rules.check_in_time(count.published_at, at)
    rules.check_concerned(
        lives_there=electorate.lives_in(actor.id, pot.area),
        took_part=electorate.took_part(actor.id, pot.id),
    )
    rules.check_words(words)
    rules.check_not_too_many(len(queries.made_by(actor.id, count.id)))
    made = Objection(
        number=queries.next_number(), count_id=count.id, author_id=actor.id, kind=kind,
        words=words, receipt=receipt, at=at, due_at=rules.answer_due(at), result=count,
    )  # fmt: skip
    db.session.add(made)
    draft = queries.draft_of(actor.id, count.id)
    if draft is not None:
        db.session.delete(draft)
    db.session.flush()
    # The platform writes it down: the log is read, and who objects is nobody's business.
    _write_down(PLATFORM, Event.OBJECTION_RECEIVE, made, at, kind=kind.value)
    _tell_author(made, Kind.OBJECTION_RECEIVED, at, due=made.due_at)
    return made


@transactional
def withdraw_objection(actor: Actor, objection: Objection, *, at: datetime) -> Objection:
    """Take the own objection back while nobody has decided about it."""
    may_withdraw_objection.require(actor, objection)
    _refresh(objection)
    rules.check_open(objection.state, objection.decided_at)
    objection.state, objection.verdict = State.WITHDRAWN, None
    objection.summary = objection.answer = ""
    _write_down(PLATFORM, Event.OBJECTION_WITHDRAW, objection, at)
    return objection


@transactional
def take_up(actor: Actor, case: Case, *, at: datetime) -> Objection:
    """Begin to look into an objection; its author sees that somebody does."""
    may_decide_objection.require(actor, case)
    objection = case.objection
    _refresh(objection)
    rules.check_open(objection.state, objection.decided_at)
    if objection.state is State.RECEIVED:
        objection.state = State.REVIEW
        _write_down(actor, Event.OBJECTION_TAKE, objection, at)
    return objection


@transactional
def decide_objection(
    actor: Actor, case: Case, verdict: State, *, summary: str, answer: str, at: datetime
) -> Objection:
    """Decide in public words; to uphold it, wholly or in part, waits for a second person."""
    may_decide_objection.require(actor, case)
    objection = case.objection
    _refresh(objection)
    rules.check_open(objection.state, objection.decided_at)
    rules.check_undecided(objection.verdict)
    rules.check_verdict(verdict, summary, answer)
    objection.first_by_id, objection.summary, objection.answer = actor.id, summary, answer
    if rules.needs_two(verdict):
        objection.state, objection.verdict = State.REVIEW, verdict
        _write_down(actor, Event.OBJECTION_PROPOSE, objection, at, verdict=verdict.value)
        return objection
    return _settle(actor, objection, verdict, at=at)


@transactional
def confirm_decision(actor: Actor, case: Case, *, at: datetime) -> Objection:
    """Agree, as the second person, with what the first one wrote."""
    may_decide_objection.require(actor, case)
    objection = case.objection
    _refresh(objection)
    rules.check_open(objection.state, objection.decided_at)
    rules.check_proposed(objection.verdict)
    may_confirm_objection.require(actor, case)
    objection.second_by_id = actor.id
    return _settle(actor, objection, objection.verdict or State.REJECTED, at=at)


@transactional
def refuse_decision(actor: Actor, case: Case, reason: str, *, at: datetime) -> Objection:
    """Disagree with what the first person wrote: it is looked into again."""
    may_decide_objection.require(actor, case)
    objection = case.objection
    _refresh(objection)
    rules.check_open(objection.state, objection.decided_at)
    rules.check_proposed(objection.verdict)
    may_confirm_objection.require(actor, case)
    rules.check_reason(reason)
    objection.verdict = objection.first_by_id = None
    _write_down(actor, Event.OBJECTION_DISAGREE, objection, at, reason=reason)
    return objection


@transactional
def ask_recount(actor: Actor, case: Case, *, at: datetime) -> Recount:
    """Have all ballots counted again for an objection, whatever will be decided about it."""
    may_decide_objection.require(actor, case)
    asked = queries.recount_for(case.objection.id)
    rules.check_counts_again(asked_already=asked is not None)
    return _begin(actor, case.objection, at=at)


@transactional
def support_objection(actor: Actor, objection: Objection, *, at: datetime) -> int:
    """Ask for the recount together with others; enough of them start it. How many they are."""
    may_support_objection.require(actor, objection)
    db.session.refresh(objection, ["state", "decided_at"], with_for_update=True)
    rules.check_open(objection.state, objection.decided_at)
    rules.check_about_count(objection.kind)
    pot = objection.result.pot
    rules.check_concerned(
        lives_there=electorate.lives_in(actor.id, pot.area),
        took_part=electorate.took_part(actor.id, pot.id),
    )
    people = set(queries.supporters_of(objection.id))
    if actor.id is not None and actor.id not in people:
        db.session.add(ObjectionSupport(objection_id=objection.id, account_id=actor.id))
        db.session.flush()
        people.add(actor.id)
    if len(people) >= current_app.config["CIVIC"].recount_supporters:
        _begin(PLATFORM, objection, at=at)
    return len(people)


def _begin(actor: Actor, objection: Objection, *, at: datetime) -> Recount:
    """The recount of an objection, asked for now if nobody has done so before."""
    made = queries.recount_for(objection.id)
    if made is None:
        made = Recount(
            objection_id=objection.id, count_id=objection.count_id, asked_by_id=actor.id,
            asked_at=at,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        area = objection.result.pot.area.code
        record(actor, Event.RECOUNT_ASK, made, at=at, area_code=area, objection=objection.number)
        enqueue(recounting.run_recount, made.id)
    return made


def _settle(actor: Actor, objection: Objection, verdict: State, *, at: datetime) -> Objection:
    objection.state, objection.verdict, objection.decided_at = verdict, verdict, at
    db.session.flush()
    _write_down(
        actor, Event.OBJECTION_DECIDE, objection, at, verdict=verdict.value, answer=objection.answer
    )
    _tell_author(objection, Kind.OBJECTION_ANSWERED, at)
    if verdict is State.UPHELD and objection.kind is ObjectionKind.COUNT:
        _begin(actor, objection, at=at)
    return objection


def _refresh(objection: Objection) -> None:
    """Read it again, and let nobody else decide about it meanwhile."""
    fields = [
        "state", "verdict", "first_by_id", "second_by_id", "decided_at", "summary", "answer",
    ]  # fmt: skip
    db.session.refresh(objection, fields, with_for_update=True)


def _write_down(
    actor: Actor, event: Event, objection: Objection, at: datetime, **details: Any
) -> None:
    area = objection.result.pot.area.code
    record(actor, event, objection, at=at, area_code=area, number=objection.number, **details)


def _tell_author(objection: Objection, kind: Kind, at: datetime, **params: Any) -> None:
    tell(
        [objection.author_id], kind, about=objection.id, at=at,
        link=("objections.show", {"number": objection.number}), number=objection.number,
        area=objection.result.pot.area.called, **params,
    )  # fmt: skip
