"""Raising alarms, and what the commission does about them; nothing here touches a vote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import select

from civic.alarms import queries
from civic.alarms.kinds import AlarmState, Deed, Gravity
from civic.alarms.models import Alarm, AlarmDeed
from civic.alarms.policy import may_judge_alarm
from civic.alarms.rules import Finding
from civic.audit.actions import record
from civic.audit.events import Event
from civic.cycles.models import Cycle
from civic.kernel.db import db, transactional
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import PLATFORM, Actor
from civic.notifications.actions import tell
from civic.notifications.kinds import Kind

log = structlog.get_logger()
OPEN = {AlarmState.NEW, AlarmState.LOOKED_AT, AlarmState.ASKED}


@transactional
def keep_finding(
    finding: Finding,
    cycle: Cycle | None,
    *,
    at: datetime,
    say: Kind = Kind.ALARM_RAISED,
    **said: Any,
) -> Alarm:
    """Raise an alarm for a pattern, or let the one that stands grow with it.

    People are told in the words of `say`, which may name what is `said`.
    """
    mark = f"{cycle.code if cycle else 'all'}:{finding.mark}"
    alarm = db.session.scalar(
        select(Alarm).where(Alarm.kind == finding.kind, Alarm.mark == mark).with_for_update()
    )
    if alarm is None:
        alarm = _raise(finding, mark, cycle, at=at)
        _spread(alarm, say, said, at=at)
        return alarm
    alarm.seen_at = at
    if finding.weight > alarm.weight:
        alarm.numbers, alarm.weight = finding.numbers, finding.weight
        alarm.first_hour = min(alarm.first_hour, finding.first_hour)
        alarm.last_hour = max(alarm.last_hour, finding.last_hour)
        worse = alarm.gravity is Gravity.NOTE and finding.gravity is Gravity.ALARM
        doubled = alarm.weight_then and alarm.weight >= 2 * alarm.weight_then
        if worse or (doubled and alarm.state is not AlarmState.PASSED):
            _raise_again(alarm, finding, at=at)
            _spread(alarm, say, said, at=at)
    return alarm


def _raise(finding: Finding, mark: str, cycle: Cycle | None, *, at: datetime) -> Alarm:
    alarm = Alarm(
        id=uuid4(),
        kind=finding.kind,
        mark=mark,
        cycle_id=cycle and cycle.id,
        gravity=finding.gravity,
        area_code=finding.area_code,
        about_id=queries.person_of_mark(finding),
        numbers=finding.numbers,
        weight=finding.weight,
        weight_then=0,
        first_hour=finding.first_hour,
        last_hour=finding.last_hour,
        raised_at=at,
        seen_at=at,
        state=AlarmState.NEW,
    )
    db.session.add(alarm)
    db.session.flush()
    _write_down(PLATFORM, alarm, Deed.RAISED, at=at)
    return alarm


def _raise_again(alarm: Alarm, finding: Finding, *, at: datetime) -> None:
    """What doubled since somebody looked, or became grave, is new once more."""
    alarm.state, alarm.gravity, alarm.weight_then = AlarmState.NEW, finding.gravity, 0
    alarm.asked_by_id = None
    _write_down(PLATFORM, alarm, Deed.GREW, at=at)


def _spread(alarm: Alarm, say: Kind, said: Mapping[str, Any], *, at: datetime) -> None:
    """The log of machines hears of everything, people of what is grave."""
    log.warning("alarm", kind=alarm.kind.value, gravity=alarm.gravity.value, **alarm.numbers)
    record(
        PLATFORM, Event.ALARM_RAISE, alarm, at=at, area_code=alarm.area_code,
        kind=alarm.kind.value, gravity=alarm.gravity.value,
    )  # fmt: skip
    if alarm.gravity is Gravity.ALARM:
        tell(
            queries.commission(at), say, about=f"{alarm.id}:{alarm.weight}", at=at,
            link=("alarms.show", {"alarm_id": alarm.id}), **said,
        )  # fmt: skip


def _write_down(actor: Actor, alarm: Alarm, deed: Deed, *, at: datetime, reason: str = "") -> None:
    db.session.add(
        AlarmDeed(id=uuid4(), alarm_id=alarm.id, deed=deed, by_id=actor.id, reason=reason, at=at)
    )


# ── the commission ────────────────────────────────────────────────────────────────────────────


@transactional
def look_at_alarm(actor: Actor, alarm: Alarm, *, at: datetime) -> None:
    """Say that somebody is on it; again changes nothing."""
    may_judge_alarm.require(actor, alarm)
    alarm = _held(alarm.id)
    if alarm.state is not AlarmState.NEW:
        return
    alarm.state, alarm.weight_then = AlarmState.LOOKED_AT, alarm.weight
    _write_down(actor, alarm, Deed.LOOKED, at=at)
    record(actor, Event.ALARM_LOOK, alarm, at=at, area_code=alarm.area_code)


@transactional
def clear_alarm(actor: Actor, alarm: Alarm, reason: str, *, at: datetime) -> None:
    """Say why a pattern is no fraud; it stays on the list, and comes back if it doubles."""
    may_judge_alarm.require(actor, alarm)
    alarm = _open(alarm.id)
    _insist_reason(reason)
    alarm.state, alarm.weight_then, alarm.asked_by_id = AlarmState.CLEARED, alarm.weight, None
    _write_down(actor, alarm, Deed.CLEARED, at=at, reason=reason)
    record(actor, Event.ALARM_CLEAR, alarm, at=at, area_code=alarm.area_code, reason=reason)


@transactional
def pass_alarm_on(actor: Actor, alarm: Alarm, reason: str, *, at: datetime) -> None:
    """Ask that the commission takes a pattern up; when a second person agrees, it does."""
    may_judge_alarm.require(actor, alarm)
    alarm = _open(alarm.id)
    if alarm.asked_by_id is None:
        _insist_reason(reason)
        alarm.state, alarm.asked_by_id = AlarmState.ASKED, actor.id
        alarm.weight_then = alarm.weight
        _write_down(actor, alarm, Deed.ASKED, at=at, reason=reason)
        record(actor, Event.ALARM_ASK, alarm, at=at, area_code=alarm.area_code, reason=reason)
        return
    if alarm.asked_by_id == actor.id:
        raise RuleBroken(N_("You asked for this yourself. Somebody else has to agree."))
    alarm.state, alarm.agreed_by_id = AlarmState.PASSED, actor.id
    _write_down(actor, alarm, Deed.PASSED, at=at, reason=reason)
    record(actor, Event.ALARM_AGREE, alarm, at=at, area_code=alarm.area_code, reason=reason)


def _held(alarm_id: UUID) -> Alarm:
    return db.session.get_one(Alarm, alarm_id, with_for_update=True, populate_existing=True)


def _open(alarm_id: UUID) -> Alarm:
    alarm = _held(alarm_id)
    if alarm.state not in OPEN:
        raise RuleBroken(N_("This alarm was decided already."))
    return alarm


def _insist_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(N_("Write why, in a sentence."), field="reason")
