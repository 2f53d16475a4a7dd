"""One count of ours in a process of its own, so that its memory is its own and caches are cold.

Run as a program it reads a file, or draws ballots from a seed, and prints one line of JSON. Seconds
are those of the processor, so that what else this machine does changes little. What takes less than
one is done again, and the median is what counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from civic.bench.methods import Method, peak_mb
from civic.bench.synthetic import Size, draw
from civic.counting import CountingError, Election, count, read_pb

SHORT = 1.0
AGAIN = 5
# Counted before the clock starts: a compiled kernel is loaded once in the life of a process.
WARM = Election.of({"a": 2, "b": 3}, 4, [["a"], ["a", "b"], ["b"]])


class Timed(NamedTuple):
    """What a piece of work gave, and the median of how long it took."""

    found: Any
    seconds: float


def main(source: str, method: Method, kernel: str) -> None:
    """Load one election, count it, and print what that took."""
    try:
        tally_with(WARM, method._replace(utility="cost"), kernel)
        json.dump(measured(source, method, kernel), sys.stdout)
    except CountingError as error:
        json.dump({"refused": str(error)}, sys.stdout)


def measured(source: str, method: Method, kernel: str) -> dict[str, Any]:
    """What loading and counting take; `source` is a file or the size of a drawn election."""
    is_file = Path(source).exists()
    drawn = None if is_file else draw(Size.named(source))
    loaded = timed((lambda: election_in(Path(source))) if drawn is None else drawn.election)
    election: Election = loaded.found
    tallied = timed(lambda: tally_with(election, method, kernel))
    return {
        "ballots": election.voters,
        "distinct": len(election.weights),
        "load": loaded.seconds,
        "tally": tallied.seconds,
        "peak_mb": peak_mb(),
        "winners": tallied.found,
    }


def election_in(path: Path) -> Election:
    """The election in a file; points for ranks are Borda's, as the referee gives them."""
    file = read_pb(path)
    return file.election(scores="borda" if file.vote_type == "ordinal" else None)


def tally_with(election: Election, method: Method, kernel: str) -> list[str]:
    """The winners' ids by one of our kernels, with a step in whole units of the currency."""
    outcome = count(
        election,
        method.rule,
        method.completion,
        utility=method.utility,
        step=method.step * election.scale,
        kernel=kernel,
    )
    return list(outcome.winners)


def timed(work: Callable[[], Any]) -> Timed:
    """Do it once, and several times more if it is short."""
    first = once(work)
    if first.seconds >= SHORT:
        return first
    again = [once(work).seconds for _ in range(AGAIN - 1)]
    return Timed(first.found, median([first.seconds, *again]))


def once(work: Callable[[], Any]) -> Timed:
    """Do it and look at the clock."""
    started = time.process_time()
    found = work()
    return Timed(found, time.process_time() - started)


if __name__ == "__main__":
    _, source_, rule_, completion_, utility_, step_, kernel_ = sys.argv
    main(source_, Method(rule_, completion_, utility_, int(step_)), kernel_)
