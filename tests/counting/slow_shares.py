"""Equal shares as the textbook says it, slow and in fractions: the referee of the fast one."""

from __future__ import annotations

from fractions import Fraction


def price(cost, purses):
    """The largest single payment when these purses pay a cost as evenly as they can."""
    if sum(purses) < cost:
        return None
    rest, payers = Fraction(cost), len(purses)
    for purse in sorted(purses):
        if purse * payers >= rest:
            return rest / payers
        rest -= purse
        payers -= 1
    raise AssertionError


def equal_shares(costs, ballots, share):
    """Buy the lowest price per cost; ties go to more votes, then lower cost, then first place."""
    purses = [Fraction(share)] * len(ballots)
    supporters = [[v for v, ballot in enumerate(ballots) if p in ballot] for p in range(len(costs))]
    bought = []
    while True:
        offers = []
        for p, cost in enumerate(costs):
            level = price(cost, [purses[v] for v in supporters[p]])
            if p not in bought and supporters[p] and level is not None:
                offers.append((level / cost, -len(supporters[p]), cost, p, level))
        if not offers:
            return bought, purses
        *_, winner, level = min(offers)
        bought.append(winner)
        for v in supporters[winner]:
            purses[v] -= min(purses[v], level)


def completed(costs, budget, ballots, completion):
    """Repeat with one unit more for everybody, as long as the completion allows."""
    within = [cost if cost <= budget else 10**9 for cost in costs]
    share = Fraction(budget, len(ballots))
    best = equal_shares(within, ballots, share)[0]
    wanted = {p for ballot in ballots for p in ballot if costs[p] <= budget}
    while completion != "none" and not wanted <= set(best):
        left = budget - sum(costs[p] for p in best)
        rest = [costs[p] for p in range(len(costs)) if p not in best]
        if completion == "add1-exhaustive" and min(rest) > left:
            break
        share += 1
        more = equal_shares(within, ballots, share)[0]
        if sum(costs[p] for p in more) > budget:
            break
        best = more
    return best
