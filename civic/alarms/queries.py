"""What the commission's desk shows: alarms with their history, and the calls of the lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from civic.accounts.models import Account
from civic.accounts.queries import holders
from civic.alarms.kinds import AlarmKind, AlarmState, Answer
from civic.alarms.models import Alarm, AlarmDeed, CallLot, PhoneBack
from civic.alarms.rules import Finding
from civic.areas.models import Area
from civic.areas.queries import version_in_force
from civic.ballots.models import BallotBox
from civic.cycles.models import Cycle, Pot
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.roles import Role

COMMISSION = (Role.AUDITOR, Role.HEADQUARTERS, Role.ADMIN)
STILL_OPEN = (AlarmState.NEW, AlarmState.LOOKED_AT, AlarmState.ASKED)
DECIDED = (AlarmState.CLEARED, AlarmState.PASSED)


def commission(at: datetime) -> set[UUID]:
    """Whoever has to hear of an alarm: auditors, headquarters, administrators."""
    return holders(COMMISSION, at)


def person_of_mark(finding: Finding) -> UUID | None:
    """The assistant whom a finding is about, if it is about one we know."""
    if finding.kind is not AlarmKind.ASSISTANT:
        return None
    return db.session.scalar(select(Account.id).where(Account.id == UUID(finding.mark)))


def alarms(states: Sequence[AlarmState]) -> Select[Alarm]:
    """Alarms in these states, grave ones first, then the youngest."""
    return (
        select(Alarm)
        .where(Alarm.state.in_(states))
        .options(joinedload(Alarm.cycle))
        .order_by(Alarm.gravity, Alarm.raised_at.desc(), Alarm.id)
    )


def how_many() -> dict[AlarmState, int]:
    """How many alarms are in each state."""
    rows = db.session.execute(select(Alarm.state, func.count()).group_by(Alarm.state))
    return {state: number for state, number in rows}


def alarm(alarm_id: UUID) -> Alarm | None:
    """An alarm with its cycle."""
    return db.session.get(
        Alarm, alarm_id, options=[joinedload(Alarm.cycle)], populate_existing=True
    )


def deeds(found: Alarm) -> list[tuple[AlarmDeed, str | None]]:
    """What happened to an alarm, the latest first, with the names of those who did it."""
    rows = db.session.execute(
        select(AlarmDeed, Account.name)
        .outerjoin(Account, Account.id == AlarmDeed.by_id)
        .where(AlarmDeed.alarm_id == found.id)
        .order_by(AlarmDeed.at.desc(), AlarmDeed.id)
    )
    return [(deed, name) for deed, name in rows]


def areas_by_code(codes: set[str], at: datetime) -> dict[str, Area]:
    """Areas by their codes, in the division in force."""
    version = version_in_force(at).scalar_subquery()
    found = db.session.scalars(select(Area).where(Area.code.in_(codes), Area.version_id == version))
    return {area.code: area for area in found}


# ── the calls ─────────────────────────────────────────────────────────────────────────────────


def lot_of(cycle: Cycle) -> CallLot | None:
    """The lot of a cycle, if it was drawn."""
    return db.session.get(CallLot, cycle.id)


def last_voted() -> Cycle | None:
    """The cycle whose boxes were opened last: the one whose voters are called."""
    return db.session.scalar(
        select(Cycle)
        .join(Pot, Pot.cycle_id == Cycle.id)
        .join(BallotBox, BallotBox.pot_id == Pot.id)
        .where(Cycle.imported_from.is_(None))
        .order_by(BallotBox.opened_at.desc(), Cycle.id)
        .limit(1)
    )


def a_box_is_open(cycle: Cycle) -> bool:
    """Is a box of this cycle not closed yet, so that somebody may still take part?"""
    opened = (
        select(BallotBox.pot_id)
        .join(Pot, Pot.id == BallotBox.pot_id)
        .where(Pot.cycle_id == cycle.id, BallotBox.state != "closed")
    )
    return db.session.scalar(opened.limit(1)) is not None


def participations(cycle: Cycle) -> dict[UUID, UUID]:
    """Every participation in a cycle with its person; of nobody what they chose."""
    rows = db.session.execute(
        select(Participation.id, Participation.account_id)
        .join(Pot, Pot.id == Participation.pot_key)
        .where(Pot.cycle_id == cycle.id)
    )
    return {one: person for one, person in rows}


def calls(cycle: Cycle, number: int, size: int) -> Sequence[PhoneBack]:
    """A page of the calls of a cycle, in the order of the lot."""
    mine = select(PhoneBack).where(PhoneBack.cycle_id == cycle.id).order_by(PhoneBack.place)
    return db.session.scalars(mine.limit(size).offset((number - 1) * size)).all()


def call(cycle: Cycle, place: int) -> PhoneBack | None:
    """One call, with the area about which the person took part."""
    return db.session.get(
        PhoneBack,
        (cycle.id, place),
        options=[joinedload(PhoneBack.participation).joinedload(Participation.area)],
        populate_existing=True,
    )


def answers(cycle: Cycle) -> dict[Answer | None, int]:
    """How the calls went so far; under nothing those that are still to be made."""
    rows = db.session.execute(
        select(PhoneBack.answer, func.count())
        .where(PhoneBack.cycle_id == cycle.id)
        .group_by(PhoneBack.answer)
    )
    return {answer: number for answer, number in rows}
