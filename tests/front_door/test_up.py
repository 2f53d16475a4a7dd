"""`python3 -m civic up` from outside, as the person in front of the terminal knows it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from redis import Redis

from civic import home
from civic.home import environment_for

ROOT = Path(__file__).parents[2]
LONG_ENOUGH = 90  # seconds, for a machine that is busy with the other tests
STOPS_WITHIN = 10
KEYS = dict.fromkeys(home.KEYS, "ab" * 32)


class House:
    """One home of data, and the `up` that runs in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.up: subprocess.Popen[str] | None = None

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {"CIVIC_HOME": str(self.home), "PORT": str(self.port), "DEMO": "0"} | more

    def open(self) -> House:
        """Start and wait until the site answers."""
        self.up = self.command()
        until = time.monotonic() + LONG_ENOUGH
        while time.monotonic() < until and self.up.poll() is None:
            with suppress(OSError):
                assert self.answer() == "ok"
                return self
            time.sleep(0.1)
        pytest.fail(f"It did not start:\n{self.close()}")

    def command(self, verb: str = "up", **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "civic", verb],
            cwd=ROOT, env=self.environment(**more), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def answer(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
            return page.read().decode().strip()

    def close(self, number: int = signal.SIGTERM) -> str:
        """Ask to stop and wait for the end; all that was said."""
        assert self.up is not None
        with suppress(ProcessLookupError):
            self.up.send_signal(number)
        return self.last_words()

    def last_words(self) -> str:
        assert self.up is not None
        try:
            return self.up.communicate(timeout=LONG_ENOUGH)[0]
        finally:
            self.up.kill()

    def processes(self) -> dict[int, str]:
        """The program of every process that works for this home, `up` included."""
        mark = f"CIVIC_HOME={self.home}".encode()
        found: dict[int, str] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                # Valkey writes its title over its environment, but works inside the home.
                is_inside = (folder / "cwd").readlink().is_relative_to(self.home)
                if is_inside or mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "exe").readlink().name
        return found

    def workers(self) -> int:
        """How many workers have reported to the queue."""
        with Redis.from_url(environment_for(self.environment())["REDIS_URL"]) as queue:
            return queue.scard("rq:workers")

    def is_empty_within(self, seconds: float) -> bool:
        return wait_for(lambda: not self.processes(), within=seconds)


def wait_for(is_so: Callable[[], bool], *, within: float = LONG_ENOUGH) -> bool:
    until = time.monotonic() + within
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)
    return is_so()


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "home")
    yield house
    if house.up is not None:
        house.close()
    assert house.is_empty_within(STOPS_WITHIN), house.processes()


def refusal(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=LONG_ENOUGH)
    assert process.returncode == 1, said
    assert "Traceback" not in said
    return said


def test_it_runs_stops_and_starts_again_with_its_data(house):
    house.open()
    with closing(sqlite3.connect(house.home / "civic.db")) as database:
        database.execute("PRAGMA user_version = 1405")
    keys = (house.home / "secrets.env").read_text()
    assert wait_for(lambda: house.workers() == 1)

    asked = time.monotonic()
    said = house.close()

    assert house.up.returncode == 0, said
    assert f"http://127.0.0.1:{house.port}" in said
    assert time.monotonic() - asked < STOPS_WITHIN
    assert house.is_empty_within(1), house.processes()

    house.open()
    with closing(sqlite3.connect(house.home / "civic.db")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1405,)
    assert (house.home / "secrets.env").read_text() == keys


def test_a_second_one_is_sent_away_with_a_sentence(house, tmp_path):
    house.open()

    assert "already runs with the data in" in refusal(house.command())
    assert f"port {house.port} is in use" in refusal(house.command(CIVIC_HOME=str(tmp_path / "b")))
    assert house.answer() == "ok"


def test_when_a_part_dies_the_rest_is_stopped_and_it_is_named(house):
    house.open()
    queue = next(pid for pid, name in house.processes().items() if name == "valkey-server")

    os.kill(queue, signal.SIGKILL)
    said = house.last_words()

    assert house.up.returncode == 1
    assert "The queue stopped unexpectedly (signal SIGKILL). Everything else was stopped." in said


def test_nothing_outlives_it_even_when_it_is_killed_the_hard_way(house):
    house.open()

    house.close(signal.SIGKILL)

    assert house.is_empty_within(STOPS_WITHIN), house.processes()


def test_ctrl_c_before_it_is_ready_stops_it_as_well(house):
    house.up = house.command()
    assert wait_for(lambda: len(house.processes()) > 1)

    asked = time.monotonic()
    house.close(signal.SIGINT)

    assert time.monotonic() - asked < STOPS_WITHIN
    assert house.is_empty_within(1), house.processes()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param({"PORT": "many"}, "PORT must be a whole number", id="port"),
        pytest.param({"HOST": "no.such.host.invalid"}, "cannot listen at", id="host"),
        pytest.param(
            {"DATABASE_URL": "postgresql://city/civic"}, "SECRET_KEY must be set", id="keys"
        ),
        pytest.param({"CIVIC_HOME": "/proc/nowhere"}, "cannot keep data in", id="home"),
        pytest.param(
            {"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL names a queue that does", id="queue"
        ),
        pytest.param(
            {**KEYS, "DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/civic"},
            "DATABASE_URL names a database that cannot be used",
            id="database",
        ),
        pytest.param(
            {**KEYS, "DATABASE_URL": "sqlite:////no/such/folder/civic.db"},
            "DATABASE_URL names a database that cannot be used",
            id="file",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(house, settings, sentence):
    said = refusal(house.command(**settings))

    assert sentence in said
    assert "secret@" not in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        pytest.param({"CIVIC_HOME": "/proc/nowhere"}, "cannot keep data in", id="home"),
        pytest.param(
            {**KEYS, "DATABASE_URL": "postgresql://u@127.0.0.1:1/d"}, "DATABASE_URL", id="database"
        ),
        pytest.param({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL", id="queue"),
    ],
)
def test_the_other_verbs_say_it_in_one_sentence_too(house, settings, sentence):
    said = refusal(house.command("worker", **settings))

    assert sentence in said
    assert len(said.strip().splitlines()) == 1
