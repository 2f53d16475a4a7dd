"""The pages on which residents propose, and on which everybody reads the proposals."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from civic.areas.names import area_name
from civic.cycles.models import Cycle
from civic.cycles.phases import Ability
from civic.cycles.queries import cycle_by_code, running_cycle
from civic.cycles.rules import allows, next_chance, phase_at
from civic.kernel import clock
from civic.kernel.access import public, signed_in
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _, local
from civic.kernel.pages import page, see_other, wants_fragment
from civic.kernel.paging import page_number
from civic.notifications.queries import follows
from civic.proposals import actions, listing, queries, rules
from civic.proposals.beside import told_beside
from civic.proposals.forms import AreaForm, CheckForm, StepForm, form_for
from civic.proposals.leftovers import take_along
from civic.proposals.models import Proposal
from civic.proposals.policy import may_edit_proposal, may_submit_proposal, may_take_along
from civic.proposals.states import Category, State
from civic.proposals.telling import told

Member = TypeVar("Member", bound=StrEnum)
bp = Blueprint("proposals", __name__, url_prefix="/proposals")
LIMITS = {
    "title": rules.TITLE_LENGTHS[1],
    "problem": rules.TEXT_LENGTHS[1],
    "solution": rules.TEXT_LENGTHS[1],
    "place": rules.PLACE_LENGTHS[1],
}
STEP = f"/<uuid:proposal_id>/write/<any({','.join(rules.STEPS)}):step>"


@bp.route("/")
@public
def index() -> Response:
    """All proposals of a cycle, narrowed and searched."""
    wanted, at = _wanted(), clock.now()
    return page(
        "proposals/index.html",
        block="proposal_list",
        wanted=wanted,
        open=wanted is not None and allows(wanted.cycle.phases, Ability.PROPOSE, at),
        found=listing.page_of(wanted, page_number()) if wanted else None,
        districts=[]
        if wanted is None or wants_fragment()
        else queries.districts_and_parts(wanted.cycle.city),
        bands=listing.COST_BANDS,
        categories=list(Category),
        states=[state for state in State if state is not State.DRAFT],
        chosen={name: value for name, value in request.args.items() if value and name != "page"},
    )


def _wanted() -> listing.Wanted | None:
    at, asked = clock.now(), request.args
    cycle = cycle_by_code(asked["cycle"]) if asked.get("cycle") else running_cycle(at)
    if cycle is None and asked.get("cycle"):
        raise NotHere(N_("There is no such cycle."))
    if cycle is None:
        return None
    return listing.Wanted(
        cycle,
        local(at).date(),
        q=asked.get("q", "")[:100],
        category=_member(Category, asked.get("category")),
        area=asked.get("area", ""),
        state=_member(State, asked.get("state")),
        cost=asked.get("cost", ""),
        sort=asked.get("sort", "mixed"),
    )


def _member(kind: type[Member], value: str | None) -> Member | None:
    return next((member for member in kind if member == value), None)


@bp.route("/<uuid:proposal_id>/")
@public
def show(proposal_id: UUID) -> Response:
    """Everything about a proposal."""
    proposal = queries.proposal_for(current_user, proposal_id)
    if proposal.state is State.DRAFT:
        return see_other(url_for(".check", proposal_id=proposal.id))
    history = queries.history_of(proposal)
    return page(
        "proposals/show.html",
        proposal=proposal,
        history=[told(event) for event in history],
        family=queries.family_of(proposal) if _has_twins(proposal, history) else [],
        beside=told_beside(proposal, current_user),
        following=follows(current_user, "proposal", proposal.id),
        phase=phase_at(proposal.cycle.phases, clock.now()),
        next_cycle=_next_cycle(proposal) if may_take_along(current_user, proposal) else None,
    )


def _next_cycle(proposal: Proposal) -> Cycle | None:
    """The cycle into which its author can take a proposal now."""
    cycle = running_cycle(clock.now())
    if cycle is None or cycle.id == proposal.cycle_id:
        return None
    return cycle if allows(cycle.phases, Ability.PROPOSE, clock.now()) else None


def _has_twins(proposal: Proposal, history) -> bool:
    return proposal.merged_into_id is not None or any(e.kind == "joined" for e in history)


@bp.route("/new")
@public
def start() -> Response:
    """May I propose now, and is it a matter for the budget?"""
    at = clock.now()
    cycle = running_cycle(at)
    phases = cycle.phases if cycle else []
    return page(
        "proposals/start.html",
        cycle=cycle,
        open=allows(phases, Ability.PROPOSE, at),
        phase=phase_at(phases, at),
        coming=next_chance(phases, Ability.PROPOSE, at),
        drafts=queries.drafts_of(current_user.id) if current_user.is_authenticated else [],
    )


@bp.post("/begin")
@signed_in
def begin() -> Response:
    """Begin a draft."""
    cycle = running_cycle(clock.now())
    if cycle is None:
        raise NotHere(N_("No cycle runs now."))
    draft = actions.start_draft(current_user, cycle, at=clock.now())
    return see_other(url_for(".step", proposal_id=draft.id, step=rules.STEPS[0]))


@bp.route(STEP, methods=["GET", "POST"])
@signed_in
def step(proposal_id: UUID, step: str) -> Response:
    """One thing of a proposal; saved at every step."""
    proposal = queries.proposal_for(current_user, proposal_id)
    may_edit_proposal.require(current_user, proposal)
    form = _offered(form_for(step, proposal), proposal)
    if form.is_submitted():
        fine = form.validate()
        with form.catching_rules():
            actions.save_step(current_user, proposal, form.kept(), at=clock.now())
            if "X-Autosave" in request.headers:
                return Response(status=204)
            if fine:
                return see_other(_onwards(proposal, step))
    return page(
        "proposals/step.html",
        block="similar_ideas",
        status=form.status,
        steps=rules.STEPS,
        limits=LIMITS.get(step),
        before=rules.step_before(step),
        form=form,
        proposal=proposal,
        step=step,
        similar=_similar(proposal, step),
    )


def _offered(form: StepForm, proposal: Proposal) -> StepForm:
    if isinstance(form, AreaForm):
        form.offer(queries.districts_and_parts(proposal.cycle.city), area_name)
    return form


def _onwards(proposal: Proposal, step: str) -> str:
    if "similar" in request.form:
        return url_for(".step", proposal_id=proposal.id, step=step, _anchor="similar-ideas")
    following = rules.step_after(step)
    if following is None or request.args.get("back") == "check":
        return url_for(".check", proposal_id=proposal.id)
    return url_for(".step", proposal_id=proposal.id, step=following)


def _similar(proposal: Proposal, step: str) -> list[Proposal]:
    title = request.values.get("title", proposal.title)[:200]
    if step != "title" or not title:
        return []
    return queries.like_title(
        title, cycle_id=proposal.cycle_id, area=proposal.area, besides=proposal.id
    )


@bp.route("/<uuid:proposal_id>/check", methods=["GET", "POST"])
@signed_in
def check(proposal_id: UUID) -> Response:
    """Check your answers, then hand in."""
    proposal = queries.proposal_for(current_user, proposal_id)
    may_submit_proposal.require(current_user, proposal)
    done = url_for(".done", proposal_id=proposal.id)
    if proposal.state is State.SUBMITTED:
        return see_other(done)
    may_edit_proposal.require(current_user, proposal)
    form = CheckForm()
    if form.validate_on_submit():
        with form.catching_rules():
            actions.submit_proposal(current_user, proposal, at=clock.now())
            return see_other(done)
    return page(
        "proposals/check.html",
        status=form.status,
        form=form,
        proposal=proposal,
        missing=rules.missing_steps(proposal, place_is_chosen=actions.is_somewhere(proposal)),
    )


@bp.route("/<uuid:proposal_id>/done")
@signed_in
def done(proposal_id: UUID) -> Response:
    """It is handed in; what happens next, who does it, until when."""
    proposal = queries.proposal_for(current_user, proposal_id)
    may_submit_proposal.require(current_user, proposal)
    if proposal.state is State.DRAFT:
        return see_other(url_for(".check", proposal_id=proposal.id))
    return page("proposals/done.html", proposal=proposal)


@bp.post("/<uuid:proposal_id>/again")
@signed_in
def again(proposal_id: UUID) -> Response:
    """Take what did not go on in its cycle into the one that runs now."""
    proposal = queries.proposal_for(current_user, proposal_id)
    may_take_along.require(current_user, proposal)
    cycle = running_cycle(clock.now())
    if cycle is None:
        raise NotHere(N_("No cycle runs now."))
    made = take_along(current_user, proposal, cycle, at=clock.now())
    note = _("Here it is with everything you wrote. Check it, change what you like, hand it in.")
    if made.state is not State.DRAFT:
        note = _("You took it into this cycle before; this is it.")
    return see_other(url_for(".show", proposal_id=made.id), note=note)


@bp.post("/<uuid:proposal_id>/withdraw")
@signed_in
def withdraw(proposal_id: UUID) -> Response:
    """Take a proposal out of the round."""
    proposal = queries.proposal_for(current_user, proposal_id)
    actions.withdraw_proposal(current_user, proposal, at=clock.now())
    note = _("Your proposal is withdrawn. Its page stays, with what happened to it.")
    return see_other(url_for(".show", proposal_id=proposal.id), note=note)


@bp.post("/<uuid:proposal_id>/delete")
@signed_in
def delete(proposal_id: UUID) -> Response:
    """Delete a draft."""
    proposal = queries.proposal_for(current_user, proposal_id)
    actions.delete_draft(current_user, proposal)
    return see_other(url_for("pages.mine"), note=_("The draft is deleted."))
