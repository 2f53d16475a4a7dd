"""How long reading and counting election files takes, with how much memory, beside pabutools."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from civic.bench.methods import Method
from civic.bench.referee import COUNTS, is_installed
from civic.bench.synthetic import Size
from civic.config import REPOSITORY
from civic.counting import RULES, CountingError, PbFile, read_pb

METHODS = ("greedy", "equal-shares", "equal-shares/add1", "phragmen")
KERNELS = ("numpy", "numba")
# The other rules spend their time elsewhere.
HAS_KERNELS = "equal-shares"
LIMIT = 60
# Long ballots about many projects: hardly two are the same.
FLAT = [Size(ballots, 300, 16) for ballots in (10_000, 100_000, 1_000_000)]
APPROVES = ("approval", "choose-1")
# Only the steps that pabutools takes: it stops raising at the first outcome that is exhaustive.
THEIR_COMPLETIONS = ("none", "utilitarian", "add1-exhaustive")
HEAD = (
    *("file", "ballots", "distinct", "rule", "kernel", "load s", "count s", "MB"),
    *("pabutools: load s", "plain s", "merged s", "MB"),
    *("count, times faster", "from file", "winners"),
)


class Row(NamedTuple):
    """One file counted by one rule and kernel, and by pabutools with and without merged ballots."""

    file: str
    ballots: str
    distinct: str
    rule: str
    kernel: str
    load: str
    tally: str
    peak: str
    their_load: str = ""
    plain: str = ""
    merged: str = ""
    their_peak: str = ""
    faster: str = ""
    faster_from_file: str = ""
    winners: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is measured: by which rules and kernels, and how long pabutools may take for each."""

    methods: Sequence[Method]
    kernels: Sequence[str]
    limit: int = LIMIT


def wanted(rules: Sequence[str] = (), kernels: Sequence[str] = (), limit: int = LIMIT) -> Wanted:
    """The usual rules and the kernels at hand, unless others are named."""
    named = [Method.named(rule) for rule in rules or METHODS]
    methods = [method for method in named if rules or method.rule in RULES]
    at_hand = [kernel for kernel in KERNELS if kernel == "numpy" or find_spec(kernel)]
    return Wanted(methods, kernels or at_hand, limit)


def measure_folder(folder: Path, wanted: Wanted) -> Iterator[Row]:
    """Count every election file of a folder by every rule, the smallest file first."""
    for path in sorted(folder.glob("*.pb"), key=lambda path: path.stat().st_size):
        try:
            file = read_pb(path)
        except CountingError as error:
            yield refused(path.stem, "", str(error))
            continue
        for method in wanted.methods:
            yield from measure_file(path, suited(method, file), wanted)


def suited(method: Method, file: PbFile) -> Method:
    """On ballots with points a project is worth its points."""
    is_plain = file.vote_type in APPROVES or method.utility != "cost"
    return method if is_plain else method._replace(utility="score")


def measure_file(path: Path, method: Method, wanted: Wanted) -> Iterator[Row]:
    """Count one file by one rule: by pabutools with and without merged ballots, then by us."""
    theirs = [pabutools(path, method, profile, wanted.limit) for profile in ("plain", "merged")]
    for kernel in kernels_for(method, wanted):
        mine = ask("civic.bench.ours", path, method, kernel)
        if "refused" in mine:
            yield refused(path.stem, method.short, mine["refused"])
            continue
        yield row(path.stem, method, kernel, mine)._replace(**beside(mine, *theirs))


def kernels_for(method: Method, wanted: Wanted) -> Sequence[str]:
    """The kernels that make a difference to a rule; one where they make none."""
    return wanted.kernels if method.rule == HAS_KERNELS else wanted.kernels[:1]


def measure_drawn(size: Size, wanted: Wanted) -> Iterator[Row]:
    """Count an election that is drawn from a seed."""
    for method in wanted.methods:
        for kernel in kernels_for(method, wanted):
            yield row(str(size), method, kernel, ask("civic.bench.ours", str(size), method, kernel))


