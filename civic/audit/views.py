"""The auditor's reading room."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context
from flask_login import current_user

from civic.audit import queries
from civic.audit.events import EVENT_NAMES
from civic.audit.policy import may_read_log
from civic.kernel.access import staff
from civic.kernel.pages import page
from civic.kernel.paging import page_number, paginate

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.route("/")
@staff
def index() -> Response:
    """The log, and whether its chain holds."""
    may_read_log.require(current_user)
    sought = {name: request.args.get(name, "") for name in ("event", "area_code", "about")}
    return page(
        "audit/index.html",
        block="entry_list",
        entries=paginate(queries.entries(**sought), page_number()),
        sought=sought,
        event_names=EVENT_NAMES,
        verdict=queries.check_chain(),
    )


@bp.route("/log.ndjson")
@staff
def log() -> Response:
    """The whole log, one JSON object a line, to be checked on another machine."""
    may_read_log.require(current_user)
    return Response(
        stream_with_context(_lines()),
        mimetype="application/x-ndjson",
        headers={"Content-Disposition": "attachment; filename=audit-log.ndjson"},
    )


def _lines() -> Iterator[str]:
    for entry in queries.all_entries():
        line = {**entry.content(), "previous": entry.previous_hash.hex(), "hash": entry.hash.hex()}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
