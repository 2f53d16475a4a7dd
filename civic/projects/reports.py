"""What a department reports, as it was filled in."""

from __future__ import annotations

from typing import IO, NamedTuple


class Report(NamedTuple):
    """What was done, how far the works are, and how the place looks now."""

    text: str
    progress: int
    picture: IO[bytes] | None = None
    picture_alt: str = ""
