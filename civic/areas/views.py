"""The map of the city and the list of its parts."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from civic.areas.atlas import map_of, position
from civic.areas.maps import Drawing
from civic.areas.models import Area, Level
from civic.areas.queries import Branch, areas_of, current_version, drawn, grown, search_areas
from civic.kernel import clock
from civic.kernel.access import public
from civic.kernel.errors import NotHere
from civic.kernel.pages import page
from civic.kernel.roles import N_
from civic.kernel.text import latin_digits, tidy

bp = Blueprint("areas", __name__, url_prefix="/areas")


@bp.get("/")
@public
def index() -> Response:
    """The city, or one of its districts, as map and list; with a search over all areas."""
    version = current_version(clock.now())
    root = grown(areas_of(version)) if version else None
    if version is None or root is None:
        return page("areas/empty.html")
    text = tidy(request.args.get("q"))
    chosen = _branch(root, request.args.get("district"))
    return page(
        "areas/index.html",
        block="found",
        version=version,
        city=root,
        chosen=chosen,
        drawing=_drawing(chosen.area if chosen else root.area),
        text=text,
        found=search_areas(text, version),
        districts={branch.area.code: branch.area for branch in root.parts},
    )


def _branch(root: Branch, code: str | None) -> Branch | None:
    if not code:
        return None
    code = latin_digits(code)
    # District 6 is asked for as 6 and stored as 06.
    for branch in root.parts:
        if code in {branch.area.code, branch.area.code.lstrip("0")}:
            return branch
    raise NotHere(N_("There is no district with this number."))


def _drawing(area: Area) -> Drawing | None:
    if area.level is Level.CITY:
        return map_of(drawn(area, Level.DISTRICT), _address)
    return map_of(drawn(area, Level.NEIGHBOURHOOD), _address, label=position)


def _address(area: Area) -> str:
    """Districts open their own map, neighbourhoods their home."""
    if area.level is Level.DISTRICT:
        return url_for("areas.index", district=area.code)
    return url_for("pages.area", code=area.code)
