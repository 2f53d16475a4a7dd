"""Votes over HTTP: how many a second beside a bare insert, and how long they take at the close."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from civic import running
from civic.ballots.actions import open_boxes
from civic.bench import bare
from civic.config import REPOSITORY
from civic.cycles.queries import pot_again
from civic.kernel import clock
from civic.kernel.db import db
from civic.torture.city import City, new_city
from civic.torture.town import Town, Vote, browsers, make_town, start_vote
from civic.torture.voters import FIELD, Line

SEE_OTHER = 303
THREADS = 32
ROUNDS = 6
# Sent beforehand and not measured: the first presses of a process also prepare their statements.
WARM_UP = 120


class Press(NamedTuple):
    """One press of a button: the address, the cookie, the body."""

    path: str
    cookie: str
    body: str


class Measured(NamedTuple):
    """Answers a second, and how long one took, in milliseconds."""

    what: str
    asked: int
    failed: int
    per_second: float
    p50_ms: float
    p99_ms: float


def measure(voters: int, closing: int, seconds: int) -> Iterator[tuple[Measured, str]]:
    """Cast with `voters` people beside the bare endpoint, then `closing` votes in `seconds`."""
    with new_city("postgresql") as city:
        with city.app.app_context():
            town = make_town(WARM_UP + voters + closing)
            at = clock.now()
            vote = start_vote(town, "bench", closes_at=at + timedelta(hours=2))
            open_boxes(pot_again(vote.pot_id).cycle, at=at)
            bare.prepare(db.engine)
            db.session.remove()
        presses = presses_of(city, town, vote)
        with bare_server(city) as port:
            yield from _side_by_side(city, port, presses[: WARM_UP + voters], town, vote)
        if closing:
            took = send_at_rate(city.settings.port, presses[WARM_UP + voters :], seconds)
            yield _summary(f"closing: {closing} in {seconds} s", took, seconds), ""


def _side_by_side(
    city: City, port: int, ours: Sequence[Press], town: Town, vote: Vote
) -> Iterator[tuple[Measured, str]]:
    """Turn about, so that whatever else the machine does hits all of them."""
    share, rates = (len(ours) - WARM_UP) // ROUNDS, []
    plain_ones = bare_presses(town, vote, "/cast")
    mapped_ones = bare_presses(town, vote, "/cast-mapped")
    for presses, at in ((plain_ones, port), (mapped_ones, port), (ours, city.settings.port)):
        send_all(at, presses[:WARM_UP])
    for turn in range(ROUNDS):
        part = slice(WARM_UP + turn * share, WARM_UP + (turn + 1) * share)
        plain = _all_at_once("bare, plain inserts", port, plain_ones[part])
        yield plain, ""
        through = _all_at_once("bare, mapped classes", port, mapped_ones[part])
        yield through, ""
        cast = _all_at_once("casts", city.settings.port, ours[part])
        rates.append((cast.per_second / plain.per_second, cast.per_second / through.per_second))
        yield cast, " · ".join(f"{median(each):.0%}" for each in zip(*rates, strict=True))


def _all_at_once(what: str, port: int, presses: Sequence[Press]) -> Measured:
    begun = time.perf_counter()
    took = send_all(port, presses)
    return _summary(what, took, time.perf_counter() - begun)


def _summary(what: str, took: Sequence[float | None], seconds: float) -> Measured:
    good = [one * 1000 for one in took if one is not None]
    p99 = quantiles(good, n=100)[-1] if len(good) > 1 else 0.0
    failed = len(took) - len(good)
    return Measured(what, len(took), failed, len(good) / seconds, median(good or [0.0]), p99)


# ── what is pressed ───────────────────────────────────────────────────────────────────────────


def presses_of(city: City, town: Town, vote: Vote) -> list[Press]:
    """The press of every voter: each looks at the review first, as their browser does."""
    wishes = [sorted({1 + n % 12, 1 + n % 7}) for n in range(len(town.people))]
    waiting = browsers(city.app, vote, town.people, wishes)
    presses: list[Press | None] = [None] * len(waiting)

    def review(first: int) -> None:
        line = Line(city)
        for n in range(first, len(waiting), THREADS):
            page = line.ask("GET", f"/vote/{vote.pot_id}/review", waiting[n].cookie)
            form = dict(FIELD.findall(page.text))
            presses[n] = Press(f"/vote/{vote.pot_id}/cast", page.cookie, urlencode(form))
        line.close()

    _in_threads(review, THREADS)
    return [press for press in presses if press is not None]


def bare_presses(town: Town, vote: Vote, path: str) -> list[Press]:
    """The same people and the same pot at the bare application; who took part is kept by path."""
    about = {"cycle": vote.cycle_id, "pot": vote.pot_id, "pot_key": uuid4(), "area": town.area_id}
    same = {**about, "at": clock.now().isoformat()}
    return [Press(path, "", urlencode({**same, "account": one.id})) for one in town.people]


# ── sending ───────────────────────────────────────────────────────────────────────────────────


def send_all(port: int, presses: Sequence[Press]) -> list[float | None]:
    """Send everything as quickly as it is answered; how many seconds each took."""
    return _send(port, presses, [0.0] * len(presses))


def send_at_rate(port: int, presses: Sequence[Press], seconds: float) -> list[float | None]:
    """Send at an even rate, whatever the answers do; the wait counts from when it was due."""
    return _send(port, presses, [n * seconds / len(presses) for n in range(len(presses))])


def _send(port: int, presses: Sequence[Press], due: Sequence[float]) -> list[float | None]:
    took: list[float | None] = [None] * len(presses)
    threads = THREADS if not any(due) else 2 * THREADS
    begun = time.perf_counter()

    def run(first: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for n in range(first, len(presses), threads):
            wait = begun + due[n] - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            since = begun + due[n] if any(due) else time.perf_counter()
            if _press(line, presses[n]):
                took[n] = time.perf_counter() - since
        line.close()

    _in_threads(run, threads)
    return took


def _in_threads(run: Callable[[int], None], number: int) -> None:
    threads = [threading.Thread(target=run, args=(first,)) for first in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _press(line: http.client.HTTPConnection, press: Press) -> bool:
    head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": press.cookie}
    try:
        line.request("POST", press.path, press.body, head)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        line.close()
        return False
    return answer.status == SEE_OTHER


@contextmanager
def bare_server(city: City) -> Iterator[int]:
    """The bare application, in the same server with the same settings, at a port of its own."""
    port = city.settings.port + 1
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    address = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    # Without it a worker waits for ever for a connection that nobody closes.
    granian += ["--workers-kill-timeout", "3s"]
    place = "civic.bench.bare:app_of_environment"
    environment = {
        **running.WEB_DEFAULTS,
        **city.environment,
        "BARE_URL": city.settings.database_url,
    }
    with subprocess.Popen([*granian, *address, place], cwd=REPOSITORY, env=environment) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(600):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            line.connect()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise RuntimeError("The bare application does not answer.")
