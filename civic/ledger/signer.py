"""The signer of heads: a process of its own, with its own key and its own memory.

It knows neither the database nor the web. It signs that a book has so many lines with this root
only if it is proved that the book it signed last was extended, and nothing else; so whoever takes
over the web site or the database cannot rewrite what was signed.
"""

from __future__ import annotations

import json
import os
import socketserver
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civic.ledger.notes import HeadText, Key, read_head, sign_note
from civic.ledger.tree import is_extension

LONGEST_REQUEST = 64 * 1024
KEY_FILE, MEMORY_FILE = "signer.key", "heads.json"


class Refused(Exception):
    """The signer will not sign this; the sentence says why."""


class Signer:
    """A key, and the last head that it signed for each book; both in a folder of the signer."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self.name = folder, name
        self._private = _kept_key(folder / KEY_FILE)
        self._notes: dict[str, str] = _remembered(folder / MEMORY_FILE)

    @property
    def key(self) -> Key:
        """The public half, to be published and put on posters."""
        return Key.of(self.name, self._private)

    def last(self, origin: str) -> str | None:
        """The last head that was signed for a book."""
        return self._notes.get(origin)

    def sign(self, origin: str, size: int, root: bytes, proof: list[bytes], *, at: datetime) -> str:
        """Sign that a book has grown to this; `proof` as in RFC 9162, 2.1.4.

        Raises `Refused` where it is not proved that the book was extended and nothing else.
        """
        known = self.last(origin)
        if known is not None:
            before = read_head(known)
            if size < before.size:
                raise Refused(f"the book had {before.size} lines and now has {size}")
            if not is_extension(before.size, before.root, size, root, proof):
                raise Refused(f"its first {before.size} lines are not those that were signed")
        note = sign_note(HeadText(origin, size, root, at).text(), self.name, self._private)
        # Remembered before it is given out: a head that others know was never forgotten here.
        self._notes[origin] = note
        _write(self.folder / MEMORY_FILE, json.dumps(self._notes))
        return note


def _kept_key(file: Path) -> Ed25519PrivateKey:
    if not file.exists():
        _write(file, Ed25519PrivateKey.generate().private_bytes_raw().hex())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(file.read_text().strip()))


def _remembered(file: Path) -> dict[str, str]:
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _write(file: Path, text: str) -> None:
    """Write a file so that after a crash it is the old one or the new one, never half of it."""
    beside = file.with_suffix(".new")
    with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


# ── over a socket ─────────────────────────────────────────────────────────────────────────────


def _now() -> datetime:
    return datetime.now(UTC)


def answer(signer: Signer, asked: dict[str, Any], *, now: Callable[[], datetime] = _now) -> Any:
    """What the signer answers to one request; see `civic.ledger.signing` for who asks."""
    try:
        match asked["do"]:
            case "key":
                return {"key": str(signer.key)}
            case "last":
                return {"note": signer.last(str(asked["origin"]))}
            case "sign":
                proof = [bytes.fromhex(step) for step in asked["proof"]]
                root, size = bytes.fromhex(asked["root"]), int(asked["size"])
                note = signer.sign(str(asked["origin"]), size, root, proof, at=now())
                return {"note": note}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except (KeyError, TypeError, ValueError):
        pass
    return {"refused": "this is no request to a signer"}


class Conversation(socketserver.StreamRequestHandler):
    """One request on one line, one answer on one line."""

    timeout = 5

    def handle(self) -> None:
        server: Server = self.server  # type: ignore[assignment]
        with suppress(OSError):
            line = self.rfile.readline(LONGEST_REQUEST)
            try:
                asked = json.loads(line)
            except ValueError:
                asked = {}
            said = answer(server.signer, asked if isinstance(asked, dict) else {})
            self.wfile.write(json.dumps(said).encode() + b"\n")


class Server(socketserver.UnixStreamServer):
    """A signer at a Unix socket."""

    # One conversation at a time: two heads of a book are never signed beside each other.
    def __init__(self, path: Path, signer: Signer) -> None:
        self.signer = signer
        super().__init__(str(path), Conversation)


def serve(folder: Path, name: str, path: Path) -> None:
    """Answer at a Unix socket until the process ends."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    mask = os.umask(0o077)  # only our own user, or who is let in, may ask
    try:
        server = Server(path, Signer(folder, name))
    finally:
        os.umask(mask)
    try:
        with server:
            server.serve_forever(poll_interval=0.2)
    finally:
        path.unlink(missing_ok=True)
