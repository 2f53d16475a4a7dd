"""What every answer carries: a request id, a strict content policy, few bytes."""

from __future__ import annotations

import gzip
import logging
import secrets
import time
from typing import Any

import structlog
from flask import Flask, Response, abort, g, request

log = structlog.get_logger()

HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
SMALL = 600
# Routes on which a log line with an address could help to tie a person to a ballot.
UNTRACED = ("ballots.",)


def csp_nonce() -> str:
    """The nonce of this answer, for the few inline blocks that are ours."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _policy() -> str:
    nonce = csp_nonce()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def init_web(app: Flask) -> None:
    """Attach the headers, the request log and the compression."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    # No text of ours holds this sign, and PostgreSQL cannot even be asked about it.
    if "\0" in request.path or any("\0" in value for _, value in request.args.items(multi=True)):
        abort(400)


def _finish(response: Response) -> Response:
    # Looked through once: asking for each name in turn takes longer than all the rest here.
    there = {name.lower() for name, _ in response.headers}
    for name, value in HEADERS.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    response.headers["Content-Security-Policy"] = _policy()
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static_file":
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.endpoint != "pages.healthz":
            _log(response)
        _compress(response)
    return response


def _log(response: Response) -> None:
    took = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
    said: dict[str, Any] = {"status": response.status_code, "ms": took, "route": request.endpoint}
    # The route, not the path: addresses may hold codes and ids of persons.
    if not (request.endpoint or "").startswith(UNTRACED):
        said["from"] = (request.remote_addr or "").rpartition(".")[0]
    log.info("request", method=request.method, **said)


def _compress(response: Response) -> None:
    if (
        response.direct_passthrough
        or response.is_streamed
        or len(response.get_data()) <= SMALL
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(
            ("text/", "application/json", "application/atom")
        )
    ):
        return
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def set_up_logging(*, readable: bool) -> None:
    """One line per event: JSON for machines, plain for a terminal."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
    )
