"""What a department reports and what a resident answers, as it was filled in."""

from __future__ import annotations

from typing import IO, NamedTuple

from civic.projects.stages import Verdict


class Report(NamedTuple):
    """What was done, how far the works are, and how the place looks now."""

    text: str
    progress: int
    picture: IO[bytes] | None = None
    picture_alt: str = ""


class Said(NamedTuple):
    """Is it built as promised, and if not, what is wrong."""

    verdict: Verdict
    text: str = ""
    picture: IO[bytes] | None = None
