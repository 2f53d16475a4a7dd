"""The rules by votes alone: walk down the list and fund what fits.

`greedy` passes over what does not fit, `greedy-no-skip` stops there, `greedy-threshold` is
`greedy` with a least number of votes: the names that the files of cities use. `greedy-per-cost`
walks down the list by votes for each unit of money. Ballots with points count by their points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import floor

from civic.counting.terms.limits import Gate
from civic.counting.terms.outcome import Round
from civic.counting.terms.reasons import Amount, Reason, too_dear
from civic.counting.terms.run import Run, Story
from civic.counting.terms.setting import Setting
from civic.counting.terms.ties import TieBreaker

# What a project is ranked by, given its place and its score.
Measure = Callable[[int, int], Fraction | int]


@dataclass(frozen=True)
class Turn:
    """One project's turn: what was left when it came, and what stood against it, if anything.

    `stopped_at` is the project at which the walk had stopped before; `closed` a limit.
    """

    place: int
    left: int
    funded: bool
    stopped_at: int | None = None
    closed: Reason | None = None


def by_votes(setting: Setting) -> Run:
    """Fund by votes and pass over every project that does not fit."""
    ties = setting.ties.fresh()
    turns = pass_over(setting.gate.fresh(), ranked(setting, setting.eligible, by_score, ties))
    return _run(setting, turns, ties, by_score)


def by_votes_per_cost(setting: Setting) -> Run:
    """Fund by votes for each unit of money and pass over every project that does not fit."""
    ties = setting.ties.fresh()
    measure = per_cost(setting)
    turns = pass_over(setting.gate.fresh(), ranked(setting, setting.eligible, measure, ties))
    return _run(setting, turns, ties, measure)


def stop_at_what_does_not_fit(setting: Setting) -> Run:
    """Fund by votes and stop at the first project that does not fit."""
    ties, gate = setting.ties.fresh(), setting.gate.fresh()
    turns = []
    stopped_at: int | None = None
    for place in ranked(setting, setting.eligible, by_score, ties):
        funded = stopped_at is None and gate.admits(place) and gate.fits(place)
        turns.append(Turn(place, gate.left, funded, stopped_at, gate.closed.get(place)))
        if funded:
            gate.take(place)
        elif stopped_at is None and gate.admits(place):
            stopped_at = place
    return _run(setting, turns, ties, by_score)


def ranked(
    setting: Setting, places: Sequence[int], measure: Measure, ties: TieBreaker
) -> list[int]:
    """Places from the highest measure down, ties broken and noted."""
    scores = setting.election.scores
    values = {place: measure(place, scores[place]) for place in places}
    in_order = sorted(places, key=values.__getitem__, reverse=True)
    return [place for _, tied in groupby(in_order, values.get) for place in ties.rank(tied)]


def pass_over(gate: Gate, places: Iterable[int]) -> list[Turn]:
    """Give each project its turn at the gate; what does not fit is passed over."""
    turns = []
    for place in places:
        funded = gate.admits(place) and gate.fits(place)
        turns.append(Turn(place, gate.left, funded, closed=gate.closed.get(place)))
        if funded:
            gate.take(place)
    return turns


def by_score(place: int, score: int) -> int:
    """Rank by votes, or points, alone."""
    return score


def per_cost(setting: Setting) -> Measure:
    """Rank by votes, or points, for each unit of money."""
    projects = setting.election.projects
    return lambda place, score: Fraction(score, projects[place].cost)


def _run(setting: Setting, turns: list[Turn], ties: TieBreaker, measure: Measure) -> Run:
    winners = [turn.place for turn in turns if turn.funded]
    return Run(winners, ties.broken, lambda: _Teller(setting, turns, measure).story())


class _Teller:
    """Tells the story of a walk."""

    def __init__(self, setting: Setting, turns: list[Turn], measure: Measure) -> None:
        self.setting, self.turns, self.measure = setting, turns, measure
        self.election = setting.election

    def story(self) -> Story:
        reasons = {
            turn.place: self._won(rank) if turn.funded else self._lost(rank)
            for rank, turn in enumerate(self.turns)
        }
        return Story(self._rounds(), reasons)

    def _rounds(self) -> list[Round]:
        rounds: list[Round] = []
        for turn in self.turns:
            if turn.funded:
                project, votes = self.election.projects[turn.place], self.election.votes[turn.place]
                left = turn.left - project.cost
                rounds.append(Round(len(rounds) + 1, project.id, project.cost, votes, left))
        return rounds

    def _won(self, rank: int) -> Reason:
        turn = self.turns[rank]
        cost = Amount(self.election.projects[turn.place].cost)
        return Reason("greedy-won", {"rank": rank + 1, "cost": cost, "left": Amount(turn.left)})

    def _lost(self, rank: int) -> Reason:
        turn = self.turns[rank]
        cost, budget = self.election.projects[turn.place].cost, self.setting.budget
        if turn.closed is not None:
            return turn.closed
        if cost > budget:
            return too_dear(cost, budget)
        if turn.stopped_at is not None:
            stopper = self.election.projects[turn.stopped_at].id
            return self._with_change("greedy-stopped", rank, {"stopper": stopper})
        numbers = {"left": Amount(turn.left), "missing": Amount(cost - turn.left)}
        return self._with_change("greedy-lost", rank, numbers)

    def _with_change(self, kind: str, rank: int, numbers: Mapping[str, Amount | str]) -> Reason:
        """Add how many votes were missing, where that follows from the walk alone.

        With limits a better place on the list could close the gate to others before it.
        """
        if self.setting.gate.limits:
            return Reason(f"{kind}-limited", {"rank": rank + 1, **numbers})
        if self.election.points is not None:
            kind += "-points"
        return Reason(kind, {"rank": rank + 1, **numbers, "more": self._missing(rank)})

    def _missing(self, rank: int) -> int:
        """The fewest further votes, or points, with which the project would have been funded.

        What is left only falls down the list, and the turns above a project do not depend on it:
        so it wins as soon as it stands before the lowest turn that still had its cost to spend.
        """
        me = self.turns[rank].place
        cost = self.election.projects[me].cost
        ahead = next(
            turn.place
            for turn in reversed(self.turns[:rank])
            if turn.left >= cost and turn.stopped_at is None
        )
        scores = self.election.scores
        goal = self.measure(ahead, scores[ahead])
        # Measures grow in proportion to the score, so this is where both are level.
        level = floor(Fraction(goal) / self.measure(me, 1)) - scores[me]
        more = max(level, 0)
        while not self._goes_before(me, ahead, more):
            more += 1
        return more

    def _goes_before(self, me: int, ahead: int, more: int) -> bool:
        scores = self.election.scores
        mine = self.measure(me, scores[me] + more)
        theirs = self.measure(ahead, scores[ahead])
        if mine != theirs:
            return mine > theirs
        # Points say nothing of how many voters gave them; so they must do without the tie.
        by_votes = self.election.points is None
        return more > 0 and by_votes and self.setting.ties.goes_before(me, ahead, more=more)
