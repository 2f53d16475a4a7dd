"""A quick guess whether a project wins after the steps of a completion: the runs near the last one.

A completion runs equal shares hundreds of times, and a search for a margin would repeat that for
each probe. The result is nearly always that of the last affordable run near where the steps ended
before; so only those runs are made here. Who uses this has to check what comes out by full counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from fractions import Fraction

from civic.counting.ballots.election import Election
from civic.counting.questions.changed import recount, with_budget, with_projects
from civic.counting.terms.outcome import Options, Outcome

# So many ends of earlier runs are tried before a new one is looked for.
REMEMBERED = 4


class LastRuns:
    """Equal shares near the end of the steps; knows the shares at which they ended before."""

    def __init__(self, outcome: Outcome, kernel: str | None) -> None:
        self.options = outcome.options
        self.kernel = kernel
        # The latest come first; those of a search so far are soon out of the way.
        self._shares: deque[Fraction] = deque(maxlen=REMEMBERED)
        self.learn(outcome)

    def learn(self, outcome: Outcome) -> None:
        """Take note of where the steps of a full count ended."""
        self._shares.appendleft(outcome.endowment or Fraction(0))

    def seem_to_buy(self, election: Election, place: int) -> bool:
        """Say whether a project seems to win in an election like the one that was counted."""
        runs = _Runs(election, self.options, self.kernel)
        first = Fraction(election.budget, election.voters)
        ends = [max(0, round((share - first) / self.options.step)) for share in self._shares]
        # The steps end where they first can.
        last = next(filter(runs.end_after, sorted(set(ends))), None)
        if last is None:
            last = runs.end_near(ends[0])
            self._shares.appendleft(first + last * self.options.step)
        return runs.buys(last, place)


class _Runs:
    """The runs of one election, each by the number of steps before it."""

    def __init__(self, election: Election, options: Options, kernel: str | None) -> None:
        self.election, self.options, self.kernel = election, options, kernel
        # In a run by itself the budget would admit what is dearer than that of the election.
        self.projects = tuple(
            replace(project, withdrawn=project.withdrawn or project.cost > election.budget)
            for project in election.projects
        )
        self._done: dict[int, Outcome] = {}

    def end_after(self, steps: int) -> bool:
        """Say whether it is after this run that a completion ends, had it come so far."""
        if not self.fits(steps):
            return False
        goes_on = not self.is_last(steps) and self.fits(steps + 1)
        return not goes_on and not (steps and self.is_last(steps - 1))

    def end_near(self, steps: int) -> int:
        """A run at which a completion may end: it fits, and the next one does not.

        The steps to it double and are then halved, as if runs that fit were never behind others.
        """
        fits, over = self._around(steps)
        while over is not None and over - fits > 1:
            middle = (fits + over) // 2
            fits, over = (middle, over) if self.fits(middle) else (fits, middle)
        return self._first_like(fits) if fits and self.is_last(fits - 1) else fits

    def _first_like(self, last: int) -> int:
        """The first run after which larger shares would not be tried, as if all later were such."""
        wide, before = 1, -1
        while last >= wide and before < 0:
            if self.is_last(last - wide):
                last, wide = last - wide, 2 * wide
            else:
                before = last - wide
        while last - before > 1:
            middle = (last + before) // 2
            last, before = (middle, before) if self.is_last(middle) else (last, middle)
        return last

    def _around(self, steps: int) -> tuple[int, int | None]:
        """A run that fits and a later one that does not; None where nothing comes after it."""
        wide = 1
        if self.fits(steps):
            while not self.is_last(steps) and self.fits(steps + wide):
                steps, wide = steps + wide, 2 * wide
            return steps, None if self.is_last(steps) else steps + wide
        while steps > wide and not self.fits(steps - wide):
            steps, wide = steps - wide, 2 * wide
        return max(0, steps - wide), steps

    def fits(self, steps: int) -> bool:
        """Say whether a run spends no more than the budget."""
        return self._left(steps) >= 0

    def is_last(self, steps: int) -> bool:
        """Say whether larger shares would not be tried after this run."""
        rest, left = self._rest(steps), self._left(steps)
        if left < 0:
            return False
        if not any(self.election.votes[place] for place in rest):
            return True
        exhaustive = "exhaustive" in self.options.completion
        return exhaustive and all(self.projects[place].cost > left for place in rest)

    def buys(self, steps: int, place: int) -> bool:
        """Say whether a project wins by the shares, or by votes with what they leave."""
        if self.projects[place].id in self._run(steps).winners:
            return True
        return "utilitarian" in self.options.completion and place in self._filled(steps)

    def _filled(self, steps: int) -> list[int]:
        left, filled = self._left(steps), []
        for place in sorted(self._rest(steps), key=self._rank):
            if self.projects[place].cost <= left:
                left -= self.projects[place].cost
                filled.append(place)
        return filled

    def _rank(self, place: int) -> tuple[Fraction, int]:
        per_cost = self.options.completion.endswith("per-cost")
        cost = self.projects[place].cost
        return Fraction(-self.election.scores[place], cost if per_cost else 1), cost

    def _rest(self, steps: int) -> list[int]:
        winners = set(self._run(steps).winners)
        return [
            place
            for place, project in enumerate(self.projects)
            if not project.withdrawn
            and project.id not in winners
            and self.election.scores[place] >= self.options.threshold
        ]

    def _left(self, steps: int) -> int:
        return self.election.budget - self._run(steps).total_cost

    def _run(self, steps: int) -> Outcome:
        """One run is plain equal shares of a budget that makes every share so much larger."""
        if steps not in self._done:
            election = self.election
            budget = election.budget + election.voters * steps * self.options.step
            self._done[steps] = recount(
                with_budget(with_projects(election, self.projects), budget),
                replace(self.options, completion="none"),
                kernel=self.kernel,
            )
        return self._done[steps]
