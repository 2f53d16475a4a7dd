"""What an election file says before its ballots: META, the projects, and how ballots look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from civic.counting.errors import N_, PbError
from civic.counting.files.entries import POINTS, SETS, exact, fault_in_points
from civic.counting.files.pb import CENTS, DEFAULT_SCORE, THRESHOLD, PbFile
from civic.counting.files.sections import Section, sections_of

VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
NEEDED = ("num_projects", "num_votes", "budget", "vote_type")
# Longer numbers are a slip or an attack: no city has a million billions to spend.
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_COUNT = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Head:
    """A file without its ballots, the lines of its projects, and the section of the ballots."""

    file: PbFile
    project_lines: tuple[int, ...]
    votes: Section


def read_head(text: str) -> Head:
    """Read and check all of a file but its ballots."""
    meta, projects, votes = sections_of(text)
    values, lines = _read_meta(meta)
    costs = _read_projects(projects, values, lines)
    _check_money(values, lines, costs)
    _check_points_column(votes, values["vote_type"])
    file = PbFile(
        meta=values,
        project_fields=projects.fields,
        project_rows=tuple(row for _, row in projects.rows),
        vote_fields=votes.fields,
        vote_rows=(),
        meta_lines=lines,
    )
    return Head(file, tuple(line for line, _ in projects.rows), votes)


def _read_meta(section: Section) -> tuple[dict[str, str], dict[str, int]]:
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
    _check_scores(values, lines)
    return values, lines


def _check_scores(values: dict[str, str], lines: dict[str, int]) -> None:
    threshold = values.get(THRESHOLD)
    if threshold and not _AMOUNT.fullmatch(threshold):
        raise PbError(
            N_("%(value)s is not a number of votes."),
            line=lines[THRESHOLD],
            field=THRESHOLD,
            value=threshold,
        )
    default = values.get(DEFAULT_SCORE)
    fault = fault_in_points(default, values["vote_type"]) if default else ""
    if fault:
        raise PbError(fault, line=lines[DEFAULT_SCORE], field=DEFAULT_SCORE, value=default or "")


def _read_projects(
    section: Section, meta: dict[str, str], lines: dict[str, int]
) -> list[tuple[int, Fraction | int]]:
    """Check the projects; their costs come back with their lines."""
    check_ids(section, "project_id", N_("Project %(id)s stands twice in the file."))
    check_number("num_projects", len(section.rows), meta, lines)
    at = section.fields.index("cost")
    costs = [(line, _money(row[at], line, "cost")) for line, row in section.rows]
    for line, cost in costs:
        if cost == 0:
            raise PbError(N_("A project must cost more than nothing."), line=line, field="cost")
    return costs


def _check_points_column(votes: Section, vote_type: str) -> None:
    found = votes.fields.count("points")
    if (vote_type in POINTS and found == 0) or (vote_type not in SETS and found > 1):
        raise PbError(
            N_("Column %(column)s must be there once."),
            line=votes.line,
            field="points",
            column="points",
        )


def check_ids(section: Section, column: str, twice: str) -> None:
    """Refuse an id that is missing or that stands there before; `twice` is what to say then."""
    seen: set[str] = set()
    for line, row in section.rows:
        if not row[0]:
            raise PbError(N_("%(column)s is empty."), line=line, field=column, column=column)
        if row[0] in seen:
            raise PbError(twice, line=line, field=column, id=row[0])
        seen.add(row[0])


def check_number(key: str, found: int, meta: Mapping[str, str], lines: Mapping[str, int]) -> None:
    """Refuse a file that does not hold as many rows as it says."""
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
    meta: dict[str, str], lines: dict[str, int], costs: list[tuple[int, Fraction | int]]
) -> None:
    """All money must be whole in hundredths of the currency."""
    budget = _money(meta["budget"], lines["budget"], "budget")
    for line, field, amount in [
        (lines["budget"], "budget", budget),
        *((line, "cost", cost) for line, cost in costs),
    ]:
        if CENTS % amount.denominator:
            raise PbError(N_("Money may have two decimal places at most."), line=line, field=field)


def _money(text: str, line: int, field: str) -> Fraction | int:
    if not _AMOUNT.fullmatch(text.strip()):
        raise PbError(
            N_("%(value)s is not an amount of money; write it like 1200 or 1200.50."),
            line=line,
            field=field,
            value=text.strip() or "–",
        )
    return exact(text.strip())
