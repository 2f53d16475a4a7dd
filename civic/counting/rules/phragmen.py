"""Phragmén's sequential rule: spread the costs so that no voter bears much more than another.

Every project that is bought is a load that its supporters share. Bought next is the project after
which its supporters bear the least, all of them the same: then what each bore before is levelled.
The count ends when a project whose turn it is does not fit into the money that is left. What
nobody wants is never bought, as nobody can bear it.

Source: Brill, Freeman, Janson, Lackner, "Phragmén's Voting Methods and Justified Representation",
AAAI 2017; with costs: Los, Christoff, Grossi, "Proportional Budget Allocations", IJCAI 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, inf
from operator import mul

import numpy as np

from civic.counting.ballots.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.terms.limits import Gate
from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Amount, Reason, too_dear
from civic.counting.terms.run import Run, Story
from civic.counting.terms.setting import Setting


@dataclass(frozen=True)
class Step:
    """One purchase: the load that each supporter bears after it, and the money left after it."""

    place: int
    load: Fraction
    left: int


def phragmen(setting: Setting) -> Run:
    """Buy by the least load until a project whose turn it is does not fit."""
    if setting.election.points is not None:
        raise CountingError(N_("Phragmén's rule counts approvals; these ballots give points."))
    line = _Line(setting)
    ties = setting.ties.fresh()
    while (due := line.due()) and all(line.gate.fits(place) for place in due):
        line.buy(ties.pick(due))
    winners = [step.place for step in line.steps]
    return Run(winners, ties.broken, lambda: _story(setting, line, due))


class _Loads:
    """What every distinct ballot bears, exactly.

    A ballot bears the load of the last purchase that it supports. So there are never more
    different loads than purchases and one, and each is a whole number over one denominator.
    """

    def __init__(self, election: Election) -> None:
        self._election = election
        self._last = np.zeros(len(election.weights), dtype=np.int64)
        self._loads = [0]
        self._denominator = 1

    def after(self, place: int) -> Fraction:
        """What each supporter of a project would bear if it were bought now."""
        who = self._election.supporters[place]
        # Whole numbers below 2 ** 53 are exact in the floats that `bincount` adds.
        times = np.bincount(self._last[who], weights=self._election.weights[who])
        borne = sum(map(mul, self._loads, map(int, times.tolist())))
        borne += self._election.projects[place].cost * self._denominator
        return Fraction(borne, self._denominator * self._election.votes[place])

    def bear(self, place: int, load: Fraction) -> None:
        """Let all supporters of a project bear the same load from now on."""
        factor = load.denominator // gcd(load.denominator, self._denominator)
        self._denominator *= factor
        self._loads = [known * factor for known in self._loads]
        self._last[self._election.supporters[place]] = len(self._loads)
        self._loads.append(load.numerator * (self._denominator // load.denominator))


class _Line:
    """The projects that wait for their turn, each with a load below which it cannot come."""

    def __init__(self, setting: Setting) -> None:
        self.gate: Gate = setting.gate.fresh()
        self.loads = _Loads(setting.election)
        self.steps: list[Step] = []
        self._bound = {place: 0.0 for place in setting.for_sale}

    def due(self) -> list[int]:
        """The projects with the least load, which are next.

        Loads only rise, so an earlier one is a bound. A float is the nearest one to its fraction,
        so of two fractions the lower never has the higher float: what floats tell apart is apart.
        """
        found: dict[int, Fraction] = {}
        best = inf
        for place in sorted(self._bound, key=self._bound.__getitem__):
            if self._bound[place] > best:
                break
            found[place] = self.loads.after(place)
            self._bound[place] = float(found[place])
            best = min(best, self._bound[place])
        least = min(found.values(), default=None)
        return [place for place, load in found.items() if load == least]

    def buy(self, place: int) -> None:
        """Buy a project; what cannot stand beside it has no turn any more."""
        load = self.loads.after(place)
        self.loads.bear(place, load)
        self.gate.take(place)
        self.steps.append(Step(place, load, self.gate.left))
        del self._bound[place]
        self._bound = {p: load for p, load in self._bound.items() if self.gate.admits(p)}


def _story(setting: Setting, line: _Line, due: Sequence[int]) -> Story:
    """Every purchase with its load, and a reason for every project that took part."""
    election = setting.election
    rounds = []
    reasons: dict[int, Reason] = {}
    for number, step in enumerate(line.steps, start=1):
        project, votes = election.projects[step.place], election.votes[step.place]
        rounds.append(Round(number, project.id, project.cost, votes, step.left, load=step.load))
        load = Amount(ceil(step.load))
        reasons[step.place] = Reason(
            "phragmen-won", {"round": number, "votes": votes, "load": load}
        )
    stoppers = [place for place in due if not line.gate.fits(place)]
    for place in set(setting.eligible) - set(reasons):
        reasons[place] = _lost(setting, line, place, stoppers)
    return Story(rounds, reasons)


def _lost(setting: Setting, line: _Line, place: int, stoppers: Sequence[int]) -> Reason:
    election, gate = setting.election, line.gate
    cost = election.projects[place].cost
    if not gate.admits(place):
        return gate.closed[place]
    if cost > setting.budget:
        return too_dear(cost, setting.budget)
    if not election.votes[place]:
        return Reason("no-votes", {})
    if place in stoppers:
        return Reason(
            "phragmen-unfit",
            {
                "round": len(line.steps),
                "left": Amount(gate.left),
                "missing": Amount(cost - gate.left),
            },
        )
    load = Amount(floor(line.loads.after(place)))
    return Reason(
        "phragmen-stopped", {"stopper": election.projects[min(stoppers)].id, "load": load}
    )
