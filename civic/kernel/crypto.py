"""Keys derived for one purpose each: look-up without storing, sealing for the few who may read."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

NONCE_BYTES = 12


def lookup_key(purpose: str, value: str) -> bytes:
    """A 32-byte HMAC by which a secret value is found again, different for each purpose.

    A plain hash would not do: there are only 10^9 national ids, tried in minutes.
    """
    return _mac(current_app.config["CIVIC"].lookup_key, purpose, value)


def voter_tag(ballot_scope: str, national_id_key: bytes, cycle_key: bytes | None) -> bytes:
    """The pseudonym of a voter in one cycle, from keys that are kept outside the database.

    `cycle_key` is None for votes that were opened before each cycle had a key of its own.
    """
    key: bytes = current_app.config["CIVIC"].ballot_key
    if cycle_key is None:
        return _mac(key, f"tag-v1:{ballot_scope}", national_id_key)
    return _mac(_mac(key, "cycle-key-v1", cycle_key), f"tag-v2:{ballot_scope}", national_id_key)


def _mac(key: bytes, purpose: str, value: str | bytes) -> bytes:
    data = value if isinstance(value, bytes) else value.encode()
    derived = hmac.digest(key, b"derive:" + purpose.encode(), hashlib.sha256)
    return hmac.digest(derived, data, hashlib.sha256)


def same(left: bytes, right: bytes) -> bool:
    """Compare two secrets in a time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def seal(purpose: str, value: str) -> bytes:
    """Encrypt (AES-256-GCM, random nonce in front); the purpose must be named to open it."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, value.encode(), purpose.encode())


def unseal(purpose: str, sealed: bytes) -> str:
    """Decrypt what was sealed for this purpose; `InvalidTag` if it was for another."""
    nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return _cipher().decrypt(nonce, body, purpose.encode()).decode()


def _cipher() -> AESGCM:
    return AESGCM(current_app.config["CIVIC"].sealing_key)
