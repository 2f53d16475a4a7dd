"""When a letter is tried again, what a sentence needs, and how exactly a time is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from civic.notifications.kinds import KEPT_BY_DAY, WORDS, Kind

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
MOST_FOLLOWED = 300


def next_try(tries: int, at: datetime) -> datetime | None:
    """When a letter that failed `tries` times is tried again; None when it is given up."""
    return at + PAUSES[tries - 1] if tries <= len(PAUSES) else None


@cache
def placeholders(kind: Kind) -> frozenset[str]:
    """The names of the values in the words of a kind."""
    return frozenset(_PLACEHOLDER.findall(" ".join(WORDS[kind])))


def said_values(kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of the given values those that the words of a kind name; nothing else is kept.

    A missing one is noticed here, where it is forgotten, and not when the letter is written.
    """
    wanted = placeholders(kind)
    if missing := wanted - given.keys():
        raise ValueError(f"{kind} needs {', '.join(sorted(missing))}.")
    return {name: given[name] for name in sorted(wanted)}


def kept_moment(kind: Kind, at: datetime) -> datetime:
    """The moment as it is stored with a notice or letter of this kind: some keep the day only."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) if is_kept_by_day(kind) else at


def is_kept_by_day(kind: Kind) -> bool:
    """Is of this kind only the day stored, since the moment would tell something?"""
    return kind in KEPT_BY_DAY
