"""The pages on which residents vote, and on which the paper is composed."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.ballots import (
    actions,
    attempts,
    box_facts,
    checking,
    eligibility,
    forms,
    queries,
    receipts,
    rules,
    voters,
)
from civic.ballots.policy import may_compose_ballot
from civic.ballots.qr import qr_code
from civic.ballots.sheet import Sheet, Stage, published_from, stage_of
from civic.ballots.standing import Standing, standing_of
from civic.cycles import queries as cycles
from civic.cycles.models import Pot
from civic.cycles.phases import PhaseKind
from civic.electorate.queries import residency_of
from civic.electorate.rules import Check, State
from civic.kernel import clock
from civic.kernel.access import public, signed_in, staff
from civic.kernel.errors import CivicError, NotHere, RuleBroken
from civic.kernel.i18n import N_, _, local, sentence
from civic.kernel.pages import page, see_other

bp = Blueprint("ballots", __name__)
NO_BALLOT = N_("There is no such ballot.")


@bp.get("/vote/")
@signed_in
def index() -> Response:
    """The ballots of the person in their scopes, and how each stands."""
    at = clock.now()
    cycle, residency = cycles.running_cycle(at), residency_of(current_user.id)
    home = residency.area if residency else None
    pots = list(cycles.pots_for(cycle, home)) if cycle and home else []
    return page(
        "ballots/index.html",
        cycle=cycle,
        home=home,
        pots=pots,
        standing=standing_of(current_user, pots),
        stage=stage_of(cycle, at) if cycle else Stage.HIDDEN,
        voting=cycles.voting_of(cycle) if cycle else None,
        published=published_from(cycle) if cycle else None,
    )


@bp.get("/vote/<uuid:pot_id>")
@public
def paper(pot_id: UUID) -> Response:
    """The paper of a pot, to be read by everybody and ticked by who may vote."""
    pot = _pot(pot_id)
    return _show_paper(pot, forms.draft_of(pot))


@bp.post("/vote/<uuid:pot_id>")
@signed_in
def keep(pot_id: UUID) -> Response:
    """Keep the choice as it is in the browser, and go on to where the person wants."""
    pot, chosen = _pot(pot_id), forms.ticked()
    forms.keep_draft(pot, chosen)
    if request.form.get("do") == "keep":
        return Response(status=204)
    if request.form.get("do") == "update":
        return see_other(url_for(".paper", pot_id=pot.id, _anchor="pot"))
    try:
        _check(pot, chosen)
    except RuleBroken as error:
        return _show_paper(pot, chosen, error=error)
    return see_other(url_for(".review", pot_id=pot.id))


@bp.get("/vote/<uuid:pot_id>/review")
@signed_in
def review(pot_id: UUID) -> Response:
    """What was chosen, once more, before it is cast."""
    pot, at = _pot(pot_id), clock.now()
    rules.check_clock(cycles.voting_of(pot.cycle), at, at)
    eligibility.verdict(current_user, pot, local(at).date()).require()
    standing = standing_of(current_user, [pot])
    if pot.id in standing.on_paper:
        return see_other(url_for(".paper", pot_id=pot.id))
    chosen = forms.draft_of(pot)
    try:
        sheet = _check(pot, chosen)
    except RuleBroken as error:
        return _show_paper(pot, chosen, error=error)
    return page(
        "ballots/review.html",
        sheet=sheet,
        again=pot.id in standing.voted,
        token=forms.seal_review(current_user, pot, chosen, at=at),
        voting=cycles.voting_of(pot.cycle),
    )


@bp.post("/vote/<uuid:pot_id>/cast")
@signed_in
def cast(pot_id: UUID) -> Response:
    """Put what was reviewed into the box."""
    pot = box_facts.pot_to_vote(pot_id)
    if pot is None:
        raise NotHere(NO_BALLOT)
    vote = forms.open_review(current_user, pot, request.form.get("token", ""))
    voter, at = current_user._get_current_object(), clock.now()
    try:
        actions.cast_ballot(
            voter, pot, vote.choices, key=vote.key, form_opened_at=vote.opened_at, at=at
        )
    except CivicError:
        attempts.note_refusal(voter, pot, at=at)
        raise
    forms.drop_draft(pot)
    forms.keep_look(pot, since=vote.opened_at)
    return see_other(url_for(".receipt", pot_id=pot_id))


@bp.get("/vote/<uuid:pot_id>/receipt")
@signed_in
def receipt(pot_id: UUID) -> Response:
    """The code of the ballot that stands in the box; never what is on it."""
    pot, at = _pot(pot_id), clock.now()
    ballot = voters.ballot_of(current_user, pot)
    if ballot is None:
        raise NotHere(N_("You have no ballot in this box."))
    promise = receipts.promise(pot.cycle.code, ballot.receipt, at=at)
    address = url_for(".find", **promise.as_address(), _external=True)
    look = forms.look_for(pot, ballot.receipt, at=at)
    look_address = url_for(".look", word=receipts.seal_look(look), _external=True) if look else None
    return page(
        "ballots/receipt.html",
        pot=pot,
        code=ballot.receipt,
        address=address,
        qr=qr_code(address, _("QR code that leads to the page where the receipt is checked")),
        promise=promise,
        standing=checking.standing_of(pot, ballot),
        look=look,
        look_address=look_address,
        look_qr=look_address
        and qr_code(look_address, _("QR code with which a second device shows your vote")),
        voting=cycles.voting_of(pot.cycle),
        stage=stage_of(pot.cycle, at),
        results=next((p for p in pot.cycle.phases if p.kind is PhaseKind.RESULTS), None),
    )


@bp.get("/vote/look/<word>")
@public
def look(word: str) -> Response:
    """What a ballot holds, on a second device, for half an hour after it was cast."""
    opened = receipts.open_look(word, at=clock.now())
    pot = cycles.pot(opened.pot_id) if opened else None
    choices = queries.choices_behind(opened.pot_id, opened.code) if opened else None
    if opened is None or pot is None or choices is None:
        raise NotHere(
            N_("This look at a vote is over. It is open for half an hour after the vote was cast.")
        )
    chosen = Sheet(pot, queries.paper(pot), choices)
    return page("ballots/look.html", sheet=chosen, code=opened.code, until=opened.until)


@bp.get("/verify")
@public
def find() -> Response:
    """Answer in words what stands behind a receipt code."""
    typed = request.args.get("code", "")
    if rules.is_document_number(typed):
        return see_other(url_for("documents.verify", number=rules.digits_of(typed)))
    code = rules.read_code(typed)
    answer = checking.answer_to(code, request.args) if code else checking.Answer()
    return page("ballots/find.html", block="answer", typed=typed, code=code, answer=answer)


@bp.get("/ballots/compose")
@staff
def compose() -> Response:
    """The papers of the running cycle that this person may compose."""
    cycle = cycles.running_cycle(clock.now())
    pots = queries.pots_to_compose(cycle) if cycle else []
    mine = [(pot, waiting) for pot, waiting in pots if may_compose_ballot(current_user, pot.area)]
    return page("ballots/compose.html", cycle=cycle, pots=mine)


@bp.route("/ballots/compose/<uuid:pot_id>", methods=["GET", "POST"])
@staff
def compose_paper(pot_id: UUID) -> Response:
    """Put feasible proposals on the paper of one pot."""
    pot = _pot(pot_id)
    may_compose_ballot.require(current_user, pot.area)
    waiting = queries.feasible_for(pot)
    form = forms.ComposeForm().offer(waiting)
    if form.validate_on_submit():
        with form.catching_rules():
            wanted = [p for p in waiting if p.id in set(form.proposals.data)]
            actions.compose_paper(current_user, pot, wanted, at=clock.now())
            return see_other(url_for(".compose_paper", pot_id=pot_id), _("They are on the paper."))
    return page(
        "ballots/compose_paper.html",
        block="compose_form",
        status=form.status,
        pot=pot,
        form=form,
        waiting=waiting,
        paper=queries.paper(pot),
        frozen=cycles.frozen_rules(pot.cycle_id),
    )


def _pot(pot_id: UUID) -> Pot:
    pot = cycles.pot(pot_id)
    if pot is None:
        raise NotHere(NO_BALLOT)
    return pot


def _check(pot: Pot, chosen: list[int]) -> Sheet:
    lines = queries.paper(pot)
    rules.check_choices(chosen, {line.number: line for line in lines}, queries.limits_of(pot))
    return Sheet(pot, lines, chosen)


def _show_paper(pot: Pot, chosen: list[int], *, error: RuleBroken | None = None) -> Response:
    stage = stage_of(pot.cycle, clock.now())
    seen = stage is not Stage.HIDDEN
    hindrance = _hindrance(pot) if stage is Stage.VOTE else None
    standing = standing_of(current_user, [pot]) if current_user.is_authenticated else Standing()
    on_paper = pot.id in standing.on_paper
    is_voter = current_user.is_authenticated and hindrance is None and not on_paper
    votes = stage is Stage.VOTE and is_voter
    return page(
        "ballots/paper.html",
        block="ballot_form" if votes else None,
        status=422 if error else 200,
        sheet=Sheet(pot, queries.paper(pot) if seen else [], chosen),
        stage=stage,
        votes=votes,
        published=published_from(pot.cycle),
        voting=cycles.voting_of(pot.cycle),
        error=sentence(error) if error else None,
        hindrance=hindrance,
        voted=pot.id in standing.voted,
        on_paper=on_paper,
        turnout=0 if votes else rules.rounded(queries.turnout(pot.id)),
    )


def _hindrance(pot: Pot) -> Check | None:
    if not current_user.is_authenticated:
        return None
    missing = eligibility.verdict(current_user, pot, local(clock.now()).date()).missing
    # What one can mend oneself comes before what others are waited for.
    return min(missing, key=lambda check: check.state is State.WAITING, default=None)
