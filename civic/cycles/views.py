"""The page of a cycle for everybody, and its set-up for administrators."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request, url_for
from flask_login import current_user

from civic.cycles import actions, queries, rules
from civic.cycles.forms import PhasesForm, PotForm, VotersForm
from civic.cycles.kinds import RULE_WORDS, Standing
from civic.cycles.models import Cycle
from civic.cycles.phases import ABILITY_NAMES, ALLOWS, Ability
from civic.cycles.policy import may_manage_cycles
from civic.electorate.kinds import RESIDENCE_NAMES
from civic.kernel import clock
from civic.kernel.access import public, staff
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_, _
from civic.kernel.pages import page, see_other

bp = Blueprint("cycles", __name__, url_prefix="/cycles")


@bp.get("/<code>")
@public
def show(code: str) -> Response:
    """Dates, pots and rules of a cycle, and what can be done in each phase."""
    cycle, at = _cycle(code), clock.now()
    now = rules.phase_at(cycle.phases, at)
    return page(
        "cycles/show.html",
        cycle=cycle,
        at=at,
        running=now,
        gaps=rules.gaps(cycle.phases),
        abilities={
            phase.kind: [ABILITY_NAMES[ability] for ability in Ability if ability in allowed]
            for phase in cycle.phases
            for allowed in (ALLOWS[phase.kind],)
        },
        pots=queries.pots_of(cycle),
        rule_words=RULE_WORDS,
        rehearsal=cycle.standing is Standing.REHEARSAL,
        frozen=queries.frozen_rules(cycle.id),
        residence_name=RESIDENCE_NAMES[cycle.residence],
    )


@bp.get("/<code>/rules.json")
@public
def frozen_document(code: str) -> Response:
    """The frozen rules, byte for byte as they were hashed."""
    frozen = queries.frozen_rules(_cycle(code).id)
    if frozen is None:
        raise NotHere(N_("The rules of this cycle are frozen when voting opens."))
    response = make_response(frozen.document)
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="rules-{code}.json"'
    return response


@bp.route("/<code>/manage", methods=["GET", "POST"])
@staff
def manage(code: str) -> Response:
    """The dates of a cycle, and its pots."""
    cycle = _cycle(code)
    may_manage_cycles.require(current_user, cycle.city)
    form = PhasesForm().offer(() if request.method == "POST" else cycle.phases)
    if form.validate_on_submit():
        with form.catching_rules():
            actions.set_phases(current_user, cycle, form.spans, at=clock.now())
            return see_other(url_for(".manage", code=code), _("The dates are set."))
    return page(
        "cycles/manage.html",
        block="phases_form",
        status=form.status,
        cycle=cycle,
        form=form,
        pots=queries.pots_of(cycle),
        frozen=queries.frozen_rules(cycle.id),
    )


@bp.route("/<code>/manage/pot", methods=["GET", "POST"])
@staff
def pot(code: str) -> Response:
    """The pot of one area, new or changed."""
    cycle = _cycle(code)
    may_manage_cycles.require(current_user, cycle.city)
    area = queries.area_by_code(cycle, request.args.get("area", ""))
    form = PotForm().offer(queries.pot_of_area(cycle, area) if area else None)
    if form.validate_on_submit():
        with form.catching_rules():
            area = queries.area_by_code(cycle, form.area.data)
            if area is None:
                raise RuleBroken(N_("There is no area of this code."), field="area")
            actions.set_pot(current_user, cycle, area, form.terms, at=clock.now())
            return see_other(url_for(".manage", code=code), _("The pot is set."))
    return page(
        "cycles/pot.html", block="pot_form", status=form.status, cycle=cycle, form=form, area=area
    )


@bp.route("/<code>/manage/voters", methods=["GET", "POST"])
@staff
def voters(code: str) -> Response:
    """Who may vote in a cycle, and which registers are asked."""
    cycle = _cycle(code)
    may_manage_cycles.require(current_user, cycle.city)
    form = VotersForm().offer(cycle)
    if form.validate_on_submit():
        with form.catching_rules():
            actions.set_voters(
                current_user,
                cycle,
                form.terms_of(cycle),
                minimum_age=form.minimum_age.data,
                at=clock.now(),
            )
            return see_other(url_for(".manage", code=code), _("It is set who may vote."))
    return page(
        "cycles/voters.html", block="voters_form", status=form.status, cycle=cycle, form=form
    )


def _cycle(code: str) -> Cycle:
    cycle = queries.cycle_by_code(code)
    if cycle is None:
        raise NotHere(N_("There is no such cycle."))
    return cycle
