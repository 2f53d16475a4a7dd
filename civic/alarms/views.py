"""The commission's desk of alarms, and the hours of a vote for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.accounts.models import Account
from civic.accounts.queries import mobile_of
from civic.alarms import actions, calls, queries, turnout
from civic.alarms.forms import CallForm, DecisionForm
from civic.alarms.kinds import Answer
from civic.alarms.models import Alarm
from civic.alarms.policy import may_call_back, may_judge_alarm, may_see_alarms
from civic.alarms.words import ANSWER_NAMES, DEED_NAMES, GRAVITY_NAMES, STATE_NAMES, WORDS
from civic.cycles import queries as cycles
from civic.cycles.models import Cycle
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.db import db
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_, _, sentence
from civic.kernel.pages import page, see_other
from civic.kernel.paging import Page, page_number, paginate

bp = Blueprint("alarms", __name__)
LISTS = {"open": queries.STILL_OPEN, "decided": queries.DECIDED}
CALLS_A_PAGE = 50
NAMES: dict[str, Any] = {
    "words": WORDS, "states": STATE_NAMES, "gravities": GRAVITY_NAMES, "deeds": DEED_NAMES,
    "answers": ANSWER_NAMES,
}  # fmt: skip


@bp.get("/alarms/")
@staff
def index() -> Response:
    """What looks like fraud and waits for somebody to look at it; or what was decided."""
    may_see_alarms.require(current_user)
    shown = "decided" if request.args.get("show") == "decided" else "open"
    found = paginate(queries.alarms(LISTS[shown]), page_number())
    numbers = queries.how_many()
    return page(
        "alarms/index.html",
        alarms=found,
        shown=shown,
        counts={name: sum(numbers.get(s, 0) for s in states) for name, states in LISTS.items()},
        areas=queries.areas_by_code({one.area_code for one in found}, clock.now()),
        called=queries.last_voted(),
        **NAMES,
    )


@bp.get("/alarms/<uuid:alarm_id>")
@staff
def show(alarm_id: UUID) -> Response:
    """One alarm: what is known, what is not, what to do, and what was done."""
    may_see_alarms.require(current_user)
    return _alarm_page(_alarm(alarm_id), DecisionForm())


@bp.post("/alarms/<uuid:alarm_id>")
@staff
def decide(alarm_id: UUID) -> Response:
    """Take an alarm in hand, clear it, or pass it to the commission."""
    alarm, form, at = _alarm(alarm_id), DecisionForm(), clock.now()
    may_judge_alarm.require(current_user, alarm)
    do, notes = request.form.get("do"), _notes()
    if do in notes and form.validate_on_submit():
        with form.catching_rules():
            if do == "look":
                actions.look_at_alarm(_me(), alarm, at=at)
            elif do == "clear":
                actions.clear_alarm(_me(), alarm, form.reason.data or "", at=at)
            else:
                actions.pass_alarm_on(_me(), alarm, form.reason.data or "", at=at)
            return see_other(url_for(".show", alarm_id=alarm.id), note=notes[do])
    return _alarm_page(_alarm(alarm_id), form)


def _notes() -> dict[str, str]:
    return {
        "look": _("It is noted that you look at it."),
        "clear": _("The alarm is cleared, with your reason. It comes back if the pattern doubles."),
        "pass": _("It is noted. Two different people pass an alarm to the commission."),
    }


def _alarm_page(alarm: Alarm, form: DecisionForm) -> Response:
    return page(
        "alarms/show.html",
        status=form.status,
        alarm=alarm,
        form=form,
        area=queries.areas_by_code({alarm.area_code or ""}, clock.now()).get(alarm.area_code or ""),
        about=db.session.get(Account, alarm.about_id) if alarm.about_id else None,
        history=queries.deeds(alarm),
        judges=may_judge_alarm(current_user, alarm) and alarm.state in queries.STILL_OPEN,
        **NAMES,
    )


# ── the calls ─────────────────────────────────────────────────────────────────────────────────


@bp.get("/alarms/calls/<code>")
@staff
def call_list(code: str) -> Response:
    """Whom the lot drew, by number; a name and a phone only on the page of one call."""
    may_see_alarms.require(current_user)
    return _calls_page(_cycle(code))


@bp.post("/alarms/calls/<code>")
@staff
def draw(code: str) -> Response:
    """Draw by lot who is called."""
    may_call_back.require(current_user)
    cycle = _cycle(code)
    try:
        calls.draw_calls(_me(), cycle, at=clock.now())
    except RuleBroken as error:
        return _calls_page(cycle, error=error)
    return see_other(url_for(".call_list", code=code), note=_("The lot is drawn."))


def _calls_page(cycle: Cycle, *, error: RuleBroken | None = None) -> Response:
    said, number, voting = queries.answers(cycle), page_number(), cycles.voting_of(cycle)
    shown = queries.calls(cycle, number, CALLS_A_PAGE)
    return page(
        "alarms/calls.html",
        status=422 if error else 200,
        cycle=cycle,
        voting=voting,
        runs=voting is not None and clock.now() < voting.closes_at,
        lot=queries.lot_of(cycle),
        calls=Page(shown, number, sum(said.values()), CALLS_A_PAGE),
        said=said,
        error=sentence(error) if error else None,
        **NAMES,
    )


@bp.route("/alarms/calls/<code>/<int:place>", methods=["GET", "POST"])
@staff
def call(code: str, place: int) -> Response:
    """One call: a name, a phone, one question, and three answers."""
    may_call_back.require(current_user)
    cycle = _cycle(code)
    found = queries.call(cycle, place)
    if found is None:
        raise NotHere(N_("There is no such call."))
    form = CallForm(data={"answer": found.answer})
    if form.validate_on_submit():
        with form.catching_rules():
            calls.answer_call(_me(), cycle, place, Answer(form.answer.data), at=clock.now())
            return see_other(url_for(".call_list", code=code), note=_("The answer is noted."))
    person = db.session.get_one(Account, found.participation.account_id)
    return page(
        "alarms/call.html",
        status=form.status,
        cycle=cycle,
        call=found,
        person=person,
        mobile=mobile_of(person),
        form=form,
    )


bp.add_url_rule("/turnout/<code>", view_func=turnout.turnout)
bp.add_url_rule("/turnout/<code>.<any(csv, json):form>", view_func=turnout.turnout_file)


def _alarm(alarm_id: UUID) -> Alarm:
    found = queries.alarm(alarm_id)
    if found is None:
        raise NotHere(N_("There is no such alarm."))
    return found


def _cycle(code: str) -> Cycle:
    found = cycles.cycle_by_code(code)
    if found is None:
        raise NotHere(N_("There is no such cycle."))
    return found


def _me() -> Account:
    me: Account = current_user._get_current_object()
    return me
