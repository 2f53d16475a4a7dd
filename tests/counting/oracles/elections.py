"""The real elections, and how to count them by every rule that the referee has as well."""

from __future__ import annotations

import csv
import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from civic.bench.methods import Method
from civic.counting import TieRule, count, read_pb

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared/data")) / "pabulib"
ABSENT = "allowed: the real elections are not part of the code"

# Every rule that both have. Official steps of Add1 are not among them: pabutools stops earlier.
COMPLETIONS = ("none", "utilitarian", "add1-exhaustive")
EQUAL_SHARES = [
    Method("equal-shares", completion, utility)
    for completion in COMPLETIONS
    for utility in ("cost", "cardinality", "score")
]
WALKS = [Method("greedy"), Method("greedy-per-cost"), Method("phragmen")]
BEST_SETS = [Method("knapsack", utility="cardinality"), Method("knapsack", utility="score")]
COMPARED = [*EQUAL_SHARES, *WALKS, *BEST_SETS]
# What pabutools 1.2.3 has not.
OURS_ALONE = {
    "greedy-no-skip": "it always goes on to the next project",
    "greedy-threshold": "the same walk, with fewer projects",
    "bos": "only in its repository so far",
    "bos-plus": "it has the plain form only, and in its repository",
}
COMPLETIONS_OURS_ALONE = {"add1", "add1-utilitarian"}

# A forint is too small a step: from the fair share to the last one it is tens of thousands.
STEPS = {"Hungary_Veszprem_2025.pb": 1_000, "Hungary_Budapest_2024.pb": 1_000}


class Listed(NamedTuple):
    """One line of the index: a file, its ballots and their marks, its rule, and its winners."""

    name: str
    kind: str
    approvals: int
    rule: str
    winners: int

    @property
    def approves(self) -> bool:
        return self.kind in ("approval", "choose-1")

    @property
    def step(self) -> int:
        return STEPS.get(self.name, 1)


def listed() -> list[Listed]:
    """All real elections at hand, the smallest first."""
    if not DATA.exists():
        return []
    with (DATA / "index.tsv").open(encoding="utf-8") as stream:
        rows = csv.DictReader(stream, delimiter="\t")
        files = [
            Listed(
                row["file"],
                row["vote_type"],
                int(row["approvals"]),
                row["rule"],
                int(row["num_funded"] or 0),
            )
            for row in rows
        ]
    return sorted(files, key=lambda file: file.approvals)


def methods_for(file: Listed) -> list[Method]:
    """The rules that make sense for these ballots: points are worth points, approvals are not."""
    return [
        method._replace(step=file.step)
        for method in COMPARED
        if method in WALKS or (method.utility == "score") != file.approves
        if file.approves or method.rule != "phragmen"
    ]


@lru_cache(maxsize=2)
def election_of(name: str):
    """The election in a file; rankings become points by Borda's count, as the referee has them."""
    file = read_pb(DATA / name)
    return file.election(scores="borda") if file.vote_type == "ordinal" else file.election()


def our_winners(name: str, method: Method, ties: tuple[str, ...], seed: str) -> list[str]:
    """Our count of a file, without a threshold and in the order funded."""
    outcome = count(
        election_of(name),
        method.rule,
        method.completion,
        utility=method.utility,
        ties=TieRule(steps=ties, seed=seed),
        step=method.step,
    )
    return list(outcome.winners)
