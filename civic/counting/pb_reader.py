"""Reading an election file: strict about everything a count depends on, and exact about the place.

Nothing is repaired in silence; only a project named twice on one ballot counts once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

from civic.counting.errors import N_, PbError
from civic.counting.pb import CENTS, THRESHOLD, PbFile, Row, split_list

Progress = Callable[[int, int], None]
Lines = list[tuple[int, Row]]

SECTIONS = ("META", "PROJECTS", "VOTES")
VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
REPORT_EVERY = 5_000
# Longer numbers are a slip or an attack: no city has a million billions to spend.
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class _Section:
    """One section: the line of its header, the header itself, and the rows with their lines."""

    line: int
    fields: Row
    rows: Lines


def read_pb(
    source: str | Path | IO[str] | IO[bytes], *, progress: Progress | None = None
) -> PbFile:
    """Read an election file; `progress` hears how many of how many ballots are read."""
    meta, projects, votes = _sections(_rows(_text(source)))
    values, lines = _read_meta(meta)
    costs = _read_projects(projects, values, lines)
    _check_money(values, lines, costs)
    _read_votes(votes, values, lines, {row[0] for _, row in projects.rows}, progress)
    return PbFile(
        meta=values,
        project_fields=projects.fields,
        project_rows=tuple(row for _, row in projects.rows),
        vote_fields=votes.fields,
        vote_rows=tuple(row for _, row in votes.rows),
        meta_lines=lines,
    )


def _text(source: str | Path | IO[str] | IO[bytes]) -> str:
    if isinstance(source, str | Path):
        content: str | bytes = Path(source).read_bytes()
    else:
        # The bytes below a text stream, if it has any, tell the line of a wrong letter.
        content = getattr(source, "buffer", source).read()
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        raise PbError(N_("The file is not written in UTF-8."), line=line) from None


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


def _sections(rows: Iterator[tuple[int, Row]]) -> list[_Section]:
    found: dict[str, Lines] = {}
    line = 1
    for line, row in rows:
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


def _section(name: str, rows: Lines) -> _Section:
    line, header = rows[0]
    fields = tuple(cell.strip() for cell in header)
    needed = {"META": (), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}[name]
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
        return _Section(line, fields, rows[1:])
    return _Section(line, fields, [(at, _fitted(at, row, fields)) for at, row in rows[1:]])


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


def _read_meta(section: _Section) -> tuple[dict[str, str], dict[str, int]]:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, row in section.rows:
        key = row[0].strip()
        if key in values:
            raise PbError(N_("%(key)s is given twice."), line=line, field=key, key=key)
        # A semicolon that somebody forgot to quote belongs to the value.
        values[key] = ";".join(row[1:]).rstrip(";").strip()
        lines[key] = line
    for key in NEEDED:
        if not values.get(key):
            raise PbError(N_("%(key)s is missing."), line=section.line, field=key, key=key)
    if values["vote_type"] not in VOTE_TYPES:
        raise PbError(
            N_("There is no vote type %(type)s."),
            line=lines["vote_type"],
            field="vote_type",
            type=values["vote_type"],
        )
    threshold = values.get(THRESHOLD)
    if threshold and not _AMOUNT.fullmatch(threshold):
        raise PbError(
            N_("%(value)s is not a number of votes."),
            line=lines[THRESHOLD],
            field=THRESHOLD,
            value=threshold,
        )
    return values, lines


def _read_projects(
    section: _Section, meta: dict[str, str], lines: dict[str, int]
) -> list[tuple[int, Fraction]]:
    """Check the projects; their costs come back with their lines."""
    _check_ids(section, "project_id", N_("Project %(id)s stands twice in the file."))
    _check_number("num_projects", len(section.rows), meta, lines)
    at = section.fields.index("cost")
    costs = [(line, _money(row[at], line, "cost")) for line, row in section.rows]
    for line, cost in costs:
        if cost == 0:
            raise PbError(N_("A project must cost more than nothing."), line=line, field="cost")
    return costs


def _read_votes(
    section: _Section,
    meta: dict[str, str],
    lines: dict[str, int],
    known: set[str],
    progress: Progress | None,
) -> None:
    _check_ids(section, "voter_id", N_("Voter %(id)s stands twice in the file."))
    at = section.fields.index("vote")
    right: set[str] = set()
    for done, (line, row) in enumerate(section.rows, start=1):
        if row[at] not in right:
            _check_ballot(split_list(row[at]), line, known, meta["vote_type"])
            right.add(row[at])
        if progress and done % REPORT_EVERY == 0:
            progress(done, len(section.rows))
    # Last, because a row with a fault says more than a number that does not add up.
    _check_number("num_votes", len(section.rows), meta, lines)
    if progress:
        progress(len(section.rows), len(section.rows))


def _check_ballot(ballot: Row, line: int, known: set[str], vote_type: str) -> None:
    for project in ballot:
        if project not in known:
            raise PbError(
                N_("The ballot names project %(project)s, which is not in the file."),
                line=line,
                field="vote",
                project=project,
            )
    if vote_type == "choose-1" and len(set(ballot)) > 1:
        raise PbError(
            N_("The ballot names %(found)s projects, but may name only one."),
            line=line,
            field="vote",
            found=len(set(ballot)),
        )


def _check_ids(section: _Section, column: str, twice: str) -> None:
    seen: set[str] = set()
    for line, row in section.rows:
        if not row[0]:
            raise PbError(N_("%(column)s is empty."), line=line, field=column, column=column)
        if row[0] in seen:
            raise PbError(twice, line=line, field=column, id=row[0])
        seen.add(row[0])


def _check_number(key: str, found: int, meta: dict[str, str], lines: dict[str, int]) -> None:
    if not _COUNT.fullmatch(meta[key]) or int(meta[key]) != found:
        raise PbError(
            N_("%(key)s is %(declared)s, but there are %(found)s; the file may be cut short."),
            line=lines[key],
            field=key,
            key=key,
            declared=meta[key],
            found=found,
        )


def _check_money(
    meta: dict[str, str], lines: dict[str, int], costs: list[tuple[int, Fraction]]
) -> None:
    """All money must be whole in hundredths of the currency."""
    budget = _money(meta["budget"], lines["budget"], "budget")
    for line, field, amount in [
        (lines["budget"], "budget", budget),
        *((line, "cost", cost) for line, cost in costs),
    ]:
        if CENTS % amount.denominator:
            raise PbError(N_("Money may have two decimal places at most."), line=line, field=field)


def _money(text: str, line: int, field: str) -> Fraction:
    if not _AMOUNT.fullmatch(text.strip()):
        raise PbError(
            N_("%(value)s is not an amount of money; write it like 1200 or 1200.50."),
            line=line,
            field=field,
            value=text.strip() or "–",
        )
    return Fraction(text.strip())
