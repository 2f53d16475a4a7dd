"""How long the server takes for a page, with how many statements, and how much it sends."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Mapping
from statistics import median, quantiles
from typing import Any, NamedTuple

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select

from civic.kernel.db import db
from civic.projects.models import Project
from civic.results.models import Count

ROUNDS, BASE = 20, "http://localhost"


class Measured(NamedTuple):
    """One page, asked for again and again; the time includes packing it for the way."""

    page: str
    status: int
    median_ms: float
    p95_ms: float
    statements: int
    raw: int
    gzipped: int


def measure_pages(app: Flask, *, rounds: int = ROUNDS) -> Iterator[Measured]:
    """Ask for the carrying pages, once to warm up and then `rounds` times."""
    with app.app_context():
        engine = db.engine
    with app.test_request_context(base_url=BASE):
        addresses = dict(_addresses())
    for name, address in addresses.items():
        yield measure_page(app.test_client(), name, address, engine, rounds=rounds)


def measure_page(
    client: FlaskClient, name: str, address: str, engine: Engine, *, rounds: int = ROUNDS
) -> Measured:
    """Ask for one page with the cookies of this client."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        return _measured(client, name, address, rounds, seen)
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _addresses() -> Iterator[tuple[str, str]]:
    yield "home", url_for("pages.home")
    yield "sign-in", url_for("accounts.sign_in")
    yield "areas", url_for("areas.index")
    yield "proposals", url_for("proposals.index")
    yield "results", url_for("results.index")
    yield "projects", url_for("projects.index")
    pot_id = db.session.scalar(select(Count.pot_id).where(Count.published_at.is_not(None)).limit(1))
    if pot_id:
        yield "result", url_for("results.show", pot_id=pot_id)
    project_id = db.session.scalar(select(Project.id).limit(1))
    if project_id:
        yield "project", url_for("projects.show", project_id=project_id)


def _measured(
    client: FlaskClient, name: str, address: str, rounds: int, seen: list[str]
) -> Measured:
    asked: Mapping[str, Any] = {"base_url": BASE, "headers": {"Accept-Encoding": "gzip"}}
    took = []
    client.get(address, follow_redirects=True, **asked)
    for _ in range(rounds):
        seen.clear()
        started = time.perf_counter()
        answer = client.get(address, **asked)
        took.append((time.perf_counter() - started) * 1000)
    p95 = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    sent = answer.get_data()
    raw = gzip.decompress(sent) if answer.content_encoding == "gzip" else sent
    return Measured(name, answer.status_code, median(took), p95, len(seen), len(raw), len(sent))
