"""Limits as they are said: each set of projects is looked at anew, from the first to the last."""

from __future__ import annotations

import random
from fractions import Fraction

from civic.counting import Cap, Election, Limits, Project
from tests.counting.slow_greedy import by_tie, points_of, score_of
from tests.counting.slow_shares import rate, worth

KINDS = ("wood", "stone", "")


def kept(projects, budget, limits, chosen):
    """Whether a set of places is within the budget and within every limit."""
    those = [projects[place] for place in chosen]
    ids = {project.id for project in those}
    if sum(project.cost for project in those) > budget:
        return False
    if any(len(group & ids) > 1 for group in limits.conflicts):
        return False
    for cap in limits.caps:
        under = [p.cost for p in those if cap.name == getattr(p, cap.kind)]
        if cap.cost is not None and sum(under) > cap.cost:
            return False
        if cap.number is not None and len(under) > cap.number:
            return False
    return True


def before(projects, limits):
    """The places of what is funded before, in that order."""
    ids = [project.id for project in projects]
    return [ids.index(id_) for id_ in limits.prefunded]


def walk(projects, budget, ballots, limits, *, per_cost=None, no_skip=None, chosen=None):
    """Fund by score what keeps the limits; only money that is missing can stop the walk."""
    costs = [project.cost for project in projects]
    chosen = before(projects, limits) if chosen is None else list(chosen)

    def turn(place):
        score = Fraction(score_of(ballots, place), costs[place] if per_cost else 1)
        return -score, *by_tie(costs, ballots, place)

    for place in sorted(set(range(len(projects))) - set(chosen), key=turn):
        if not kept(projects, 10**9, limits, [*chosen, place]):
            continue
        if kept(projects, budget, limits, [*chosen, place]):
            chosen.append(place)
        elif no_skip:
            break
    return chosen


def shares(projects, budget, ballots, limits, completion, utility="cost"):
    """Equal shares of what is left, with the limits looked at before every purchase."""
    raising = "add1" if "add1" in completion else ""
    start = before(projects, limits)
    left = budget - sum(projects[place].cost for place in start)
    if not ballots:
        return walk(projects, budget, ballots, limits) if "util" in completion else start
    share = Fraction(left, len(ballots))
    best = _bought(projects, left, ballots, limits, share, utility)
    while raising and _wanted(projects, left, ballots, limits, best):
        if "exhaustive" in completion and not _more(projects, budget, limits, best):
            break
        share += 1
        more = _bought(projects, left, ballots, limits, share, utility)
        if sum(projects[place].cost for place in more) > budget:
            break
        best = more
    if "utilitarian" in completion:
        return walk(projects, budget, ballots, limits, chosen=best)
    return best


def _wanted(projects, left, ballots, limits, chosen):
    """Whether larger purses could add anything, or only put one project in another's place."""
    return any(
        kept(projects, 10**9, limits, [*chosen, place])
        for place, project in enumerate(projects)
        if place not in chosen and project.cost <= left
        if any(points_of(ballot, place) > 0 for ballot in ballots)
    )


def _more(projects, budget, limits, chosen):
    rest = set(range(len(projects))) - set(chosen)
    return any(kept(projects, budget, limits, [*chosen, place]) for place in rest)


def _bought(projects, left, ballots, limits, share, utility):
    chosen = before(projects, limits)
    costs = [project.cost for project in projects]
    purses = [share] * len(ballots)
    while True:
        offers = []
        for p, cost in enumerate(costs):
            open_ = cost <= left and p not in chosen
            if not open_ or not kept(projects, 10**9, limits, [*chosen, p]):
                continue
            worths = [worth(utility, costs, ballot, p) for ballot in ballots]
            able = [(purses[v], w) for v, w in enumerate(worths) if w]
            asked = rate(cost, able) if able else None
            if asked is not None:
                offers.append((asked, *by_tie(costs, ballots, p)))
        if not offers:
            return chosen
        asked, *_, winner = min(offers)
        chosen.append(winner)
        for v, ballot in enumerate(ballots):
            purses[v] -= min(purses[v], asked * worth(utility, costs, ballot, winner))


def limited(instance, seed, *, binding=True):
    """Projects of an instance with kinds, the election, and limits drawn for it."""
    costs, budget, ballots = instance
    draw = random.Random(f"limits {seed}")
    projects = [
        Project(f"p{p}", cost, category=draw.choice(KINDS), area=draw.choice(KINDS))
        for p, cost in enumerate(costs)
    ]
    ids = [project.id for project in projects]
    if binding:
        limits = Limits(_conflicts(draw, ids), _caps(draw, projects), _before(draw, ids))
        if not kept(projects, budget, limits, before(projects, limits)):
            limits = Limits(limits.conflicts, limits.caps)
    else:
        limits = Limits(caps=_caps(draw, projects, widest=10**6))
    named = [
        {f"p{p}": given for p, given in ballot.items()}
        if isinstance(ballot, dict)
        else [f"p{p}" for p in ballot]
        for ballot in ballots
    ]
    return projects, Election.of(projects, budget, named), limits


def _conflicts(draw, ids):
    groups = [
        frozenset(draw.sample(ids, min(len(ids), draw.randint(2, 3))))
        for _ in range(draw.randint(0, 2))
    ]
    return tuple(group for group in groups if len(group) > 1)


def _caps(draw, projects, widest=0):
    kinds = {(kind, getattr(p, kind)) for p in projects for kind in ("category", "area")}
    return tuple(
        Cap(kind, name, cost=widest or draw.choice([None, 0, 3, 6, 12]), number=widest or number)
        for kind, name in sorted(kinds)
        for number in [draw.choice([0, 1, 1, 2])]
        if draw.random() < 0.4
    )


def _before(draw, ids):
    return tuple(draw.sample(ids, 1)) if draw.random() < 0.3 else ()
