"""No rule is forgotten: each is compared with the referee, or it is said why it cannot be."""

from __future__ import annotations

from civic.bench.referee import COUNTS
from civic.counting import RULES
from tests.counting.oracles.elections import (
    COMPARED,
    COMPLETIONS,
    COMPLETIONS_OURS_ALONE,
    OURS_ALONE,
)

BY_SHARES = RULES["equal-shares"]


def test_every_rule_has_its_place():
    assert {method.rule for method in COMPARED} == set(COUNTS)
    assert set(COUNTS) | set(OURS_ALONE) == set(RULES)
    assert not set(COUNTS) & set(OURS_ALONE)


def test_every_completion_has_its_place():
    assert {*COMPLETIONS, *COMPLETIONS_OURS_ALONE} == set(BY_SHARES.completions)


def test_equal_shares_is_compared_with_every_utility_and_completion():
    compared = {method[1:3] for method in COMPARED if method.rule == "equal-shares"}

    assert compared == {(how, what) for how in COMPLETIONS for what in BY_SHARES.utilities}
