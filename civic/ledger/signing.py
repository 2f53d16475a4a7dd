"""Asking the signer, over its socket."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from civic.ledger.notes import Key
from civic.ledger.signer import Signer

PATIENCE = 5.0  # seconds


class SignerSilent(Exception):
    """The signer does not answer; what is owed is signed when it does."""


class WillNotSign(Exception):
    """The signer refused: what it was asked to sign is not what it signed before, extended."""


def our_name() -> str:
    """The host under which the books are found; the signer signs by it."""
    return str(current_app.config["CIVIC"].host_name)


def head_seconds() -> int:
    """How long a book may grow before it is signed again."""
    return int(current_app.config["CIVIC"].head_seconds)


def key() -> str:
    """The public key of the heads.

    Where the signer is our own user, as in a demo that is just being made, its folder says it too.
    """
    settings = current_app.config["CIVIC"]
    try:
        return str(_ask({"do": "key"})["key"])
    except SignerSilent:
        folder: Path = settings.signer_folder
        if not os.access(folder.parent, os.W_OK):
            raise
        return str(Signer(folder, settings.host_name).key)


def known_key() -> str:
    """The same for pages: asked for once in each process, so that no visitor keeps it busy."""
    held: dict[str, str] = current_app.extensions.setdefault("signer_key", {})
    if not held:
        held["key"] = key()
    return held["key"]


def receipts_key() -> Key:
    """The public key of the receipts, which the web site signs by itself."""
    return Key.of(f"{our_name()}/receipts", private_receipts_key())


def private_receipts_key() -> Ed25519PrivateKey:
    """The key that signs receipts; it says "recorded", and nothing about the book."""
    return Ed25519PrivateKey.from_private_bytes(current_app.config["CIVIC"].receipt_key)


def last(origin: str) -> str | None:
    """The last head that the signer remembers of a book."""
    note = _ask({"do": "last", "origin": origin})["note"]
    return None if note is None else str(note)


def sign(origin: str, size: int, root: bytes, proof: Sequence[bytes]) -> str:
    """A signed head; raises `WillNotSign` where the book was not extended and nothing else."""
    steps = [step.hex() for step in proof]
    request = {"do": "sign", "origin": origin, "size": size, "root": root.hex(), "proof": steps}
    return str(_ask(request)["note"])


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    path: Path = current_app.config["CIVIC"].signer_place
    line = ""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as end:
        end.settimeout(PATIENCE)
        end.connect(str(path))
        end.sendall(json.dumps(request).encode() + b"\n")
        line = end.makefile(encoding="utf-8").readline()
    if not line:
        raise SignerSilent(str(path))
    said: dict[str, Any] = json.loads(line)
    if "refused" in said:
        raise WillNotSign(said["refused"])
    return said
