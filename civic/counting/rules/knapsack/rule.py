"""The rule that makes the sum over all voters of what they get as large as the budget allows.

A voter gets one for each project that was chosen and supported ("cardinality"), its points
("score"), or its points (an approval is one) times its cost ("cost"). Points below nought count
against a project. Of sets that are worth the same the cheapest wins; of those the one that holds
the project that goes first, in the order that breaks ties, among all in which they differ.

Source: Talmon, Faliszewski, "A Framework for Approval-Based Budgeting Methods", AAAI 2019 (there:
max rules); Goel et al., "Knapsack Voting for Participatory Budgeting", TEAC 2019.
"""

from __future__ import annotations

from functools import cached_property

from civic.counting.rules.knapsack.best_set import MOST_WORK, Best, TooManySetsError, best_set
from civic.counting.rules.knapsack.fines import Item, Meter
from civic.counting.terms.limits import Gate
from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Amount, Reason, too_dear
from civic.counting.terms.run import Run, Story
from civic.counting.terms.setting import Setting
from civic.counting.terms.ties import Tie

# For what else is told, so many partial sets may be looked at: for one question, and for all.
WORK_EACH = 20_000
WORK_TOLD = 200_000


def knapsack(setting: Setting) -> Run:
    """Fund the set of projects that is worth the most to all voters together."""
    return _Knapsack(setting).run()


class _Knapsack:
    """The best set of one setting, and the best sets that hold or lack a certain project."""

    def __init__(self, setting: Setting) -> None:
        self.setting, self.election = setting, setting.election
        self.projects = setting.election.projects
        # The order only compares; a tie is noted down where two sets are level.
        self.order = setting.ties.fresh().rank(setting.eligible)
        self.rank = {place: rank for rank, place in enumerate(self.order)}
        self.work_left = WORK_TOLD
        self.best = self._search(setting.gate)
        self.winners = [self.order[rank] for rank in self.best.ranks]

    def run(self) -> Run:
        """The winners, in the order that breaks ties: no project is bought before another."""
        return Run(self.winners, self._ties(), self._story)

    @cached_property
    def worth(self) -> list[int]:
        """What each project is worth to all voters together."""
        election = self.election
        if self.setting.utility == "cardinality":
            return list(election.votes)
        if self.setting.utility == "score":
            return list(election.scores)
        pairs = zip(election.scores, self.projects, strict=True)
        return [score * project.cost for score, project in pairs]

    def _search(self, gate: Gate, *, without: int | None = None, again: Best | None = None) -> Best:
        """The best set that the gate still lets in; `again` is one that was found before."""
        items = [
            Item(rank, self.projects[place].cost, self.worth[place])
            for place, rank in self.rank.items()
            if place != without and gate.could_take(place)
        ]
        meters = [
            Meter({self.rank[p]: amount for p, amount in uses.items() if p in self.rank}, most)
            for uses, most in gate.rooms()
        ]
        if again is None:
            return best_set(items, gate.left, meters, most_work=MOST_WORK)
        allowed = min(WORK_EACH, self.work_left)
        try:
            found = best_set(items, gate.left, meters, most_work=allowed, fines=again.fines)
        except TooManySetsError:
            self.work_left -= allowed
            raise
        self.work_left -= found.work
        return found

    def _ties(self) -> list[Tie]:
        """The tie between the set that won and another one, if it is known that there is one."""
        for winner in self.winners if self.best.several else ():
            try:
                rival = self._search(self.setting.gate, without=winner, again=self.best)
            except TooManySetsError:
                break
            if (rival.worth, rival.cost) == (self.best.worth, self.best.cost):
                # All winners before this one are in every best set, so here the sets part.
                other = next(rank for rank in rival.ranks if rank not in self.best.ranks)
                ties = self.setting.ties.fresh()
                ties.pick([winner, self.order[other]])
                return ties.broken
        return []

    def _story(self) -> Story:
        gate, rounds, reasons = self.setting.gate.fresh(), [], {}
        for number, place in enumerate(self.winners, start=1):
            gate.take(place)
            project, votes = self.projects[place], self.election.votes[place]
            rounds.append(Round(number, project.id, project.cost, votes, gate.left))
            reasons[place] = self._said("won", all=self._worded(self.best.worth))
        for place in self.setting.eligible:
            if place not in reasons:
                reasons[place] = self._lost(place, gate)
        return Story(rounds, reasons)

    def _lost(self, place: int, gate: Gate) -> Reason:
        cost, budget = self.projects[place].cost, self.setting.budget
        if not gate.admits(place):
            return gate.closed[place]
        if cost > budget:
            return too_dear(cost, budget)
        if self.worth[place] <= 0:
            return Reason("knapsack-nothing", {})
        return self._beaten(place)

    def _beaten(self, place: int) -> Reason:
        """Hold the best set that has a project against the one that won."""
        with_it = self.setting.gate.fresh()
        with_it.take(place)
        try:
            rest = self._search(with_it, again=self.best)
        except TooManySetsError:
            return Reason("knapsack-not-in", {})
        chosen = {place, *(self.order[rank] for rank in rest.ranks)}
        out = ", ".join(self.projects[p].id for p in self.winners if p not in chosen)
        fewer = self.best.worth - rest.worth - self.worth[place]
        if fewer:
            return self._said("lost", out=out, fewer=self._worded(fewer))
        dearer = sum(self.projects[p].cost for p in chosen) - self.best.cost
        if dearer:
            return Reason("knapsack-dearer", {"out": out, "more": Amount(dearer)})
        return Reason("knapsack-tied", {"out": out})

    def _said(self, kind: str, **params: int | str | Amount) -> Reason:
        """A sentence about votes, about points, or about money that was wished for."""
        if self.setting.utility == "cost":
            return Reason(f"knapsack-{kind}-cost", params)
        points = self.setting.utility == "score" and self.election.points is not None
        return Reason(f"knapsack-{kind}-points" if points else f"knapsack-{kind}", params)

    def _worded(self, worth: int) -> int | Amount:
        return Amount(worth) if self.setting.utility == "cost" else worth
