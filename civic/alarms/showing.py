"""What leaves the commission's room: ages in bands, numbers in tens, and the lot for the calls."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from civic.results.rules import without_few

# Three hundred calls find one invented voter in a hundred with 95 % certainty: 1 - 0.99^300.
CALLS = 300


def age_band(age: int | None) -> str:
    """The band of an age, for everybody to see."""
    if age is None:
        return "unknown"
    for band, most in AGE_BANDS:
        if age <= most:
            return band
    return OLDEST_BAND


AGE_BANDS = (
    ("-17", 17), ("18-24", 24), ("25-34", 34), ("35-49", 49), ("50-64", 64), ("65-79", 79),
    ("80-94", 94),
)  # fmt: skip
OLDEST_BAND = "95-"
BANDS = (*(band for band, _ in AGE_BANDS), OLDEST_BAND, "unknown")


def drawn(people: Mapping[UUID, UUID], seed: str, number: int = CALLS) -> list[UUID]:
    """The participations that the lot draws, in its order; of one person at most one.

    Anybody who has the seed and the list draws the same.
    """
    lots = sorted(people, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    taken: dict[UUID, UUID] = {}
    for one in lots:
        taken.setdefault(people[one], one)
        if len(taken) == number:
            break
    return list(taken.values())


def in_tens(people: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers for everybody: under ten and what would give it away left out, the rest in tens."""
    return {
        place: None if number is None else number - number % 10
        for place, number in without_few(people).items()
    }
