"""A demo city on trial: started for a while in a home of its own, walked through by a browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from civic.checks import chromium
from civic.config import REPOSITORY
from civic.home import KEYS

PATIENCE = 120
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")


class NoBrowser(click.ClickException):
    """There is no Chromium on this machine."""


class City:
    """The running demo: its address, and its verbs."""

    def __init__(self, home: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.home, self.log = home, home / "up.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in KEPT_OUT},
            "CIVIC_HOME": str(home),
            "PORT": str(port),
        }

    def said(self) -> str:
        """The last words in the city's log."""
        return self.log.read_text()[-3000:]

    def civic(self, *verb: str) -> str:
        """Run a verb of the front door on this city and return what it printed."""
        command = [sys.executable, "-m", "civic", *verb]
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"civic {' '.join(verb)}: {done.stderr}{self.said()}")
        return done.stdout


# What belongs to another city: its database, its queue, its signer and its keys.
KEPT_OUT = {
    "DATABASE_URL", "REDIS_URL", "CIVIC_HOME", "DEMO", "HOST", "PORT", "SIGNER_HOME",
    "SIGNER_SOCKET", "BALLOT_KEYS_FOLDER", *KEYS,
}  # fmt: skip


@contextmanager
def running_city() -> Iterator[City]:
    """A demo city with everything running, gone without a trace afterwards."""
    with new_city() as city, awake(city):
        yield city


@contextmanager
def new_city() -> Iterator[City]:
    """A home and a port for a demo city; nothing runs yet."""
    with tempfile.TemporaryDirectory(prefix="civic-trial-") as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        yield City(Path(home), port)


@contextmanager
def awake(city: City) -> Iterator[float]:
    """Let a city run for a while; gives the seconds until it answered."""
    begun = time.monotonic()
    with city.log.open("w") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "civic", "up"],
            cwd=REPOSITORY,
            env=city.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_well(city, up)
            yield time.monotonic() - begun
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(30)


def _wait_until_well(city: City, up: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and up.poll() is None:
        try:
            with urllib.request.urlopen(f"{city.url}/healthz", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The demo city did not come up:\n{city.said()}")


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium without a window."""
    path = chromium()
    if path is None:
        raise NoBrowser("No Chromium was found; on Debian: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


def sign_in(page: Any, city: City, mobile: str) -> None:
    """Sign a demo person in the way people do, with the codes that the demo shows."""
    page.goto(f"{city.url}/sign-in")
    page.fill("input[name=mobile]", mobile)
    page.click("main form button[type=submit]")
    page.wait_for_selector("input[name=code]")
    _enter_code(page)
    if page.url.partition("?")[0].endswith("/second-factor"):
        _enter_code(page)


def _enter_code(page: Any) -> None:
    """Type the code that is shown; one that was used just now is refused, so wait for another."""
    from playwright.sync_api import TimeoutError as NothingCame

    for _ in range(4):
        shown = CODE.search(page.inner_text(".note--warning").translate(PERSIAN))
        if shown is None:
            raise RuntimeError("The demo shows no code.")
        page.fill("input[name=code]", shown[0])
        try:
            with page.expect_navigation(timeout=20_000):
                page.click("#code-form button[type=submit]")
            return
        except NothingCame:
            page.reload()
    raise RuntimeError("No code was taken.")
