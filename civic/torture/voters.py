"""Many voters over HTTP, each with an own session; every attempt goes into the journal."""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import NamedTuple
from uuid import UUID

from civic.torture.city import City
from civic.torture.journal import Attempt, Journal
from civic.torture.town import MOST, PROJECTS, Browser, Vote

TIMEOUT = 20
PAUSE = 0.2
OK, REFUSED, FAILED = 200, 422, 500
# The page has a token against forged forms in several places, and the signed choice in one.
FIELD = re.compile(r'name="(csrf_token|token)" value="([^"]+)"')
CODE = re.compile(r"[?&;]code=(\d{24})")


class NoAnswer(Exception):
    """Nothing came back."""


class Unknown(Exception):
    """Nothing came back after the button was pressed; nobody knows what became of it."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt


class Closed(Exception):
    """The box takes nothing any more."""


class Answer(NamedTuple):
    """Status, text, and the cookie that the browser holds from then on."""

    status: int
    text: str
    cookie: str


class Line:
    """One kept connection to the site, opened anew after each trouble."""

    def __init__(self, city: City) -> None:
        self._port = city.settings.port
        self._open: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, cookie: str, body: str = "") -> Answer:
        """What comes back; raises `NoAnswer`."""
        head = {"Cookie": cookie, "Accept-Language": "en"}
        if body:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._open = self._open or self._connected()
            self._open.request(method, path, body or None, head)
            answer = self._open.getresponse()
            set_to = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
            return Answer(answer.status, answer.read().decode(errors="replace"), set_to)
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise NoAnswer from problem

    def reach(self) -> None:
        """See to it that somebody is there; raises `NoAnswer`, and then nothing was sent."""
        try:
            self._open = self._open or self._connected()
        except OSError as problem:
            raise NoAnswer from problem

    def _connected(self) -> http.client.HTTPConnection:
        opened = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        opened.connect()
        return opened

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open.close()
        self._open = None


Act = Callable[[Line, Browser], None]


class Crowd:
    """Threads that let one voter after the other cast, again and again, until told to stop."""

    def __init__(self, city: City, vote: Vote, journal: Journal, browsers: list[Browser]) -> None:
        self.city, self.vote, self.journal, self.browsers = city, vote, journal, browsers
        self.failures = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.path = f"/vote/{vote.pot_id}"

    def start(self, threads: int, act: Act) -> None:
        """Begin; the voters are dealt out among the threads, so that none votes twice at once."""
        for thread in range(threads):
            mine = [one for one in self.browsers if one.voter % threads == thread]
            running = threading.Thread(target=self._go_on, args=(mine, act), daemon=True)
            self._threads.append(running)
            running.start()

    def stop(self) -> None:
        """End after the attempt that each is in."""
        self._stop.set()
        self.wait()

    def wait(self) -> None:
        """Wait until everybody has done, or was refused."""
        for thread in self._threads:
            thread.join()

    def _go_on(self, mine: list[Browser], act: Act) -> None:
        line, waiting = Line(self.city), dict[int, Attempt]()
        for browser in mine:
            if self._stop.is_set():
                break
            try:
                # Who does not know what became of a vote presses the same button again.
                if browser.voter in waiting:
                    self.repeat(line, waiting[browser.voter])
                    del waiting[browser.voter]
                act(line, browser)
            except Unknown as problem:
                waiting[browser.voter] = problem.attempt
                time.sleep(PAUSE)
            except NoAnswer:
                time.sleep(PAUSE)
            except Closed:
                break
        line.close()

    # ── what a voter does ─────────────────────────────────────────────────────────────────────

    def review_and_cast(self, line: Line, browser: Browser) -> None:
        """Look at the choice once more, cast it, and (one in two) look at the receipt."""
        page = line.ask("GET", f"{self.path}/review", browser.cookie)
        form = dict(FIELD.findall(page.text))
        if "token" not in form:
            raise Closed if page.status == REFUSED else NoAnswer
        attempt = self.cast(line, browser._replace(cookie=page.cookie), form)
        if attempt.is_refused:
            raise Closed
        if int(attempt.key) % 2:
            self.read_receipt(line, attempt)

    def cast(self, line: Line, browser: Browser, form: dict[str, str]) -> Attempt:
        """Press the button; raises `Unknown` where nothing comes back."""
        key, choices = read_form(form)
        attempt = Attempt(browser.voter, key, choices, form, browser.cookie)
        line.reach()
        self.journal.send(attempt)
        status = self._post(line, attempt)
        self.journal.answer(attempt, status)
        if status is None:
            raise Unknown(attempt)
        return attempt

    def repeat(self, line: Line, attempt: Attempt) -> None:
        """Send the same press once more; raises `Unknown` where nothing comes back."""
        status = self._post(line, attempt)
        self.journal.repeat(attempt, status)
        if status is None:
            raise Unknown(attempt)

    def _post(self, line: Line, attempt: Attempt) -> int | None:
        """The answer; nothing where none came, or one that says that the city failed."""
        body = "&".join(f"{name}={value}" for name, value in attempt.form.items())
        with suppress(NoAnswer):
            status = line.ask("POST", f"{self.path}/cast", attempt.cookie, body).status
            if status < FAILED:
                return status
        self.failures += 1
        return None

    def read_receipt(self, line: Line, attempt: Attempt) -> None:
        """Read the code from the page of the receipt."""
        with suppress(NoAnswer):
            page = line.ask("GET", f"{self.path}/receipt", attempt.cookie)
            found = CODE.search(page.text)
            if page.status == OK and found:
                self.journal.receipt(attempt, found[1])


def read_form(form: dict[str, str]) -> tuple[UUID, list[int]]:
    """The key of the press and the choice; the form is signed, not secret."""
    payload = form["token"].rpartition(".")[0]
    packed = payload.startswith(".")
    payload = payload.removeprefix(".")
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    key, _opened_at, choices = json.loads(zlib.decompress(raw) if packed else raw)
    return UUID(key), choices


def wishes(number: int, seed: str) -> list[list[int]]:
    """What each of so many voters chooses."""
    chance = Random(seed)  # noqa: S311 - wishes, not secrets
    papers = range(1, PROJECTS + 1)
    return [sorted(chance.sample(papers, chance.randint(1, MOST))) for _ in range(number)]
