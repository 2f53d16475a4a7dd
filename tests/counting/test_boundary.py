from __future__ import annotations

import pytest

from civic.counting.questions.boundary import boundary, first


class Asked:
    """A predicate that notes down what it was asked."""

    def __init__(self, wins):
        self.wins, self.seen = wins, []

    def __call__(self, change):
        self.seen.append(change)
        return self.wins(change)


@pytest.mark.parametrize("guess", [1, 2, 49, 50, 51, 52, 99, 100, -5, 1000])
@pytest.mark.parametrize("edge", [1, 2, 50, 99, 100])
@pytest.mark.parametrize("step", [1, 7])
def test_the_edge_is_found_from_every_guess(guess, edge, step):
    asked = Asked(lambda change: change >= edge)

    assert boundary(asked, 0, 100, guess, step) == edge
    assert all(0 < change <= 100 for change in asked.seen)


def test_a_right_guess_takes_two_recounts():
    asked = Asked(lambda change: change >= 500)

    assert boundary(asked, 0, 10**9, 500) == 500
    assert asked.seen == [500, 499]


def test_nothing_that_helps_within_reach():
    assert boundary(lambda _: False, 0, 100, 3) is None
    assert boundary(lambda _: True, 5, 5, 3) is None


def test_where_more_can_be_worse_an_edge_is_still_an_edge():
    wins = {3, 4, 5, 40, 41}.__contains__

    for guess in range(1, 60):
        found = boundary(wins, 0, 60, guess)
        assert found is None or (wins(found) and not wins(found - 1))


def test_trying_all_finds_the_first():
    assert first({4, 9}.__contains__, 0, 10) == 4
    assert first({4, 9}.__contains__, 4, 10) == 9
    assert first({4}.__contains__, 4, 10) is None
