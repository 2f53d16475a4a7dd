"""The kernel's two answers to a browser: a page or part of it, and a way onwards."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from jinja2_fragments.flask import render_block
from werkzeug.exceptions import HTTPException


def wants_fragment() -> bool:
    """Does htmx ask for a part of the page?"""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def page(template: str, *, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """Render `template`, or only its `block` when htmx asks."""
    if block and wants_fragment():
        body = render_block(template, block, **context)
    else:
        body = render_template(template, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request")
    return response


def see_other(url: str, note: str | None = None) -> Response:
    """Send the browser on after a change, with an optional note to show there."""
    if note:
        flash(note)
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, code=303))


def page_before() -> str:
    """The page of ours from which this was asked for, if it can be opened again."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host or (request.method == "GET" and before.path == request.path):
        return ""
    return way_back(before._replace(scheme="", netloc="").geturl(), "")


def way_back(target: str | None, otherwise: str) -> str:
    """The page of ours that `target` names, rebuilt from its route; else `otherwise`.

    An address is never followed as it was given: it must name a route that can be read,
    so it cannot lead to another site.
    """
    parts = urlsplit(target or "")
    if not parts.path.startswith("/") or parts.netloc or parts.scheme:
        return otherwise
    adapter = current_app.url_map.bind(request.host)
    try:
        endpoint, values = adapter.match(parts.path, method="GET")
    except HTTPException:
        return otherwise
    return url_for(endpoint, **{**dict(parse_qsl(parts.query)), **values})
