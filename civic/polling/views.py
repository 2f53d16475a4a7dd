"""The pages of the counter: hand out papers, count bags, type sheets, close the box."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.accounts.models import Account
from civic.ballots import queries as ballots
from civic.ballots.qr import qr_code
from civic.cycles import queries as cycles
from civic.cycles.models import Cycle, Pot
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_, _, number, sentence
from civic.kernel.pages import page, see_other
from civic.polling import actions, queries, reading, rechecks, rules
from civic.polling.forms import CountForm, PersonForm, SheetForm, read_slip, write_slip
from civic.polling.models import PaperBatch
from civic.polling.policy import may_see_bags, may_serve_counter

bp = Blueprint("polling", __name__)


@bp.get("/counter/")
@staff
def desk() -> Response:
    """The counter, ready for the next person."""
    may_serve_counter.require(current_user)
    return _desk(PersonForm())


@bp.post("/counter/")
@staff
def look_up() -> Response:
    """Whether the person with this national id gets a paper, in words.

    The id comes in the body and goes no further: the answer carries a signed slip in its place.
    """
    may_serve_counter.require(current_user)
    form = PersonForm()
    if form.validate_on_submit():
        with form.catching_rules():
            return _desk(form, key=form.key())
    return _desk(form)


@bp.post("/counter/hand")
@staff
def hand() -> Response:
    """Mark the person, and go on to the sheet to be printed."""
    may_serve_counter.require(current_user)
    key = read_slip(_me(), request.form.get("slip", ""))
    pot, seen = _pot(request.form.get("pot", "")), request.form.get("seen")
    try:
        handed = actions.hand_out(_me(), pot, key, papers_seen=seen, at=clock.now())
    except RuleBroken as error:
        return _desk(PersonForm(formdata=None), key=key, error=error)
    note = _("The person is marked. Print the sheet and hand it out.")
    if handed.took_out:
        note = _("The person is marked, and the vote from the web is taken out. Print the sheet.")
    return see_other(url_for(".sheet_to_print", batch_id=handed.batch.id), note=note)


@bp.get("/counter/bags/<uuid:batch_id>/sheet")
@staff
def sheet_to_print(batch_id: UUID) -> Response:
    """The empty sheet of a pot with the stamp of a bag, ready to print; nothing of any person."""
    batch = _found(batch_id)
    may_serve_counter.require(current_user, batch.pot.area)
    address = url_for("ballots.paper", pot_id=batch.pot_id, _external=True)
    return page(
        "polling/sheet.html",
        batch=batch,
        pot=batch.pot,
        lines=ballots.paper(batch.pot),
        qr=qr_code(address, _("QR code that leads to the projects of this ballot")),
        voting=cycles.voting_of(batch.pot.cycle),
    )


# ── bags and sheets ───────────────────────────────────────────────────────────────────────────


@bp.get("/counter/bags")
@staff
def bags() -> Response:
    """The bags of every pot, what is left to do with them, and until when."""
    may_see_bags.require(current_user)
    cycle = cycles.running_cycle(clock.now())
    pots = (
        [pot for pot in cycles.pots_of(cycle) if may_see_bags(current_user, pot.area)]
        if cycle
        else []
    )
    states = [(pot, rechecks.standing_of(pot)) for pot in queries.with_papers(pots)]
    voting = cycles.voting_of(cycle) if cycle else None
    return page(
        "polling/bags.html",
        states=states,
        voting=voting,
        until=voting.closes_at + rules.PAPER_UNTIL if voting else None,
    )


@bp.get("/counter/bags/<uuid:batch_id>")
@staff
def bag(batch_id: UUID) -> Response:
    """One bag: how many sheets, how far they are, and what comes next."""
    return _bag(_found(batch_id), CountForm())


@bp.post("/counter/bags/<uuid:batch_id>/count")
@staff
def count(batch_id: UUID) -> Response:
    """Note how many sheets were counted, and the seal."""
    batch, form = _found(batch_id), CountForm()
    may_serve_counter.require(current_user, batch.pot.area)
    if form.validate_on_submit():
        with form.catching_rules():
            actions.count_bag(
                _me(), batch, physical_count=form.physical_count.data, seal=form.seal.data or "",
                at=clock.now(),
            )  # fmt: skip
            note = _("The bag is counted and sealed. Now two clerks type its sheets.")
            return see_other(url_for(".bag", batch_id=batch_id), note)
    return _bag(batch, form)


@bp.post("/counter/bags/<uuid:batch_id>/close")
@staff
def close(batch_id: UUID) -> Response:
    """Let the sheets of a bag become ballots."""
    batch = actions.close_bag(_me(), _found(batch_id), at=clock.now())
    note = _("The sheets of bag %(n)s lie in the box now.", n=number(batch.number))
    return see_other(url_for(".bags"), note)


@bp.route("/counter/bags/<uuid:batch_id>/<any(type, decide, again):task>", methods=["GET", "POST"])
@staff
def read(batch_id: UUID, task: str) -> Response:
    """Read one sheet after another: for the first or second time, as the third, or again."""
    batch = _found(batch_id)
    reading.may_read(task).require(current_user, batch.pot.area)
    form = SheetForm()
    if form.validate_on_submit():
        with form.catching_rules():
            serial = reading.serial_of(request.form.get("serial"))
            numbers = rules.read_entry(form.entry.data)
            reading.store(task, _me(), batch, serial, numbers, at=clock.now())
            note = _("Sheet %(n)s is stored.", n=number(serial))
            return see_other(url_for(".read", batch_id=batch_id, task=task), note)
    return page(
        "polling/read.html",
        status=form.status,
        form=form,
        task=task,
        batch=batch,
        serial=reading.next_serial(task, _me(), batch),
        lines=ballots.paper(batch.pot),
    )


@bp.post("/counter/pots/<uuid:pot_id>/finish")
@staff
def finish(pot_id: UUID) -> Response:
    """Close a box whose sheets are all in."""
    pot = _pot(str(pot_id))
    actions.finish_paper(_me(), pot, at=clock.now())
    return see_other(url_for(".bags"), _("The box is closed. The votes are counted now."))


def _bag(batch: PaperBatch, form: CountForm) -> Response:
    may_see_bags.require(current_user, batch.pot.area)
    return page(
        "polling/bag.html",
        status=form.status,
        form=form,
        bag=queries.bag_of(batch),
        batch=batch,
        left=reading.left_for(_me(), batch),
    )


def _found(batch_id: UUID) -> PaperBatch:
    """The bag of an address, or a page that says there is none."""
    found = queries.batch(batch_id)
    if found is None:
        raise NotHere(N_("There is no such bag."))
    return found


def _desk(
    form: PersonForm, *, key: bytes | None = None, error: RuleBroken | None = None
) -> Response:
    at = clock.now()
    cycle = cycles.running_cycle(at)
    pots = _served(cycle) if cycle else []
    return page(
        "polling/desk.html",
        status=422 if error else form.status,
        form=form,
        cycle=cycle,
        voting=cycles.voting_of(cycle) if cycle else None,
        open=_is_voting(cycle, pots),
        offers=queries.offers(key, pots, at) if key else None,
        slip=write_slip(_me(), key) if key else None,
        error=sentence(error) if error else None,
    )


def _served(cycle: Cycle) -> list[Pot]:
    """The pots for which this clerk hands out papers."""
    return [pot for pot in cycles.pots_of(cycle) if may_serve_counter(current_user, pot.area)]


def _is_voting(cycle: Cycle | None, pots: list[Pot]) -> bool:
    voting = cycles.voting_of(cycle) if cycle else None
    return bool(pots and voting and voting.opens_at <= clock.now() < voting.closes_at)


def _pot(typed: str) -> Pot:
    try:
        found = cycles.pot(UUID(typed))
    except ValueError:
        found = None
    if found is None:
        raise NotHere(N_("There is no such ballot."))
    return found


def _me() -> Account:
    me: Account = current_user._get_current_object()
    return me
