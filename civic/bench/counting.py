"""How long reading and counting election files takes, and how much memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from civic.counting import CountingError, count, read_pb

RULES = (("greedy", "none"), ("equal-shares", "none"), ("equal-shares", "add1"))
MEGABYTE = 1_000_000


class Measured(NamedTuple):
    """One file counted by one rule."""

    file: str
    ballots: int
    distinct: int
    rule: str
    read: float
    build: float
    tally: float
    peak_mb: float
    refused: str = ""


def measure_folder(folder: Path) -> Iterator[Measured]:
    """Count every election file of a folder by every rule, the smallest file first."""
    for path in sorted(folder.glob("*.pb"), key=lambda path: path.stat().st_size):
        for rule, completion in RULES:
            yield _measured(path, rule, completion)


def _measured(path: Path, rule: str, completion: str) -> Measured:
    name = rule if completion == "none" else f"{rule}/{completion}"
    try:
        return _counted(path, rule, completion, name)
    except CountingError as error:
        return Measured(path.name, 0, 0, name, 0, 0, 0, 0, str(error))


def _counted(path: Path, rule: str, completion: str, name: str) -> Measured:
    started = time.perf_counter()
    file = read_pb(path)
    was_read = time.perf_counter()
    election = file.election()
    built = time.perf_counter()
    count(election, rule, completion)
    ended = time.perf_counter()
    distinct = len({tuple(sorted(ballot)) for ballot in file.ballots()})
    times = (was_read - started, built - was_read, ended - built)
    return Measured(
        path.name, election.voters, distinct, name, *times, _peak(path, rule, completion)
    )


def _peak(path: Path, rule: str, completion: str) -> float:
    # In a second run: to follow every piece of memory takes more time than counting.
    tracemalloc.start()
    try:
        count(read_pb(path).election(), rule, completion)
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()
