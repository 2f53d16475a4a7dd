"""Equal shares as the textbook says it, slow and in fractions: the referee of the fast one.

A ballot is a list of places of projects, or a dictionary from places to points.
"""

from __future__ import annotations

from fractions import Fraction

from tests.counting.slow_greedy import by_tie, points_of, walk

# What no raised share can pay for.
BEYOND_ALL = 10**30


def worth(utility, costs, ballot, place):
    """What a project is worth to one voter, who pays nothing for what is worth nothing."""
    points = points_of(ballot, place)
    if points <= 0:
        return 0
    return {"cost": points * costs[place], "cardinality": 1, "score": points}[utility]


def rate(cost, supporters):
    """The least price per worth at which supporters, each a purse and a worth, raise the cost."""
    if sum(purse for purse, _ in supporters) < cost:
        return None
    rest, worths = Fraction(cost), sum(worth for _, worth in supporters)
    for purse, worth_ in sorted(supporters, key=lambda each: Fraction(each[0]) / each[1]):
        if purse * worths >= rest * worth_:
            return rest / worths
        rest -= purse
        worths -= worth_
    raise AssertionError


def equal_shares(costs, ballots, share, utility="cost"):
    """Buy at the lowest price per worth; ties go to more votes, then lower cost, then first."""
    purses = [Fraction(share)] * len(ballots)
    worths = [[worth(utility, costs, ballot, p) for ballot in ballots] for p in range(len(costs))]
    bought = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            able = [(purses[v], worths[p][v]) for v in range(len(ballots)) if worths[p][v]]
            asked = rate(cost, able) if able and p not in bought else None
            if asked is not None:
                offers.append((asked, *by_tie(costs, ballots, p)))
        if not offers:
            return bought, purses
        asked, *_, winner = min(offers)
        bought.append(winner)
        for v in range(len(ballots)):
            purses[v] -= min(purses[v], asked * worths[winner][v])


def completed(costs, budget, ballots, completion, utility="cost", step=1):
    """The winners in order after a completion, which is named as in the package."""
    raising, _, filling = completion.partition("-")
    bought = _raised(costs, budget, ballots, utility, step, raising, filling)
    if "utilitarian" in (raising, filling):
        bought += walk(costs, budget - sum(costs[p] for p in bought), ballots, leave_out=bought)
    return bought


def _raised(costs, budget, ballots, utility, step, raising, filling):
    """Equal shares, repeated with a step more for everybody as long as the completion allows."""
    if not ballots:
        return []
    within = [cost if cost <= budget else BEYOND_ALL for cost in costs]
    share = Fraction(budget, len(ballots))
    best = equal_shares(within, ballots, share, utility)[0]
    places = [p for p in range(len(costs)) if costs[p] <= budget]
    wanted = {p for p in places if any(points_of(ballot, p) > 0 for ballot in ballots)}
    while raising == "add1" and not wanted <= set(best):
        left = budget - sum(costs[p] for p in best)
        if filling == "exhaustive" and all(costs[p] > left for p in places if p not in best):
            break
        share += step
        more = equal_shares(within, ballots, share, utility)[0]
        if sum(costs[p] for p in more) > budget:
            break
        best = more
    return best
