"""A throw-away city of real processes, which are killed and which somebody starts again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from flask import Flask

from civic import running
from civic.config import REPOSITORY, Settings
from civic.home import environment_for, kept_keys
from civic.kernel.db import db
from civic.torture.servers import Postgres

PATIENCE = 120
BREATH = 0.1
# So long a supervisor waits before it starts what has died.
PAUSE = 0.5
HEAD_SECONDS = "2"
NAMES = (running.QUEUE, running.SIGNER, running.WEB, running.SEQUENCER, running.WORKER,
         running.TIMER)  # fmt: skip


class City:
    """The processes of a city in a home of its own; whatever dies is started again."""

    def __init__(self, home: Path, disk: Path, postgres: Postgres | None) -> None:
        self.home, self.disk, self.postgres = home, disk, postgres
        self.engine = "postgresql" if postgres else "sqlite"
        url = postgres.url if postgres else f"sqlite:///{disk}/civic.db"
        self.environment = _environment(home, url)
        self.settings = Settings.read(self.environment)
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self.app: Flask = _application(self.settings)
        self._lock, self._leaving = threading.RLock(), threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    # ── starting and stopping ─────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """Make the tables and start every part."""
        self._finish("migrate")
        for name in NAMES:
            self._start(name)
            if name == running.QUEUE:
                time.sleep(PAUSE)
        self.wait_until_well()
        self._supervisor.start()

    def end(self) -> None:
        """Stop everything and leave nothing behind."""
        with self.app.app_context():
            db.engine.dispose()
        self._leaving.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        for name in reversed(list(self.parts)):
            part = self.parts[name]
            with suppress(ProcessLookupError):
                os.killpg(part.pid, signal.SIGKILL)
            part.wait()

    def wait_until_well(self) -> None:
        """Wait until the site answers."""
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > until:
                raise RuntimeError(f"The city does not answer:\n{self.said()}")
            time.sleep(BREATH)

    def answers(self) -> bool:
        """Does the site answer that it is well?"""
        with suppress(OSError):
            address = f"http://127.0.0.1:{self.settings.port}/healthz"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        return False

    def said(self) -> str:
        """The last words of every part."""
        return (self.home / "parts.log").read_text(errors="replace")[-3000:]

    # ── killing ───────────────────────────────────────────────────────────────────────────────

    def kill(self, name: str) -> None:
        """Kill a part the hard way; the supervisor will notice."""
        with self._lock:
            self.parts[name].kill()

    def kill_a_web_worker(self, turn: int) -> None:
        """Kill one of the processes that answer; the site's first process goes on."""
        workers = _children(self.parts[running.WEB].pid)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(workers[turn % len(workers)], signal.SIGKILL)

    def kill_group(self, name: str) -> None:
        """Kill a part with all that belongs to it."""
        with self._lock:
            _end_group(self.parts[name])

    def web_workers(self) -> int:
        """How many processes answer, or will."""
        return len(_children(self.parts[running.WEB].pid))

    def _supervise(self) -> None:
        while not self._leaving.wait(BREATH):
            with self._lock:
                dead = [name for name, part in self.parts.items() if part.poll() is not None]
            for name in dead:
                self._leaving.wait(PAUSE)
                with self._lock:
                    _end_group(self.parts[name])
                    self._start(name)

    def _start(self, name: str) -> None:
        with (self.home / "parts.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                running.command_of(name, self.settings), env=self.environment, cwd=REPOSITORY,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _finish(self, verb: str) -> None:
        with (self.home / "parts.log").open("ab") as log:
            subprocess.run(
                running.verb(verb), env=self.environment, cwd=REPOSITORY, stdout=log, stderr=log,
                check=True,
            )  # fmt: skip


def _end_group(part: subprocess.Popen[bytes]) -> None:
    """What a dead part has left: the workers of a web site, for example."""
    with suppress(ProcessLookupError):
        os.killpg(part.pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _environment(home: Path, url: str) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own |= {"CIVIC_HOME": str(home), "PORT": str(port), "HEAD_SECONDS": HEAD_SECONDS}
    keys = kept_keys(home / "secrets.env")
    return running.WEB_DEFAULTS | environment_for(own | keys | {"DATABASE_URL": url})


def _application(settings: Settings) -> Flask:
    """The same application in this process, to prepare the city and to look into its database."""
    from civic.app import create_app

    return create_app(settings)


@contextmanager
def new_city(engine: str, *, disk: Path | None = None) -> Iterator[City]:
    """A running city on SQLite or PostgreSQL; its database lies on `disk` where one is given."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="civic-torture-")))
        place = disk or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="civic-db-")))
        postgres = None
        if engine == "postgresql":
            postgres = Postgres(place)
            stack.callback(postgres.stop)
            postgres.make()
        city = City(home, place, postgres)
        stack.callback(city.end)
        city.begin()
        yield city
