"""The chain of the log: what an entry says, byte by byte, and how it hangs on the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

BEGINNING = bytes(32)


def chain_hash(previous: bytes, entry: dict[str, Any]) -> bytes:
    """SHA-256 over the hash before and the entry as canonical JSON."""
    body = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + body.encode()).digest()


def moment_text(at: datetime) -> str:
    """A moment as the chain writes it: UTC to the microsecond, the same on every engine."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