def measure_flatness(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    """What merging and counting cost for each distinct ballot, from ten thousand to a million."""
    for method in wanted.methods:
        for kernel in kernels_for(method, wanted):
            for size in FLAT:
                mine = ask("civic.bench.ours", str(size), method, kernel)
                each = [f"{mine[part] / mine['distinct'] * 1e6:.3f}" for part in ("load", "tally")]
                yield str(size), f"{mine['distinct']:,}", method.short, kernel, *each


def pabutools(path: Path, method: Method, profile: str, limit: int) -> dict[str, Any] | None:
    """What pabutools takes, or nothing where it has no such rule or is not there."""
    if not is_installed() or method.rule not in COUNTS:
        return None
    if method.completion not in THEIR_COMPLETIONS:
        return None
    return ask("civic.bench.referee", path, method, profile, limit=limit)


def ask(
    program: str, source: Path | str, method: Method, last: str, limit: int | None = None
) -> dict[str, Any]:
    """Run one count in a process of its own; one that takes the processor too long is ended."""
    words = [sys.executable, "-m", program, str(source), *map(str, method), last]

    def end_in_time() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))

    ended = subprocess.run(
        words,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        preexec_fn=end_in_time,
        check=False,
    )
    if ended.returncode == -signal.SIGXCPU:
        return {"over": limit}
    if ended.returncode:
        return {"refused": (ended.stderr.strip().splitlines() or ["ended without a word"])[-1]}
    return json.loads(ended.stdout)


# ── as text ───────────────────────────────────────────────────────────────────────────────────


def row(name: str, method: Method, kernel: str, mine: dict[str, Any]) -> Row:
    """Our part of a row."""
    return Row(
        name,
        f"{mine['ballots']:,}",
        f"{mine['distinct']:,}",
        method.short,
        kernel,
        seconds(mine["load"]),
        seconds(mine["tally"]),
        f"{mine['peak_mb']:,.0f}",
    )


def refused(name: str, rule: str, why: str) -> Row:
    """A row that says why nothing was counted."""
    return Row(name, "", "", rule, why, "", "", "")


def beside(
    mine: dict[str, Any], plain: dict[str, Any] | None, merged: dict[str, Any] | None
) -> dict[str, str]:
    """Their part of a row; "times faster" is by their plain profile / by the better of the two."""
    if plain is None or merged is None:
        return {}
    both = [plain, merged]
    done = [one for one in both if "tally" in one]
    load = min((one["load"] for one in done), default=0.0)
    here = mine["load"] + mine["tally"]
    counts = [their_seconds(one) for one in both]
    return {
        "their_load": seconds(load) if done else "",
        "plain": their_text(plain),
        "merged": their_text(merged),
        "their_peak": f"{max((one['peak_mb'] for one in done), default=0):,.0f}",
        "faster": ratios([count / mine["tally"] for count in counts], both),
        "faster_from_file": ratios([(load + count) / here for count in counts], both),
        "winners": agreement(mine, done),
    }


def their_seconds(theirs: dict[str, Any]) -> float:
    """How long they counted: what is known of a count that was ended is that it took longer."""
    return float(theirs.get("tally") or theirs.get("over") or 0)


def their_text(theirs: dict[str, Any]) -> str:
    """The seconds of a count, or that it was ended, or why it failed."""
    if "over" in theirs:
        return f">{theirs['over']}"
    return seconds(theirs["tally"]) if "tally" in theirs else theirs["refused"]


def ratios(numbers: list[float], theirs: list[dict[str, Any]]) -> str:
    """By the plain profile and by the better one."""
    best = min(range(2), key=lambda which: numbers[which] or float("inf"))
    marks = [">" if "over" in one else "" for one in theirs]
    return " / ".join(f"{marks[which]}{times(numbers[which])}" for which in (0, best))


def times(number: float) -> str:
    """How many times, with a digit behind the point where it is not many."""
    return f"{number:,.1f}" if number < 10 else f"{number:,.0f}"


def agreement(mine: dict[str, Any], done: list[dict[str, Any]]) -> str:
    """Whether all found the same winners."""
    if not done:
        return ""
    same = all(sorted(one["winners"]) == sorted(mine["winners"]) for one in done)
    return "same" if same else "DIFFERENT"


def seconds(value: float) -> str:
    """Seconds with so many digits that the smallest still say something."""
    return f"{value:.5f}" if value < 0.01 else f"{value:.3f}"
