"""The chain of the log: what an entry says, byte by byte, and how it hangs on the one before."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from civic.kernel.canonical import canonical

BEGINNING = bytes(32)
# The book is public; that something was done about a person is for the auditor alone.
PERSONAL = frozenset({"accounts", "account_joins", "role_grants", "residencies", "participations"})


def chain_hash(previous: bytes, entry: dict[str, Any]) -> bytes:
    """SHA-256 over the hash before and the entry as canonical JSON."""
    return hashlib.sha256(previous + canonical(entry).encode()).digest()


def moment_text(at: datetime) -> str:
    """A moment as the chain writes it: UTC to the microsecond, the same on every engine."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
