"""One's neighbourhood, why one can or cannot vote, and the rolls of those entitled."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from civic.accounts.queries import people
from civic.areas import queries as areas
from civic.areas.models import Area, Level
from civic.areas.names import area_name
from civic.electorate import actions, queries, rules
from civic.electorate.forms import DeclareForm
from civic.electorate.models import TIE_NAMES, Residency, Roll, Tie
from civic.electorate.policy import may_see_rolls
from civic.kernel import clock
from civic.kernel.access import signed_in, staff
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.i18n import N_, _, local
from civic.kernel.pages import page, see_other, way_back

bp = Blueprint("electorate", __name__)
# A list this long is read at a glance; a longer one is narrowed first.
FEW = 24


@bp.route("/me/neighbourhood", methods=["GET", "POST"])
@signed_in
def declare() -> Response:
    """Choose one's neighbourhood: by a word of its name, or by district and list."""
    home = queries.residency_of(current_user.id)
    districts, offered, chosen = _offered(home)
    form = DeclareForm(data=_as_chosen(home)).offer(offered)
    if form.validate_on_submit():
        area = db.session.get_one(Area, UUID(form.area.data))
        with form.catching_rules():
            actions.declare_residency(current_user, area, Tie(form.tie.data), at=clock.now())
            note = _("Your neighbourhood is now %(name)s.", name=area_name(area))
            return see_other(way_back(request.args.get("next"), _home_of(area)), note=note)
    return page(
        "electorate/declare.html",
        block="choice",
        status=form.status,
        form=form,
        home=home,
        districts=districts,
        chosen=chosen,
        asked=request.args.get("q", ""),
        target=request.args.get("next"),
    )


def _as_chosen(home: Residency | None) -> dict[str, str]:
    return {"area": str(home.area_id), "tie": home.tie.value} if home else {}


def _home_of(area: Area) -> str:
    """The page of the neighbourhood, where this city has one."""
    if "pages.area" in current_app.view_functions:
        return url_for("pages.area", code=area.code)
    return url_for(".declare")


def _offered(home: Residency | None) -> tuple[Sequence[Area], Sequence[Area], Area | None]:
    """The districts, the neighbourhoods to choose from now, and the district they are of."""
    version = areas.current_version(clock.now())
    every = areas.areas_of(version) if version else []
    districts = [area for area in every if area.level is Level.DISTRICT]
    places = [area for area in every if area.level is Level.NEIGHBOURHOOD]
    asked = request.args.get("q", "").strip()
    if asked and version:
        found = {area.id: area for area in areas.search_areas(asked, version)}
        within = [area for area in found.values() if area.level is not Level.CITY]
        return districts, [p for p in places if any(p.lies_in(w) for w in within)], None
    code = request.args.get("district") or (_district_code(home, districts))
    chosen = next((area for area in districts if area.code == code), None)
    if chosen is None and len(places) > FEW:
        return districts, [], None
    return districts, [p for p in places if chosen is None or p.lies_in(chosen)], chosen


def _district_code(home: Residency | None, districts: Sequence[Area]) -> str | None:
    if home is None:
        return None
    return next((area.code for area in districts if home.area.lies_in(area)), None)


@bp.route("/me/vote")
@signed_in
def eligibility() -> Response:
    """Why one can or cannot vote, in words, with the way to mend what is missing."""
    home, today = queries.residency_of(current_user.id), local(clock.now()).date()
    facts = queries.facts_of(current_user, queries.home_in(home), rules.AS_DECLARED)
    return page(
        "electorate/eligibility.html",
        in_general=rules.eligibility(facts, area_path=None, minimum_age=0, on_day=today),
        home=home,
        taken=queries.participations_of(current_user.id),
        tie_names=TIE_NAMES,
    )


@bp.get("/rolls/")
@staff
def rolls() -> Response:
    """The rolls that were imported, and which of them wait for a signature."""
    may_see_rolls.require(current_user)
    return page("electorate/rolls.html", rolls=queries.rolls())


@bp.get("/rolls/<uuid:roll_id>")
@staff
def roll(roll_id: UUID) -> Response:
    """One roll: how many people where, its fingerprint, and who stands for it."""
    may_see_rolls.require(current_user)
    one = _roll(roll_id)
    return page(
        "electorate/roll.html",
        roll=one,
        areas=queries.areas_of_city(one.city),
        signers=people([one.first_by_id, one.second_by_id]),
        holds=queries.confirmed_roll(one.cycle_key),
        last=queries.last_number(one.cycle_key) == one.number,
        frozen=queries.rules_are_frozen(one.cycle_key),
    )


@bp.post("/rolls/<uuid:roll_id>/confirm")
@staff
def confirm_roll(roll_id: UUID) -> Response:
    """Stand for a roll with one's name."""
    one = actions.confirm_roll(current_user, _roll(roll_id), at=clock.now())
    note = _("You have signed. Now a second person confirms this list.")
    if one.second_by_id:
        note = _("Two people have signed. This list holds from now on.")
    return see_other(url_for(".roll", roll_id=roll_id), note=note)


def _roll(roll_id: UUID) -> Roll:
    found = queries.roll(roll_id)
    if found is None:
        raise NotHere(N_("There is no such roll."))
    return found
