"""Chance that falls the same way every time: the demo is one city, not many."""

from __future__ import annotations

from random import Random


def chance_of(*names: object) -> Random:
    """A source of chance that belongs to these names."""
    # A story may be foreseen; nothing secret is made of it.
    return Random(":".join(map(str, names)))  # noqa: S311
