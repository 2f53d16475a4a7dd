"""How a head of the book is written and signed (C2SP signed-note and tlog-checkpoint)."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "— "
KEY_MARK = 4  # bytes of a key's hash that stand before a signature
LINES = 4  # origin, size, root, time


class Unreadable(Exception):
    """A note, a head or a key that is not written as it should be."""


@dataclass(frozen=True)
class HeadText:
    """What a head says: that a book had so many lines, with this root, at this time."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> str:
        """The four lines that are signed."""
        moment = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n{moment}\n"


@dataclass(frozen=True)
class Key:
    """A public key with the name of who signs by it."""

    name: str
    public: bytes

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature names its key."""
        said = self.name.encode() + b"\n" + ED25519 + self.public
        return hashlib.sha256(said).digest()[:KEY_MARK]

    def __str__(self) -> str:
        return f"{self.name}+{self.mark.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey) -> Key:
        """The public half of a key."""
        return cls(name, private.public_key().public_bytes_raw())


def sign_note(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The note: a text, an empty line, and the signature by a named key."""
    signature = Key.of(name, private).mark + private.sign(text.encode())
    return f"{text}\n{DASH}{name} {b64encode(signature).decode()}\n"


def read_head(note: str) -> HeadText:
    """What a note of a head says, whoever signed it."""
    lines = note.split("\n")
    try:
        origin, size, root, moment, empty = lines[: LINES + 1]
        at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        head = HeadText(origin, int(size), b64decode(root, validate=True), at)
    except ValueError as problem:
        raise Unreadable(f"This is no head: {problem}") from None
    if empty or head.text() != "\n".join(lines[:LINES]) + "\n":
        raise Unreadable("This head has another spelling than ours.")
    return head


def is_signed_by(note: str, key: Key) -> bool:
    """Does the note carry a good signature by this key?"""
    text, _, below = note.partition("\n\n")
    for line in below.splitlines():
        name, _, coded = line.removeprefix(DASH).rpartition(" ")
        if line.startswith(DASH) and name == key.name and _holds(text + "\n", coded, key):
            return True
    return False


def _holds(text: str, coded: str, key: Key) -> bool:
    try:
        signature = b64decode(coded, validate=True)
        if signature[:KEY_MARK] != key.mark:
            return False
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[KEY_MARK:], text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
