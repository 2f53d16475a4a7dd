"""The faces of the platform: home, a neighbourhood's page, my page, desks, and small services."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, request, send_file, url_for
from flask_login import current_user
from sqlalchemy import text

from civic.areas.queries import ancestors, area_by_code
from civic.cycles.queries import running_cycle
from civic.kernel import clock
from civic.kernel.access import public, signed_in, staff
from civic.kernel.db import db
from civic.kernel.errors import NotHere
from civic.kernel.i18n import LANGUAGES, _
from civic.kernel.pages import page, way_back
from civic.kernel.pictures import picture_path
from civic.pages import queries
from civic.projects.rules import TABS

bp = Blueprint("pages", __name__)
A_YEAR = 365 * 86400
SHOWN_PROJECTS = 20


@bp.route("/")
@public
def home() -> Response:
    """The city's front page: where the cycle stands, and the way to one's neighbourhood."""
    at = clock.now()
    cycle = running_cycle(at)
    sought = request.args.get("q", "")
    return page(
        "pages/home.html",
        block="neighbourhood_search",
        now_at=queries.standing(cycle, at) if cycle else None,
        numbers=queries.city_numbers(cycle, at),
        mine=queries.home_of(current_user.id) if current_user.is_authenticated else None,
        sought=sought,
        found=queries.places_like(sought, at),
    )


@bp.route("/a/<code>")
@public
def area(code: str) -> Response:
    """The home of a neighbourhood (or a district, or the city)."""
    place = area_by_code(code)
    if place is None:
        raise NotHere(_("There is no area with this code."))
    at = clock.now()
    cycle = running_cycle(at)
    tab = request.args.get("tab", "running")
    return page(
        "pages/area.html",
        block="works",
        area=place,
        line=ancestors(place),
        now_at=queries.standing(cycle, at) if cycle else None,
        pots=queries.pots_over(cycle, place) if cycle else [],
        glance=queries.glance(cycle, place),
        tab=tab if tab in TABS else "running",
        projects=queries.projects_of_area(place, tab if tab in TABS else "running"),
    )


@bp.route("/me")
@signed_in
def mine() -> Response:
    """What I did, what I follow, and what I have begun."""
    at = clock.now()
    cycle = running_cycle(at)
    return page(
        "pages/mine.html",
        now_at=queries.standing(cycle, at) if cycle else None,
        home=queries.home_of(current_user.id),
        mine=queries.what_is_mine(current_user.id),
    )


@bp.route("/desk")
@staff
def desk() -> Response:
    """The desks of a person's roles."""
    return page("pages/desk.html", cycle=running_cycle(clock.now()))


@bp.route("/about")
@public
def about() -> Response:
    """What this is, who decides what, and what nobody can promise."""
    return page("pages/about.html")


@bp.route("/promise")
@public
def promise() -> Response:
    """What residents can rely on in a vote, and what nobody can promise them."""
    return page("pages/promise.html")


@bp.route("/patterns")
@public
def patterns() -> Response:
    """Every component in every state, for designers and tests."""
    return page("pages/patterns.html")


@bp.route("/language/<code>")
@public
def language(code: str) -> Response:
    """Speak another language from now on, on the page one came from."""
    if code not in LANGUAGES:
        abort(404)
    answer = redirect(way_back(request.args.get("next"), url_for(".home")), code=303)
    answer.set_cookie("lang", code, max_age=A_YEAR, samesite="Lax", httponly=True)
    return make_response(answer)


@bp.route("/media/<name>")
@public
def picture(name: str) -> Response:
    """A stored picture; its name is its content, so it may be kept for ever."""
    try:
        answer = send_file(picture_path(name), mimetype="image/webp", max_age=A_YEAR)
    except FileNotFoundError:
        abort(404)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.route("/healthz")
@public
def healthz() -> Response:
    """Alive, and the database answers."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
