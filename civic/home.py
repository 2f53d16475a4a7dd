"""The home of the data, `CIVIC_HOME`: its keys, its lock, and the settings that follow from it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from civic.config import REPOSITORY, Settings

KEYS = ("SECRET_KEY", "JOBS_KEY", "LOOKUP_KEY", "SEALING_KEY", "BALLOT_KEY", "RECEIPT_KEY")
LONGEST_SOCKET_PATH = 100  # the system's limit is 107 bytes
SOCKET, SIGNER_SOCKET = "valkey.sock", "signer.sock"


class CannotUseHome(Exception):
    """One sentence about why the data cannot be kept there."""


def embedded_settings() -> None:
    """Complete this process's environment for the servers that the platform brings itself."""
    os.environ.update(environment_for(os.environ))


def environment_for(given: Mapping[str, str]) -> dict[str, str]:
    """What was given, completed; what was given is never changed.

    A city with its own database also keeps its own keys, the same on all its machines: then
    nothing is made up here, and a missing key is refused by name.
    """
    home = Path(given.get("CIVIC_HOME") or REPOSITORY / "var").resolve()
    own: dict[str, str] = {"CIVIC_HOME": str(home)}
    if not given.get("DATABASE_URL"):
        _make(home)
        own |= kept_keys(home / "secrets.env")
        own |= {"DEMO": "1", "DATABASE_URL": f"sqlite:///{home}/civic.db"}
    if not given.get("REDIS_URL"):
        _make(home)
        own["REDIS_URL"] = f"unix://{quote(str(_socket_folder(home) / SOCKET))}"
    if home.exists() and not given.get("SIGNER_SOCKET"):
        own["SIGNER_SOCKET"] = str(_socket_folder(home) / SIGNER_SOCKET)
    return own | {name: value for name, value in given.items() if value or name not in own}


def kept_keys(file: Path) -> dict[str, str]:
    """The keys of this home, made at the first start: without them its data cannot be read."""
    with open(os.open(file, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600), "r+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)  # two first starts agree on one set
        keys = dict(line.rstrip("\n").split("=", 1) for line in kept if "=" in line)
        missing = {name: secrets.token_hex(32) for name in KEYS if name not in keys}
        kept.writelines(f"{name}={value}\n" for name, value in missing.items())
    return keys | missing


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """Refuse to run twice with the same data."""
    _make(home)
    with (home / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotUseHome(
                f"the platform already runs with the data in {home}; "
                "stop it first, or choose another place with CIVIC_HOME."
            ) from None
        yield


# ── has this database been prepared already? ──────────────────────────────────────────────────


def is_prepared(settings: Settings) -> bool:
    """Whether the embedded database is as the last start left it, so that nothing is to be done.

    Two seconds are saved at every start. A database that was exchanged, and a version of the
    platform with other migrations, are noticed.
    """
    marks, file = _marks(settings), _mark_file(settings)
    return marks is not None and file.exists() and file.read_text() == marks


def note_prepared(settings: Settings) -> None:
    """Remember that the database was brought up to date and that the demo city was made."""
    marks = _marks(settings)
    if marks is not None:
        _mark_file(settings).write_text(marks)


def _mark_file(settings: Settings) -> Path:
    return settings.home / "prepared"


def _marks(settings: Settings) -> str | None:
    """What the preparation depends on; None where we cannot or need not look."""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    if not settings.database_url.startswith("sqlite:///") or not file.exists():
        return None
    names = sorted(path.name for path in (REPOSITORY / "migrations/versions").glob("*.py"))
    try:
        with closing(sqlite3.connect(file)) as database:
            version = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return repr((version, names, settings.demo)) if version else None


def _make(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise PermissionError(None, "it may not be written")
    except OSError as problem:
        raise CannotUseHome(f"cannot keep data in {home}: {problem.strerror}.") from None


def _socket_folder(home: Path) -> Path:
    """The home itself, or a short folder that follows from it when its path is too long."""
    if len(os.fsencode(home / SIGNER_SOCKET)) < LONGEST_SOCKET_PATH:
        return home
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir(), f"civic-{os.geteuid()}-{name}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise CannotUseHome(f"{folder} belongs to somebody else; choose a shorter CIVIC_HOME.")
    return folder
