"""The key of each cycle, without which nobody can join people and votes: a file, never a row.

The database knows only the key's fingerprint. A tag needs this key and the city's `BALLOT_KEY`;
neither alone is enough, and no backup of the database holds either.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import insert

from civic.audit.actions import record
from civic.audit.events import Event
from civic.ballots import queries
from civic.ballots.models import BallotKey
from civic.cycles.models import Cycle
from civic.kernel import crypto
from civic.kernel.db import db
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.roles import PLATFORM

KEY_BYTES = 32
LOST = N_(
    "Voting is paused: the key of this vote is not at its place. Nothing was cast, and what was"
    " cast before stays; the city headquarters looks into it."
)
GONE = N_(
    "The key that joined people and votes was destroyed on %(moment)s. Nobody can tell any more"
    " which vote was whose, not even we; with your receipt you still find yours in the public"
    " book."
)


def folder() -> Path:
    """Where the key files lie; several machines of a city share it."""
    return Path(current_app.config["CIVIC"].keys_folder)


def file_of(cycle_id: UUID) -> Path:
    """The file of a cycle's key."""
    return folder() / f"{cycle_id}.key"


def row_of(cycle_id: UUID) -> BallotKey | None:
    """What is known of a cycle's key; nothing where it was opened before keys of its own."""
    return db.session.get(BallotKey, cycle_id)


def fingerprint_of(key: bytes) -> str:
    """What may be published of a key: enough to know it again, and nothing else."""
    return hashlib.sha256(b"civic-key-v1\0" + key).hexdigest()


# ── the file ──────────────────────────────────────────────────────────────────────────────────


def made_or_found(cycle_id: UUID) -> bytes:
    """The key in the file of a cycle, made if need be; two who make it at once agree on one."""
    if (found := found_in_file(cycle_id)) is None:
        put_into_file(cycle_id, secrets.token_bytes(KEY_BYTES))
        found = found_in_file(cycle_id)
    if found is None:
        raise RuleBroken(LOST)
    return found


def put_into_file(cycle_id: UUID, key: bytes) -> None:
    """Write a key to its file; where one is already, that one stays."""
    place, beside = file_of(cycle_id), folder() / f".{cycle_id}.{secrets.token_hex(8)}"
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
        new.write(key.hex() + "\n")
        new.flush()
        os.fsync(new.fileno())
    try:
        # A name is given to a whole file, and to one only; also where machines share a disk.
        with suppress(FileExistsError):
            os.link(beside, place)
    finally:
        beside.unlink()
    _sync_folder()


def found_in_file(cycle_id: UUID) -> bytes | None:
    """The key in the file of a cycle; None where there is no file, or none that can be read."""
    try:
        key = bytes.fromhex(file_of(cycle_id).read_text().strip())
    except (OSError, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None


def is_private(cycle_id: UUID) -> bool:
    """Can nobody but our own user read the file of the key?"""
    return not file_of(cycle_id).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def wipe_file(cycle_id: UUID) -> None:
    """Overwrite the file of a key and take it away; again does nothing."""
    place = file_of(cycle_id)
    with suppress(FileNotFoundError):
        with place.open("r+b", buffering=0) as old:
            old.write(secrets.token_bytes(place.stat().st_size))
            os.fsync(old.fileno())
        place.unlink()
        _sync_folder()


def _sync_folder() -> None:
    opened = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# ── the key of a vote ─────────────────────────────────────────────────────────────────────────


def begin(cycle: Cycle, *, at: datetime) -> None:
    """Give a cycle its key before its first box opens; one that has a key or a box keeps both.

    A vote that was opened without a key stays without: else people could vote a second time.
    Part of opening the boxes, under the lock on the cycle.
    """
    if row_of(cycle.id) is not None or queries.has_box(cycle):
        return
    key = made_or_found(cycle.id)
    row = BallotKey(cycle_id=cycle.id, fingerprint=fingerprint_of(key), made_at=at)
    db.session.execute(
        insert(BallotKey).values(cycle_id=cycle.id, fingerprint=row.fingerprint, made_at=at)
    )
    record(PLATFORM, Event.KEY_MAKE, row, at=at, sha256=row.fingerprint)


def key_of(cycle_id: UUID) -> bytes | None:
    """The key of a cycle; None where the vote was opened before there were keys of its own.

    Never a fresh one: with another key everybody could vote a second time.
    """
    row = row_of(cycle_id)
    return key_behind(cycle_id, row.fingerprint, row.destroyed_at) if row else None


def key_behind(cycle_id: UUID, fingerprint: str | None, destroyed: datetime | None) -> bytes | None:
    """The key of a cycle of which the database says this now; None where it says nothing."""
    if fingerprint is None:
        return None
    if destroyed is not None:
        raise NotHere(GONE, moment=destroyed)
    key = found_in_file(cycle_id)
    if key is None or not crypto.same(fingerprint_of(key).encode(), fingerprint.encode()):
        raise RuleBroken(LOST)
    return key
