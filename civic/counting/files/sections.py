"""An election file taken apart into its three sections, each row with the line it begins on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from civic.counting.errors import N_, PbError
from civic.counting.files.entries import Row

Lines = list[tuple[int, Row]]

SECTIONS = ("META", "PROJECTS", "VOTES")
FIRST_COLUMNS = {"META": (), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}


@dataclass(frozen=True)
class Section:
    """One section: the line of its header, the header itself, and the rows with their lines."""

    line: int
    fields: Row
    rows: Lines


def sections_of(text: str) -> list[Section]:
    """META, PROJECTS and VOTES, each with as many fields in a row as its header has."""
    found: dict[str, Lines] = {}
    line = 1
    for line, row in _rows(text):
        name = row[0].strip()
        if name in SECTIONS and not any(row[1:]):
            expected = SECTIONS[len(found)] if len(found) < len(SECTIONS) else ""
            if name != expected:
                raise PbError(
                    N_("Section %(section)s does not belong here."), line=line, section=name
                )
            found[name] = []
        elif not found:
            raise PbError(N_("The file must begin with the section META."), line=line)
        else:
            found[SECTIONS[len(found) - 1]].append((line, row))
    for name in SECTIONS:
        if not found.get(name):
            raise PbError(
                N_("Section %(section)s is missing; the file may be cut short."),
                line=line,
                section=name,
            )
    return [_section(name, found[name]) for name in SECTIONS]


def _section(name: str, rows: Lines) -> Section:
    line, header = rows[0]
    fields = tuple(cell.strip() for cell in header)
    needed = FIRST_COLUMNS[name]
    if needed and fields[0] != needed[0]:
        raise PbError(
            N_("The first column must be %(column)s."), line=line, field=needed[0], column=needed[0]
        )
    for column in needed:
        if fields.count(column) != 1:
            raise PbError(
                N_("Column %(column)s must be there once."), line=line, field=column, column=column
            )
    if name == "META":
        return Section(line, fields, rows[1:])
    return Section(line, fields, [(at, _fitted(at, row, fields)) for at, row in rows[1:]])


def _fitted(line: int, row: Row, fields: Row) -> Row:
    """The row with its first cell trimmed and empty cells after its end cut off."""
    if len(row) < len(fields) or any(cell.strip() for cell in row[len(fields) :]):
        raise PbError(
            N_("This row has %(found)s fields; the header has %(expected)s."),
            line=line,
            found=len(row),
            expected=len(fields),
        )
    return (row[0].strip(), *row[1 : len(fields)])


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """The rows that are not empty, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise PbError(
                N_("This row cannot be read; its quotation marks may not match."), line=line
            ) from None
        if any(cell.strip() for cell in row):
            yield line, tuple(row)
        line = reader.line_num + 1
