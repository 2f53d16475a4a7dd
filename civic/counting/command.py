"""A recount from a file, for anybody with a terminal: no database, no settings."""

from __future__ import annotations

import sys
from pathlib import Path

from civic.counting import CountingError, TieRule, count, read_pb
from civic.counting.outcome import Outcome

REFUSED = 2


def recount_file(  # noqa: PLR0913 - the options of the command, each by its name
    path: Path,
    *,
    rule: str = "greedy",
    completion: str = "none",
    threshold: int = 0,
    step: int | None = None,
    ties: str = "votes,cost",
    as_json: bool = False,
) -> int:
    """Print the winners' ids, one a line in the order funded; 2 and one line for what is wrong."""
    try:
        file = read_pb(path)
        threshold = threshold or (file.threshold if rule == "greedy-threshold" else 0)
        outcome = count(
            file.election(), rule, completion, ties=tie_rule(ties), threshold=threshold, step=step
        )
    except (CountingError, OSError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        sys.stderr.write(f"civic: {path.name}: {said}\n")
        return REFUSED
    sys.stdout.write(outcome.as_json() + "\n" if as_json else winners(outcome))
    return 0


def winners(outcome: Outcome) -> str:
    """The ids of the winners, one a line."""
    return "".join(f"{winner}\n" for winner in outcome.winners)


def tie_rule(text: str) -> TieRule:
    """Read `votes,cost,lot:SEED`; an unknown step is refused by name."""
    steps, seed = [], ""
    for part in filter(None, (part.strip() for part in text.split(","))):
        step, _, given = part.partition(":")
        seed = given or seed
        if step not in {"votes", "cost", "lot", "order"}:
            raise CountingError("There is no way to break ties called %(step)s.", step=step)
        steps.append(step)
    return TieRule(seed=seed, steps=tuple(steps))
