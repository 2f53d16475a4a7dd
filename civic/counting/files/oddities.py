"""What is odd in an election file without hindering a count: limits of its own that it breaks.

Real files do: a city changes its rule and forgets the field, or prints votes that it counted
otherwise. The ballots are counted as they are, and each oddity is noted once, with its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from civic.counting.ballots.packing import Ints
from civic.counting.errors import N_
from civic.counting.files.entries import POINTS, SETS, Entries, exact
from civic.counting.files.pb import Note, PbFile

Odd = NDArray[np.bool_]
Amounts = NDArray[Any]

LENGTHS = ("min_length", "max_length")
COSTS = ("min_sum_cost", "max_sum_cost")
EACH = ("min_points", "max_points")
SUMS = ("min_sum_points", "max_sum_points")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def notes_on(
    file: PbFile, project_lines: Sequence[int], ballot_lines: Sequence[int]
) -> Iterator[Note]:
    """Everything odd in a file that was read, each kind once."""
    yield from _on_ballots(file.entries, ballot_lines)
    for key in _limits_of(file.vote_type):
        if file.meta.get(key):
            yield from _on_limit(file, key, ballot_lines)
    yield from _on_votes(file, project_lines)
    if file.entries.points is not None and not file.paper.default:
        yield from _on_score(file, project_lines)


def _limits_of(vote_type: str) -> tuple[str, ...]:
    if vote_type in SETS:
        return (*LENGTHS, *COSTS)
    return (*LENGTHS, *EACH, *SUMS) if vote_type in POINTS else LENGTHS


def _on_ballots(entries: Entries, lines: Sequence[int]) -> Iterator[Note]:
    reason = N_("%(count)s ballots name a project more than once; it counts once.")
    yield from _first(entries.repeats > 0, lines, "vote", reason)
    if entries.points is not None and len(entries.points):
        rises = np.append(False, entries.points[1:] > entries.points[:-1])
        rises[entries.starts[:-1][np.diff(entries.starts) > 0]] = False
        reason = N_("%(count)s ballots do not name their projects in falling order of points.")
        yield from _first(_sums(rises, entries.starts) > 0, lines, "points", reason)


def _on_limit(file: PbFile, key: str, lines: Sequence[int]) -> Iterator[Note]:
    text = file.meta[key]
    if not _NUMBER.fullmatch(text):
        reason = N_("%(key)s is %(value)s, which is not a number; it was not checked.")
        yield Note(file.meta_lines[key], key, reason, {"key": key, "value": text})
        return
    reason = N_("%(count)s ballots do not keep to %(key)s, which is %(limit)s; they count as cast.")
    field = "points" if key in EACH or key in SUMS else "vote"
    odd = _breaking(file, key, Fraction(text))
    yield from _first(odd, lines, field, reason, key=key, limit=text)


def _breaking(file: PbFile, key: str, limit: Fraction) -> Odd:
    """Which ballots break a limit."""
    entries = file.entries
    if key in LENGTHS:
        return _beyond(key, np.diff(entries.starts), limit)
    if key in COSTS:
        costs = _costs(file, key)[entries.choices]
        return _beyond(key, _sums(costs, entries.starts), limit * file.scale)
    # Only ballots with points have such limits.
    points: Amounts = np.asarray(entries.points)
    if key in SUMS:
        return _beyond(key, _sums(points, entries.starts), limit * entries.unit)
    return _sums(_beyond(key, points, limit * entries.unit), entries.starts) > 0


def _beyond(key: str, amounts: Amounts, limit: Fraction) -> Odd:
    return amounts < ceil(limit) if key.startswith("min") else amounts > floor(limit)


def _costs(file: PbFile, key: str) -> Amounts:
    """What each project adds to a ballot.

    What a withdrawn project cost while people voted is not known: it counts for the ballot.
    """
    known = key == "min_sum_cost"
    costs = [p.cost if known or not p.withdrawn else 0 for p in file.projects]
    # Python's own numbers cannot overflow, but they are slow.
    return np.array(costs, np.int64 if sum(costs) < 1 << 62 else object)


def _sums(amounts: Amounts, starts: Ints) -> Ints:
    """For each ballot the sum over its entries."""
    wide = amounts if amounts.dtype == object else amounts.astype(np.int64)
    total = np.append(0, np.cumsum(wide))
    return total[starts[1:]] - total[starts[:-1]]


def _on_votes(file: PbFile, lines: Sequence[int]) -> Iterator[Note]:
    entries = file.entries
    given = entries.choices if entries.points is None else entries.choices[entries.points != 0]
    votes = np.bincount(given, minlength=len(file.paper.ids))
    yield from _on_column(file, "votes", votes.tolist(), lines)


def _on_score(file: PbFile, lines: Sequence[int]) -> Iterator[Note]:
    entries = file.entries
    score = np.zeros(len(file.paper.ids), np.int64)
    np.add.at(score, entries.choices, np.asarray(entries.points))
    counted = [Fraction(sum_, entries.unit) for sum_ in score.tolist()]
    yield from _on_column(file, "score", counted, lines)


def _on_column(
    file: PbFile, column: str, counted: Sequence[Fraction | int], lines: Sequence[int]
) -> Iterator[Note]:
    """Whether a file prints for its projects what its ballots give."""
    if column not in file.project_fields:
        return
    printed = file.column(column)
    odd = [
        bool(text) and not (_NUMBER.fullmatch(text) and exact(text) == sum_)
        for text, sum_ in zip(printed, counted, strict=True)
    ]
    if not any(odd):
        return
    at = odd.index(True)
    yield from _first(
        np.array(odd),
        lines,
        column,
        N_(
            "For %(count)s projects the column %(column)s is not what the ballots give; "
            "for %(project)s it is %(printed)s, and counted %(counted)s."
        ),
        column=column,
        project=file.paper.ids[at],
        printed=printed[at],
        counted=str(counted[at]),
    )


def _first(
    odd: Odd, lines: Sequence[int], field: str, reason: str, **params: int | str
) -> Iterator[Note]:
    """One note on all that is odd, with the line of the first."""
    count = int(odd.sum())
    if count:
        yield Note(lines[int(np.argmax(odd))], field, reason, {"count": count, **params})
