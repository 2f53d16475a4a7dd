"""Small elections whose results others have published, counted by us and by our slow twins."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from civic.counting import count
from tests.counting.slow_bos import bos
from tests.counting.slow_greedy import walk
from tests.counting.slow_instances import by_id
from tests.counting.slow_phragmen import phragmen
from tests.counting.slow_shares import completed

# The examples of pabutools, with money in hundredths where it had fractions.
TWO = ([100, 90, 200, 109], 400, [[0], [1, 2, 3], [1, 2, 3], [2]])
# The same and two projects that nobody supports.
THREE = ([100, 90, 200, 109, 150, 170], 400, [[0], [1, 2, 3], [1, 2, 3], [2]])
ONE = ([1, 3, 2, 1], 3, [[0, 1, 2, 3]] * 2)
# The running example of Lackner and Skowron's book: seven candidates, four seats, twelve voters.
BOOK = ([1] * 7, 4, [[0, 1]] * 3 + [[0, 2]] * 3 + [[0, 3]] * 2 + [[1, 2, 5], [4], [5], [6]])
# The worked example of bounded overspending (Papasotiropoulos and others, arXiv 2409.15005).
# Its projects are A, C, B, D, E, F, and A, B, D, F win.
LARGE = (
    [300_000, 400_000, 300_000, 240_000, 170_000, 100_000],
    1_000_000,
    [[0], [0, 2, 1, 4], *[[0, 2, 1]] * 3, [0, 1, 5], *[[3, 4]] * 2, [3, 4, 5], [2, 3, 5]],
)
FAIR = ([310_000, 6_000], 310_000, [[0]] * 403 + [[1]] * 11)


class Published(NamedTuple):
    """An election, how it is counted, and the sets of winners that are right."""

    name: str
    instance: Any
    winners: list[set[int]]
    rule: str
    completion: str = "none"
    utility: str = "cost"
    step: int = 1

    def slow(self):
        match self.rule:
            case "equal-shares":
                return completed(*self.instance, self.completion, self.utility, self.step)
            case "phragmen":
                return phragmen(*self.instance)
            case "bos":
                return bos(*self.instance, self.utility)
        return walk(*self.instance, per_cost=self.rule == "greedy-per-cost")


PUBLISHED = [
    Published("two", TWO, [{0, 1, 3}], "equal-shares", utility="cardinality"),
    Published("two", TWO, [{0, 2}], "equal-shares"),
    Published("two", TWO, [{0, 1, 2}], "equal-shares", "add1-exhaustive", step=10),
    Published("two", TWO, [{0, 1, 3}], "equal-shares", "add1-exhaustive", "cardinality", 10),
    Published("three", THREE, [{0, 1, 3}], "equal-shares", utility="cardinality"),
    Published("three", THREE, [{0, 2}], "equal-shares"),
    Published("one", ONE, [{0, 2}, {0, 3}, {1}, {2, 3}], "greedy"),
    Published("one", ONE, [{0, 3}], "greedy-per-cost"),
    Published("book", BOOK, [{0, 1, 2, 3}], "phragmen"),
    Published("book", BOOK, [{0}], "equal-shares"),
    Published("book", (BOOK[0], 7, BOOK[2]), [set(range(7))], "phragmen"),
    Published("large", LARGE, [{0, 2, 3, 5}], "bos"),
    Published("fair", FAIR, [{0}], "bos"),
]


def name_of(case):
    return f"{case.name}-{case.rule}-{case.completion}-{case.utility}"


@pytest.mark.parametrize("case", PUBLISHED, ids=name_of)
def test_the_slow_twin_finds_what_was_published(case):
    assert set(case.slow()) in case.winners


@pytest.mark.parametrize("case", PUBLISHED, ids=name_of)
def test_we_find_what_was_published(case):
    election = by_id(*case.instance)

    outcome = count(election, case.rule, case.completion, utility=case.utility, step=case.step)

    assert {int(winner[1:]) for winner in outcome.winners} in case.winners
