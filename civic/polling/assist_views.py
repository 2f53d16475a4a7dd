"""The pages of assisted votes: an ambassador with a person, the commission with batches."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user

from civic.accounts import actions as accounts
from civic.accounts.models import Account
from civic.accounts.queries import people
from civic.ballots import queries as ballots
from civic.cycles import queries as cycles
from civic.kernel import clock
from civic.kernel.access import staff
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_, _, _n, number, sentence
from civic.kernel.pages import page, see_other
from civic.polling import assisting, queries
from civic.polling.forms import AssistForm, HeardCodeForm, chosen
from civic.polling.models import AssistedSession
from civic.polling.policy import may_assist, may_sit_in_commission

bp = Blueprint("assist", __name__)


@bp.route("/assist/", methods=["GET", "POST"])
@staff
def start() -> Response:
    """Begin with a person: where, on which device, and a code to the person's own phone."""
    may_assist.require(current_user)
    form, at = AssistForm(), clock.now()
    if form.validate_on_submit():
        with form.catching_rules():
            assisting.check_pace(_me(), at)
            secret = secrets.token_urlsafe(24)
            accounts.ask_for_code(form.mobile.data or "", secret, at=at)
            session["assist"] = {
                "secret": secret, "place": form.place.data, "device": form.device.data,
            }  # fmt: skip
            return see_other(url_for(".code"))
    return page("polling/assist.html", status=form.status, form=form)


@bp.route("/assist/code", methods=["GET", "POST"])
@staff
def code() -> Response:
    """The code that the person reads out from their own phone opens the session."""
    may_assist.require(current_user)
    form, kept = HeardCodeForm(), _kept("secret")
    if form.validate_on_submit():
        with form.catching_rules():
            at = clock.now()
            opened = accounts.sign_in(form.code.data or "", kept["secret"], device="", at=at)
            # The code has shown that the person is there; this device is not signed in as them.
            accounts.sign_out(opened.token, at=at)
            made = assisting.open_session(
                _me(), opened.account, place=kept["place"], device=kept["device"], at=at
            )
            session["assist"] = {"session": str(made.id), "key": str(uuid4())}
            return see_other(url_for(".vote"))
    return page("polling/assist_code.html", status=form.status, form=form)


@bp.route("/assist/vote", methods=["GET", "POST"])
@staff
def vote() -> Response:
    """The papers of the person, who chooses on this screen while the ambassador looks away."""
    may_assist.require(current_user)
    kept, at = _kept("session"), clock.now()
    running = assisting.session_by_id(UUID(kept["session"]))
    if request.method == "GET":
        return _vote(running)
    wanted = request.form.get("pot", "")
    pot = next(
        (pot for pot, _done in assisting.pots_of(running, at) if str(pot.id) == wanted), None
    )
    if pot is None:
        raise NotHere(N_("There is no such ballot."))
    try:
        key = UUID(kept["key"])
        assisting.cast_assisted(_me(), running, pot, chosen(), key=key, at=at)
    except RuleBroken as error:
        return _vote(running, error=error)
    return see_other(url_for(".vote"), _("The vote is cast. The person gets a message about it."))


@bp.post("/assist/end")
@staff
def end() -> Response:
    """Let go of the person; this device knows nothing of them any more."""
    may_assist.require(current_user)
    session.pop("assist", None)
    return see_other(url_for(".start"), _("The session is over."))


@bp.get("/assist/batches")
@staff
def batches() -> Response:
    """The sealed batches of each pot, for the commission."""
    may_sit_in_commission.require(current_user)
    cycle = cycles.running_cycle(clock.now())
    pots = queries.with_papers(cycles.pots_of(cycle) if cycle else [])
    units = [(pot, ballots.box_state(pot.id), assisting.units_of(pot)) for pot in pots]
    assistants = {b.assistant_id for _, _, some in units for unit in some for b in unit.batches}
    return page(
        "polling/batches.html",
        units=[one for one in units if one[2]],
        people=people(assistants),
    )


@bp.post("/assist/batches/<uuid:batch_id>/<any(question, exclude, stand):act>")
@staff
def decide(batch_id: UUID, act: str) -> Response:
    """Ask for a batch to be taken out, agree to it, or let it stand."""
    may_sit_in_commission.require(current_user)
    at, back = clock.now(), url_for(".batches")
    if act == "question":
        why = request.form.get("why", "").strip()[:500]
        if not why:
            raise RuleBroken(N_("Write why, in a sentence: it stands in the log."))
        assisting.question(_me(), batch_id, why=why, at=at)
        return see_other(back, _("You have asked for it. Somebody else of the commission decides."))
    if act == "stand":
        assisting.let_stand(_me(), batch_id, at=at)
        return see_other(back, _("The batch stands and is counted."))
    taken = assisting.exclude(_me(), batch_id, at=at)
    note = _n("One vote was taken out.", "%(n)s votes were taken out.", taken, n=number(taken))
    return see_other(back, note)


def _vote(running: AssistedSession, *, error: RuleBroken | None = None) -> Response:
    papers = [
        (pot, done, ballots.paper(pot)) for pot, done in assisting.pots_of(running, clock.now())
    ]
    return page(
        "polling/assist_vote.html",
        status=422 if error else 200,
        papers=[one for one in papers if one[2]],
        chosen=set(chosen()),
        at_pot=request.form.get("pot"),
        error=sentence(error) if error else None,
    )


def _kept(part: str) -> dict[str, Any]:
    kept: dict[str, Any] = session.get("assist") or {}
    if part not in kept:
        raise RuleBroken(N_("This session is over. Begin a new one with the person."))
    return kept


def _me() -> Account:
    me: Account = current_user._get_current_object()
    return me
