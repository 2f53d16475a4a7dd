"""One's neighbourhood, and why one can or cannot vote."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, current_app, request, url_for
from flask_login import current_user

from civic.areas import queries as areas
from civic.areas.models import Area, Level
from civic.areas.names import area_name
from civic.electorate import actions, queries
from civic.electorate.forms import DeclareForm
from civic.electorate.models import Residency, Tie
from civic.kernel import clock
from civic.kernel.access import signed_in
from civic.kernel.db import db
from civic.kernel.i18n import _, local
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
    today = local(clock.now()).date()
    return page(
        "electorate/eligibility.html",
        verdict=queries.eligibility_of(current_user, None, minimum_age=0, on_day=today),
        home=queries.residency_of(current_user.id),
        taken=queries.participations_of(current_user.id),
    )
