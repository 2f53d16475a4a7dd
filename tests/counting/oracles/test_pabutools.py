"""Real elections counted twice: our winners must be those of pabutools, in the same order."""

from __future__ import annotations

from functools import lru_cache

import pytest

from civic.bench import referee
from tests.counting.oracles.elections import (
    ABSENT,
    DATA,
    listed,
    methods_for,
    our_winners,
)

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason=ABSENT),
    pytest.mark.skipif(
        not referee.is_installed(),
        reason="pabutools is not installed (requirements-oracle.txt); .ci/run installs it",
    ),
]

# Two ways to break ties, so that no winner is the same by luck.
TIES = [("votes", "cost", "lot"), ("lot",)]
SEED = "two referees"

# What pabutools does within seconds when identical ballots are merged: so many marks on ballots,
# or so many and Add1 on top, which it counts anew for every step.
QUICK = 62_000
STEPS_ARE_QUICK = 4_000


def pairs(every):
    """The comparisons of a run: every file and rule, or those that are over soon."""
    return [
        pytest.param(file, method, id=f"{file.name[:-3]}-{method}", marks=group(file))
        for file in listed()
        for method in methods_for(file)
        if is_quick(file, method) or (every and ends(file, method))
    ]


def group(file):
    # One process reads a file once for all rules.
    return pytest.mark.xdist_group(name=file.name)


def ends(file, method):
    """Whether pabutools comes to an end: it takes hours, and gigabytes, for many or long runs."""
    is_long = file.approvals > QUICK or file.name == "France_Toulouse_2022.pb"
    return method.completion != "add1-exhaustive" or not is_long


def is_quick(file, method):
    most = STEPS_ARE_QUICK if method.completion == "add1-exhaustive" else QUICK
    return file.approvals <= most or file.kind == "choose-1"


def pytest_generate_tests(metafunc):
    if "method" in metafunc.fixturenames:
        every = metafunc.config.getoption("--every-election", default=False)
        metafunc.parametrize(("file", "method"), pairs(every))


@lru_cache(maxsize=1)
def paper(name):
    """The file as pabutools reads it, with identical ballots merged by pabutools."""
    return referee.merged(referee.read(DATA / name))


def test_the_referee_agrees(file, method):
    name = file.name
    for steps in TIES if file.approvals < QUICK else TIES[:1]:
        ours = our_winners(name, method, steps, SEED)
        theirs = referee.winners(paper(name), method, (*steps[:-1], f"{steps[-1]}:{SEED}"))

        if method.rule == "knapsack":
            # The solver takes any of the best sets; ours must be worth as much, and affordable.
            assert referee.welfare(paper(name), ours) == referee.welfare(paper(name), theirs)
        elif method.rule == "phragmen":
            assert sorted(ours) == theirs
        else:
            assert ours == theirs
