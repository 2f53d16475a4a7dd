"""Reading an election file: strict about everything a count depends on, and exact about the place.

Nothing is repaired in silence; only a project named twice on one ballot counts once, and a note
says so. A file without oddities is read column by column; any other row by row, to find the fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

from civic.counting.errors import N_, PbError
from civic.counting.files.block import Unusual
from civic.counting.files.entries import Entries, Row
from civic.counting.files.head import Head, check_ids, check_number, read_head
from civic.counting.files.oddities import notes_on
from civic.counting.files.pb import PbFile
from civic.counting.files.quick import quick_entries
from civic.counting.files.rows import LateRows
from civic.counting.files.votes import strict_entries

Progress = Callable[[int, int], None]

# Where the ballots begin: behind the header of their section.
_VOTES = re.compile(rb"\nVOTES[;\s]*\n[^\n]+\n")


def read_pb(
    source: str | Path | IO[str] | IO[bytes], *, progress: Progress | None = None
) -> PbFile:
    """Read an election file; `progress` hears how many of how many ballots are read."""
    content = _content(source)
    try:
        return read_quickly(content, progress or _nobody)
    except (Unusual, PbError, UnicodeDecodeError):
        return read_strictly(content, progress or _nobody)


def _nobody(done: int, of: int) -> None:
    """Nobody wants to hear."""


def _content(source: str | Path | IO[str] | IO[bytes]) -> bytes:
    if isinstance(source, str | Path):
        return Path(source).read_bytes()
    # The bytes below a text stream, if it has any, tell the line of a wrong letter.
    content = getattr(source, "buffer", source).read()
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


def read_quickly(content: bytes, progress: Progress) -> PbFile:
    """Read column by column; raises something for every file that is not quite plain."""
    found = _VOTES.search(content)
    before = content[: found.end()].decode("utf-8-sig") if found else ""
    if found is None or before.count("\r") != before.count("\r\n"):
        raise Unusual
    head = read_head(before)
    rows = content[found.end() :]
    if b"\r" in rows:
        rows = rows.replace(b"\r\n", b"\n")
    rows = rows.rstrip(b"\n") + b"\n"
    total = rows.count(b"\n")
    check_number("num_votes", total, head.file.meta, head.file.meta_lines)
    entries = quick_entries(head.file.paper, rows, lambda done: progress(done, total))
    begin = before.count("\n") + 1
    return _whole(head, LateRows(rows), range(begin, begin + total), entries)


def read_strictly(content: bytes, progress: Progress) -> PbFile:
    """Read row by row; the first fault is refused with its line and field."""
    head = read_head(_text(content))
    lines, rows = zip(*head.votes.rows, strict=True) if head.votes.rows else ((), ())
    check_ids(head.votes, "voter_id", N_("Voter %(id)s stands twice in the file."))
    entries = strict_entries(
        head.file.paper, head.votes.rows, lambda done: progress(done, len(rows))
    )
    # Last, because a row with a fault says more than a number that does not add up.
    check_number("num_votes", len(rows), head.file.meta, head.file.meta_lines)
    progress(len(rows), len(rows))
    return _whole(head, rows, lines, entries)


def _whole(head: Head, rows: Sequence[Row], lines: Sequence[int], entries: Entries) -> PbFile:
    """The file with its ballots, and with notes on what is odd in it."""
    file = replace(head.file, vote_rows=rows, read=entries)
    return replace(file, notes=tuple(notes_on(file, head.project_lines, lines)))


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        raise PbError(N_("The file is not written in UTF-8."), line=line) from None
