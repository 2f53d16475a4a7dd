"""What residents of the demo city propose: enough, everywhere, and every idea its own."""

from __future__ import annotations

import pytest

from civic.demo.ideas import LAST_YEAR, MILLION, THIS_YEAR, Fate, read_ideas
from civic.proposals.rules import PLACE_LENGTHS, TEXT_LENGTHS, TITLE_LENGTHS
from civic.proposals.states import Category

ROUNDS = {"last year": LAST_YEAR, "this year": THIS_YEAR}


@pytest.fixture(params=ROUNDS)
def ideas(request):
    return read_ideas(ROUNDS[request.param])


def test_every_category_comes_before_the_voters(ideas):
    assert {idea.category for idea in ideas if idea.fate is Fate.BALLOT} == set(Category)


def test_each_idea_is_said_once_and_in_bounds(ideas):
    assert len({idea.title for idea in ideas}) == len(ideas)
    for idea in ideas:
        assert TITLE_LENGTHS[0] <= len(idea.title) <= 70
        assert len(idea.place) <= PLACE_LENGTHS[1]
        assert all(len(text) > TEXT_LENGTHS[0] for text in (idea.problem, idea.solution))


def test_what_comes_on_the_ballot_has_a_plausible_cost(ideas):
    costs = [idea.cost for idea in ideas if idea.fate in {Fate.BALLOT, Fate.RETURN}]
    assert all(40 * MILLION <= cost <= 1200 * MILLION for cost in costs)


def test_every_no_has_a_reason(ideas):
    for idea in ideas:
        no = {Fate.REFUSE, Fate.RETURN, Fate.STAYS_RETURNED, Fate.MERGE, Fate.INFEASIBLE}
        assert bool(idea.reason) == (idea.fate in no)


def test_twins_are_there(ideas):
    titles = {idea.title for idea in ideas}
    assert all(idea.twin in titles for idea in ideas if idea.fate is Fate.MERGE)
