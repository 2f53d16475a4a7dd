"""Walking down the list, and the best set of all by trying each: slow and obvious."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations


def points_of(ballot, place):
    """What a ballot gives a project; an approval is one point."""
    return ballot.get(place, 0) if isinstance(ballot, dict) else int(place in ballot)


def votes_of(ballots, place):
    """How many voters give a project something."""
    return sum(points_of(ballot, place) > 0 for ballot in ballots)


def score_of(ballots, place):
    """The points of a project, those against it included."""
    return sum(points_of(ballot, place) for ballot in ballots)


def by_tie(costs, ballots, place):
    """What decides a tie: more votes, lower cost, first in the list."""
    return -votes_of(ballots, place), costs[place], place


def walk(costs, budget, ballots, *, per_cost=None, no_skip=None, leave_out=()):
    """Fund by score (or score per cost) what fits; pass over what does not, or stop there."""

    def turn(place):
        score = Fraction(score_of(ballots, place), costs[place] if per_cost else 1)
        return -score, *by_tie(costs, ballots, place)

    funded = []
    for place in sorted(set(range(len(costs))) - set(leave_out), key=turn):
        if costs[place] <= budget:
            budget -= costs[place]
            funded.append(place)
        elif no_skip:
            break
    return funded


def best_score(costs, budget, ballots):
    """The highest score that an affordable set of projects has, by trying every set."""
    places = range(len(costs))
    scores = [score_of(ballots, place) for place in places]
    return max(
        sum(scores[place] for place in chosen)
        for size in range(len(costs) + 1)
        for chosen in combinations(places, size)
        if sum(costs[place] for place in chosen) <= budget
    )
