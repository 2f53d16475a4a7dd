"""The same ballots counted otherwise, and what a result means to the voters, side by side.

Every number is a whole number or an exact fraction, and depends on nothing but the distinct
ballots; so two machines agree on all of it.

Sources: for the measures Fairstein, Benadè, Gal, "Participatory Budgeting Design for the Real
World", AAAI 2023 (arXiv 2302.13316), and Peters, Skowron, "Completing the Method of Equal Shares",
equalshares.net; for the index of disproportion Loosemore, Hanby, "The Theoretical Limits of Maximum
Distortion", British Journal of Political Science 1, 1971.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np

from civic.counting.ballots.election import Election, Indices, check
from civic.counting.errors import N_, CountingError
from civic.counting.questions.changed import with_budget, with_costs
from civic.counting.registry import count
from civic.counting.terms.outcome import Outcome


@dataclass(frozen=True)
class Share:
    """What a group of projects got of all votes, and of all money that was spent."""

    group: str
    votes: Fraction
    money: Fraction


@dataclass(frozen=True)
class Measures:
    """What a result comes to for the voters; money is in the election's smallest unit.

    A voter's utility is the number of winners that the voter supports, or what these cost.
    `by_winners[k]` voters support k winners; `served` is the share of those who support any;
    `mean_winners` and `mean_cost` are utilities per voter, and both Gini indices, from 0 (all
    alike) to below 1 (one has all), are of utilities over voters. `shares` are the groups in
    alphabetical order, and `disproportion` is half the sum of the differences between shares of
    votes and of money: the part of the money that went to other groups than the votes did.
    """

    spent: int
    winners: int
    voters: int
    served: Fraction
    by_winners: tuple[int, ...]
    mean_winners: Fraction
    mean_cost: Fraction
    gini_winners: Fraction
    gini_cost: Fraction
    shares: tuple[Share, ...] = ()
    disproportion: Fraction | None = None

    def as_dict(self) -> dict[str, Any]:
        """The measures in plain values; exact fractions are written as "a/b"."""
        return _plain(self)


@dataclass(frozen=True)
class Comparison:
    """Two results of the same ballots: ids gained and lost by the other, and kept, as funded.

    `better` voters support more winners of the other result than of the one, `worse` fewer.
    """

    gained: tuple[str, ...]
    lost: tuple[str, ...]
    kept: tuple[str, ...]
    one: Measures
    other: Measures
    better: int
    worse: int

    def as_dict(self) -> dict[str, Any]:
        """The comparison in plain values; exact fractions are written as "a/b"."""
        return _plain(self)


def what_if(
    election: Election,
    *,
    budget: int | None = None,
    costs: Mapping[str, int] | None = None,
    **options: Any,
) -> Outcome:
    """Count the same ballots with another budget, other costs for some projects, or both.

    Amounts are in the election's smallest unit; `options` are those of `count`, such as `rule`.
    Raises `CountingError` for what no rule can count.
    """
    known = {project.id for project in election.projects}
    for id_ in costs or {}:
        if id_ not in known:
            raise CountingError(N_("Project %(project)s is not in the list."), project=id_)
    changed = with_costs(election, costs or {})
    changed = with_budget(changed, election.budget if budget is None else budget)
    check(changed.projects, changed.budget)
    return count(changed, **options)


def measures(
    election: Election, winners: Iterable[str], *, groups: Mapping[str, str] | None = None
) -> Measures:
    """What these winners mean to the voters; `groups` names the group of each project, by its id.

    `by_category` and `by_area` give such groups; projects in none are left out of the shares.
    """
    chosen = set(winners)
    places = _places(election, chosen)
    number, money = _utilities(election, places)
    of_number, of_money = _spread(election, number), _spread(election, money)
    shares = _shares(election, chosen, groups or {})
    return Measures(
        spent=sum(election.projects[place].cost for place in places),
        winners=len(places),
        voters=election.voters,
        served=_part(election.voters - of_number.get(0, 0), election.voters),
        by_winners=tuple(of_number.get(k, 0) for k in range(max(of_number, default=0) + 1)),
        mean_winners=_mean(of_number),
        mean_cost=_mean(of_money),
        gini_winners=gini(of_number),
        gini_cost=gini(of_money),
        shares=shares,
        disproportion=_disproportion(shares),
    )


def side_by_side(
    election: Election,
    one: Outcome,
    other: Outcome,
    *,
    groups: Mapping[str, str] | None = None,
) -> Comparison:
    """Two outcomes of the same ballots beside one another, each measured with its own costs."""
    kinds = [_with_costs_of(election, outcome) for outcome in (one, other)]
    (before, _), (after, _) = (
        _utilities(election, _places(election, set(outcome.winners))) for outcome in (one, other)
    )
    return Comparison(
        gained=tuple(id_ for id_ in other.winners if id_ not in one.winners),
        lost=tuple(id_ for id_ in one.winners if id_ not in other.winners),
        kept=tuple(id_ for id_ in one.winners if id_ in other.winners),
        one=measures(kinds[0], one.winners, groups=groups),
        other=measures(kinds[1], other.winners, groups=groups),
        better=int(election.weights[after > before].sum()),
        worse=int(election.weights[after < before].sum()),
    )


def by_category(election: Election) -> dict[str, str]:
    """The category of every project that has one."""
    return {project.id: project.category for project in election.projects if project.category}


def by_area(election: Election) -> dict[str, str]:
    """The area of every project that has one."""
    return {project.id: project.area for project in election.projects if project.area}


def gini(spread: Mapping[int, int]) -> Fraction:
    """The Gini index of a distribution, from each value (not negative) to how many have it.

    The mean difference of two people drawn with replacement, over twice the mean value.
    """
    people = sum(spread.values())
    total = sum(value * many for value, many in spread.items())
    if not total:
        return Fraction(0)
    below, differences = 0, 0
    for value, many in sorted(spread.items()):
        # Each of these is above those before, and below those after.
        differences += many * value * (2 * below + many - people)
        below += many
    return Fraction(differences, people * total)


def _places(election: Election, chosen: set[str]) -> list[int]:
    return [place for place, project in enumerate(election.projects) if project.id in chosen]


def _utilities(election: Election, places: Iterable[int]) -> tuple[Indices, Indices]:
    """For each distinct ballot the number of winners it supports, and what they cost."""
    number = np.zeros(len(election.weights), dtype=np.int64)
    money = np.zeros(len(election.weights), dtype=np.int64)
    for place in places:
        number[election.supporters[place]] += 1
        money[election.supporters[place]] += election.projects[place].cost
    return number, money


def _spread(election: Election, utilities: Indices) -> dict[int, int]:
    """How many voters have each utility; who cast an empty ballot has none."""
    values, where = np.unique(utilities, return_inverse=True)
    sums = np.zeros(len(values), dtype=np.int64)
    np.add.at(sums, where, election.weights)
    spread = Counter(dict(zip(values.tolist(), sums.tolist(), strict=True)))
    spread[0] += election.voters - int(election.weights.sum())
    return {value: many for value, many in spread.items() if many}


def _mean(spread: Mapping[int, int]) -> Fraction:
    return _part(sum(value * many for value, many in spread.items()), sum(spread.values()))


def _part(some: int, of: int) -> Fraction:
    return Fraction(some, of) if of else Fraction(0)


def _shares(election: Election, winners: set[str], groups: Mapping[str, str]) -> tuple[Share, ...]:
    votes: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for place, project in enumerate(election.projects):
        if project.id in groups:
            votes[groups[project.id]] += election.votes[place]
            money[groups[project.id]] += project.cost if project.id in winners else 0
    return tuple(
        Share(group, _part(votes[group], votes.total()), _part(money[group], money.total()))
        for group in sorted(votes)
    )


def _disproportion(shares: tuple[Share, ...]) -> Fraction | None:
    apart = sum((abs(one.votes - one.money) for one in shares), Fraction(0))
    return apart / 2 if shares else None


def _with_costs_of(election: Election, outcome: Outcome) -> Election:
    return with_costs(election, {line.project: line.cost for line in outcome.lines})


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Measures | Comparison | Share):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
