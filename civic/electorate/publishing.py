"""What can be said in public about a roll: its fingerprint, and counts that are not too small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# A published number below this says too much about few people; see the small cells of results.
SMALLEST = 10


class RollStatement(NamedTuple):
    """The roll of a cycle for the public book and the frozen rules: nothing about anybody."""

    version: int
    sha256: str
    people: int
    by_area: dict[str, int]

    def as_document(self) -> dict[str, Any]:
        """As it stands in the frozen rules."""
        return self._asdict()


def publishable(by_area: Mapping[str, int], paths: Mapping[str, str]) -> dict[str, int]:
    """Counts of people per area, in which no number is small.

    A small area is counted with the area above it. If few are left for the whole city, the
    smallest other area joins them: since the sum is known, they could be computed otherwise.
    `paths` are those of the areas: codes from the city down, each ended by a slash.
    """
    cells = dict(by_area)
    ways = {code: path.rstrip("/").split("/") for code, path in paths.items()}
    for depth in range(max((len(ways[code]) for code in cells), default=1), 1, -1):
        for code in [code for code in cells if len(ways[code]) == depth]:
            if cells[code] < SMALLEST:
                above = ways[code][-2]
                cells[above] = cells.get(above, 0) + cells.pop(code)
    for code in [code for code in cells if cells[code] < SMALLEST]:
        others = [other for other in cells if other != code]
        if others:
            nearest = min(others, key=lambda other: (cells[other], other))
            cells[code] += cells.pop(nearest)
    return dict(sorted(cells.items()))
