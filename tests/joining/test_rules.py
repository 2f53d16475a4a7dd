import pytest

from civic.joining.rules import Fate, Slot, fate
from civic.kernel.errors import RuleBroken

HERE, THERE = "here", "there"


def slot(pot=HERE, *, ballot=False, paper=False):
    return Slot(pot, has_ballot=ballot, on_paper=paper)


VOTED, EMPTY, PAPER = slot(ballot=True), slot(), slot(paper=True)
CASES = [
    # going, staying, while the web runs, while paper comes in
    (None, VOTED, Fate.NOTHING, Fate.NOTHING),
    (EMPTY, VOTED, Fate.NOTHING, Fate.NOTHING),
    (VOTED, VOTED, Fate.VOID, Fate.VOID),
    (VOTED, PAPER, Fate.VOID, Fate.VOID),
    (VOTED, None, Fate.MOVE, Fate.NOTHING),
    (VOTED, EMPTY, Fate.MOVE, Fate.NOTHING),
    (VOTED, slot(THERE), Fate.VOID, Fate.NOTHING),
    (VOTED, slot(THERE, ballot=True), Fate.VOID, Fate.VOID),
]


@pytest.mark.parametrize(("going", "staying", "runs", "over"), CASES)
def test_one_vote_is_left_and_no_only_vote_is_lost(going, staying, runs, over):
    assert fate(going, staying, web_is_over=False) is runs
    assert fate(going, staying, web_is_over=True) is over


@pytest.mark.parametrize("staying", [None, EMPTY, VOTED, PAPER])
def test_whoever_showed_a_card_is_somebody(staying):
    with pytest.raises(RuleBroken, match="two people"):
        fate(PAPER, staying, web_is_over=False)
