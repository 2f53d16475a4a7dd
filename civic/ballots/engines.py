"""Whether the database is set so that it keeps what it has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from civic.kernel.db import db, on_postgres
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_

SETTING = N_(
    "Voting cannot open yet: the setting %(name)s of the database is %(value)s; a vote needs"
    " %(wanted)s."
)
COPY = N_("Voting cannot open yet: this database only follows another one.")
REMOTE = N_(
    "Voting cannot open yet: the database file lies on a network file system (%(kind)s), which"
    " may lose what it acknowledged."
)
# Any of these: with synchronous_commit off a crash lost 74 acknowledged votes of a measured run.
POSTGRES = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
SQLITE = {
    "journal_mode": ("wal",),
    "synchronous": ("2", "3"),  # FULL, EXTRA
    "foreign_keys": ("1",),
}
NETWORK = {
    "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "gfs2", "glusterfs", "lustre", "ncpfs",
    "nfs", "nfs4", "ocfs2", "smb3", "smbfs",
}  # fmt: skip
MOUNTS = Path("/proc/self/mounts")


def unsafe_settings() -> Iterator[RuleBroken]:
    """What of the database's settings may lose a vote, a sentence for each."""
    yield from _of_postgres() if on_postgres() else _of_sqlite()


def _of_postgres() -> Iterator[RuleBroken]:
    asked = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)")
    rows = db.session.execute(asked, {"names": list(POSTGRES)})
    found = {row.name: row.setting for row in rows}
    yield from _differences(found, POSTGRES)
    if db.session.scalar(text("SELECT pg_is_in_recovery()")):
        yield RuleBroken(COPY)


def _of_sqlite() -> Iterator[RuleBroken]:
    found = {name: str(db.session.scalar(text(f"PRAGMA {name}"))) for name in SQLITE}
    yield from _differences(found, SQLITE)
    kind = file_system_of(
        Path(current_app.config["CIVIC"].database_url.removeprefix("sqlite:///")),
        MOUNTS.read_text() if MOUNTS.exists() else "",
    )
    if kind in NETWORK:
        yield RuleBroken(REMOTE, kind=kind)


def _differences(found: dict[str, str], wanted: dict[str, tuple[str, ...]]) -> Iterator[RuleBroken]:
    for name, good in wanted.items():
        if found.get(name) not in good:
            yield RuleBroken(SETTING, name=name, value=found.get(name, "?"), wanted=good[0])


def file_system_of(file: Path, mounts: str) -> str:
    """The kind of file system on which a file lies, from the text of the list of mounts."""
    place, kind, longest = file.resolve(), "", -1
    for line in mounts.splitlines():
        _device, at, of_kind, *_rest = line.split(" ")
        mounted = Path(at.replace("\\040", " "))
        if place.is_relative_to(mounted) and len(mounted.parts) >= longest:
            kind, longest = of_kind, len(mounted.parts)
    return kind
