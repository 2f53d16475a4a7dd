"""Texts made safe for machines: cells that no spreadsheet computes, characters that XML knows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from civic.kernel.text import tidy

# A spreadsheet takes a cell that begins like this for a formula, in full width too.
_COMPUTED = tuple("=+-@\t\r\n＝＋－＠")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PROPOSAL_COLUMNS = (
    "id", "number", "title", "problem", "solution", "category", "place", "lon", "lat",
    "area_code", "area_name", "state", "merged_into", "cost", "supports", "submitted_at",
)  # fmt: skip
PROJECT_COLUMNS = (
    "id", "title", "area_code", "area_name", "department", "cycle", "category", "place", "votes",
    "stage", "progress", "ends_on", "routed_at", "voted", "approved", "contracted", "paid",
)  # fmt: skip


def xml_text(value: str | None) -> str:
    """The text without what XML does not know and without marks that turn it around."""
    return _NOT_IN_XML.sub("", tidy(value))


def plain(value: Any) -> Any:
    """A value as JSON knows it: ids, moments and members as text, texts tidied."""
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case str():
            return tidy(value)
        case None | int() | float():
            return value
        case _:
            return str(value)


def cell(value: Any) -> Any:
    """A value for a CSV cell; a text that looks like a formula gets an apostrophe in front."""
    value = plain(value)
    if isinstance(value, str) and value.startswith(_COMPUTED):
        return f"'{value}"
    return value


def csv_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """A table as RFC 4180 text, line by line; the mark in front tells Excel that it is UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    yield "\ufeff" + _taken(out)
    for row in rows:
        writer.writerow([cell(row[name]) for name in columns])
        yield _taken(out)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text
