from dataclasses import replace
from uuid import uuid4

import pytest

from civic.appraisals.kinds import CHECKS, Finding, Verdict
from civic.appraisals.rules import Sheet, check_sheet, check_turn
from civic.kernel.errors import RuleBroken
from civic.proposals.states import State

GOOD = Sheet(Verdict.FEASIBLE, "برآورد شد.", 250_000_000, checks=dict.fromkeys(CHECKS, Finding.YES))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"reason": "  "}, "Write the reason"),
        ({"reason": "x" * 2001}, "longer than 2000"),
        ({"cost": None}, "Give the cost"),
        ({"cost": 0}, "Give the cost"),
        ({"cost": 10**15}, "Give the cost"),
        ({"upkeep_per_year": -1}, "upkeep"),
        ({"months": 0}, "between 1 and"),
        ({"checks": {}}, "every check"),
        ({"checks": {**GOOD.checks, "technical": Finding.NO}}, "not feasible"),
    ],
)
def test_a_sheet_that_lacks_something(change, complaint):
    with pytest.raises(RuleBroken, match=complaint):
        check_sheet(replace(GOOD, **change))


def test_a_no_needs_no_cost():
    check_sheet(GOOD)
    check_sheet(replace(GOOD, verdict=Verdict.INFEASIBLE, cost=None))


def test_the_next_sheet_is_a_colleagues():
    officer = uuid4()
    check_turn(officer, State.FEASIBLE, [uuid4()])
    with pytest.raises(RuleBroken, match="colleague"):
        check_turn(officer, State.FEASIBLE, [officer])
    with pytest.raises(RuleBroken, match="nothing to appraise"):
        check_turn(officer, State.ON_BALLOT, [])
