"""The one clock. Actions take the time as an argument; only edges ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def behind(their_now: datetime) -> timedelta:
    """How far this machine's clock is behind another one that says it is `their_now`."""
    return their_now - datetime.now(UTC)
