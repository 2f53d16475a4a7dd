"""What anybody may take along: feeds, tables and the map; the same for everybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, request, stream_with_context, url_for
from flask_babel import force_locale

from civic.areas.models import AreaVersion
from civic.areas.names import area_name
from civic.areas.queries import area_by_code, current_version
from civic.cycles.queries import cycle_by_code
from civic.kernel import clock
from civic.kernel.access import public
from civic.kernel.errors import NotHere
from civic.kernel.i18n import LANGUAGES, N_, _
from civic.kernel.pages import page
from civic.opendata import feeds, queries, rules
from civic.opendata.dictionary import MEANINGS

bp = Blueprint("opendata", __name__)
# A reader that asks more often gets the answer it has.
FIVE_MINUTES = "public, max-age=300"
# Changes with the form of what is given away, so that nobody keeps the old form.
FORM = "1"
ATOM = "application/atom+xml; charset=utf-8"


@bp.route("/open-data")
@public
def index() -> Response:
    """What can be taken, in which form, and under which licence."""
    version = current_version(clock.now())
    return page(
        "opendata/index.html",
        version=version,
        areas=queries.widest_areas(version) if version else [],
        cycles=queries.cycles(),
        counts=queries.published_counts(),
        columns={"proposals": rules.PROPOSAL_COLUMNS, "projects": rules.PROJECT_COLUMNS},
        meanings=MEANINGS,
    )


@bp.route("/a/<code>/feed.atom")
@public
def area_feed(code: str) -> Response:
    """Results, routed projects, stages and reports of an area and its parts."""
    area = area_by_code(code)
    if area is None:
        raise NotHere(N_("There is no area with this code."))
    with force_locale(_language()):
        feed = feeds.Feed(
            title=_("News from %(area)s", area=area_name(area)),
            address=_self(),
            page=url_for("pages.area", code=area.code, _external=True),
            since=queries.version_of(area).imported_at,
        )
        return _feed(feeds.written(feed, queries.news_of_area(area)))


@bp.route("/projects/<uuid:project_id>/feed.atom")
@public
def project_feed(project_id: UUID) -> Response:
    """Everything that happened to one project."""
    project = queries.project(project_id)
    if project is None:
        raise NotHere(N_("There is no such project."))
    with force_locale(_language()):
        feed = feeds.Feed(
            title=_("News of “%(title)s”", title=project.title),
            address=_self(),
            page=feeds.page_of(project),
            since=project.routed_at,
        )
        return _feed(feeds.written(feed, queries.news_of_project(project.id)))


def _language() -> str:
    # By the address only: an answer that depends on a cookie could not be kept for others.
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else current_app.config["CIVIC"].language


def _self() -> str:
    asked = {"lang": request.args["lang"]} if request.args.get("lang") in LANGUAGES else {}
    return url_for(str(request.endpoint), **(request.view_args or {}), **asked, _external=True)


def _feed(text: str) -> Response:
    response = Response(text, content_type=ATOM, headers={"Cache-Control": FIVE_MINUTES})
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.route("/open-data/areas.geojson")
@public
def areas() -> Response:
    """The areas of the present division with their borders."""
    version = current_version(clock.now())
    if version is None:
        raise NotHere(N_("No areas have been imported yet."))
    return _streamed(_features(version), "application/geo+json", version.sha256)


@bp.route("/open-data/<code>/proposals.<any(csv, json):form>")
@public
def proposals(code: str, form: str) -> Response:
    """The public proposals of a cycle, without persons."""
    cycle = cycle_by_code(code)
    if cycle is None:
        raise NotHere(N_("There is no such cycle."))
    mark, rows = queries.state_of_proposals(cycle), queries.proposals_of(cycle)
    if form == "csv":
        return _csv(rules.PROPOSAL_COLUMNS, rows, f"proposals-{cycle.code}", mark)
    head = {"cycle": cycle.code, "licence": current_app.config["CIVIC"].data_licence}
    return _streamed(_json(head, "proposals", rows), "application/json", mark)


@bp.route("/open-data/projects.csv")
@public
def projects() -> Response:
    """All projects with their stage and their money."""
    mark = queries.state_of_projects()
    return _csv(rules.PROJECT_COLUMNS, queries.projects(), "projects", mark)


def _csv(columns: Iterable[str], rows: Iterable[Any], name: str, mark: str) -> Response:
    answer = _streamed(rules.csv_lines(tuple(columns), rows), "text/csv; charset=utf-8", mark)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _streamed(parts: Iterable[str], content_type: str, mark: str) -> Response:
    """The parts one after the other, or nothing for a reader that has them already."""
    tag = hashlib.sha256(f"{FORM}:{request.path}:{mark}".encode()).hexdigest()[:32]
    response = Response(content_type=content_type, headers={"Cache-Control": FIVE_MINUTES})
    response.set_etag(tag)
    if tag in request.if_none_match:
        response.make_conditional(request)
    else:
        response.response = stream_with_context(iter(parts))
        del response.content_length
    return response


def _features(version: AreaVersion) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":['
    comma = ""
    for area, parent in queries.areas_with_geometry(version):
        told = {"code": area.code, "name": area.name, "name_en": area.name_en,
                "level": area.level.value, "parent": parent}  # fmt: skip
        feature = {"type": "Feature", "properties": told, "geometry": area.geometry}
        yield f"{comma}\n{json.dumps(feature, ensure_ascii=False, separators=(',', ':'))}"
        comma = ","
    yield "\n]}\n"


def _json(head: dict[str, str], name: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, {json.dumps(name)}: ["
    comma = ""
    for row in rows:
        line = {key: rules.plain(value) for key, value in row.items()}
        yield f"{comma}\n{json.dumps(line, ensure_ascii=False)}"
        comma = ","
    yield "\n]}\n"
