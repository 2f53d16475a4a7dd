"""Who doubts in the demo city: an objection with its answer, and what looked like fraud."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from civic.alarms.actions import clear_alarm, keep_finding, look_at_alarm
from civic.alarms.kinds import AlarmKind, AlarmState, Gravity
from civic.alarms.models import Alarm
from civic.alarms.rules import Finding
from civic.cycles.models import Cycle, Pot
from civic.demo.city import City
from civic.kernel.db import db
from civic.kernel.i18n import local
from civic.objections import actions, queries
from civic.objections.kinds import ObjectionKind
from civic.objections.models import Objection
from civic.objections.states import OPEN, State
from civic.results.models import Count
from civic.results.queries import count_of
from civic.signals.rules import hour_of

AREA = "demo-6-01"
WORDS = (
    "روز دوم رأی‌گیری ساعت شش عصر در سرای محله میز راهنما خالی بود و چند نفر از همسایه‌ها که گوشی"
    " هوشمند ندارند بی‌آنکه رأی بدهند برگشتند. لطفاً بررسی کنید که آیا وقت کافی داشته‌اند."
)
SUMMARY = "میز راهنمای سرای محله در عصر روز دوم خالی بوده و کسانی بی‌آنکه رأی بدهند برگشته‌اند."
ANSWER = (
    "درست است: میز آن روز از ساعت هفده تا نوزده بسته بود، چون سفیر بیمار شد. روزهای بعد همان میز"
    " تا پایان رأی‌گیری باز بود و برگه کاغذی در شهرداری منطقه هم داده می‌شد، پس همه دوازده روز دیگر"
    " فرصت داشتند. نتیجه می‌ماند. از دوره بعد برای هر میز جانشین تعیین می‌شود."
)
SCHOOL = "مدرسه محله آن روز جشن داشت و خانواده‌ها همان‌جا با گوشی خود رأی دادند؛ سفیر آن را دیده است."


def object_to_a_result(city: City, pot: Pot, *, at: datetime) -> None:
    """A resident objects to the published result of the neighbourhood."""
    count = count_of(pot.id)
    residents = city.residents_in(pot.area)
    if count is None or count.published_at is None or not residents:
        return
    if not queries.made_by(residents[0].id, count.id):
        actions.make_objection(
            residents[0], _again(count, pot), ObjectionKind.PROCEDURE, WORDS, "", at=at
        )


def take_objections_up(city: City, pot: Pot, *, at: datetime) -> None:
    """The auditor begins to look into what came in."""
    for objection in _open(pot):
        actions.take_up(city.auditor, queries.case_of(objection), at=at)


def answer_objections(city: City, pot: Pot, *, at: datetime) -> None:
    """The auditor answers for everybody to read."""
    said = {"summary": SUMMARY, "answer": ANSWER}
    for objection in _open(pot):
        case = queries.case_of(objection)
        actions.decide_objection(city.auditor, case, State.REJECTED, **said, at=at)


def _again(count: Count, pot: Pot) -> Count:
    count.pot = pot
    return count


def _open(pot: Pot) -> list[Objection]:
    count = count_of(pot.id)
    found = db.session.scalars(queries.of_result(count.id)).all() if count else []
    known = [queries.objection(one.number) for one in found if one.state in OPEN]
    return [one for one in known if one is not None]


def notice_a_burst(city: City, cycle: Cycle, *, at: datetime) -> None:
    """One evening an area is far above its usual hour; the commission has not looked yet."""
    hour = hour_of(local(at))
    numbers = {"people": 96, "usual": 8}
    mark = f"{AREA}:{hour:%Y-%m-%d}"
    keep_finding(
        Finding(AlarmKind.AREA_BURST, mark, 96, numbers, hour, hour, Gravity.ALARM, AREA),
        cycle,
        at=at,
    )


def notice_a_school(city: City, cycle: Cycle, *, at: datetime) -> None:
    """Two days before it was a feast at the school: somebody asked, and wrote it down."""
    hour = hour_of(local(at))
    numbers = {"votes": 148, "phones": 214, "devices": 61}
    keep_finding(
        Finding(AlarmKind.BUSY_NETWORK, "school", 214, numbers, hour, hour, Gravity.NOTE),
        cycle,
        at=at,
    )
    mine = select(Alarm).where(Alarm.cycle_id == cycle.id, Alarm.kind == AlarmKind.BUSY_NETWORK)
    alarm = db.session.scalars(mine).one()
    if alarm.state is AlarmState.NEW:
        look_at_alarm(city.auditor, alarm, at=at)
        clear_alarm(city.auditor, alarm, SCHOOL, at=at)
