"""The search for the margins of one project: where recounts turn from losing to winning."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from math import ceil
from typing import Literal

import numpy as np

from civic.counting.ballots.election import Election
from civic.counting.questions.boundary import SCANNED, Wins, boundary, first
from civic.counting.questions.changed import Joined, recount, with_budget, with_costs
from civic.counting.questions.prices import Shortfall
from civic.counting.questions.steps import LastRuns
from civic.counting.terms.outcome import Outcome
from civic.counting.terms.reasons import Amount
from civic.counting.terms.setting import Progress

Change = Literal["votes", "cost", "budget"]
Made = Callable[[int], Election]
LISTS = ("greedy", "greedy-no-skip", "greedy-threshold", "greedy-per-cost")
# To these rules only votes matter: not what else a voter chose, nor how many voted.
BY_VOTES = (*LISTS, "knapsack")
# Where nothing better is known, a search begins with steps of this part of the amount.
PART = 64
# So often a search by the last runs is repeated before every probe is a full recount.
TRIES = 3


class Search:
    """Looks for the margins of one project; a change is the number of units something changed."""

    def __init__(
        self, election: Election, outcome: Outcome, place: int, kernel: str | None, heard: Progress
    ) -> None:
        self.election, self.outcome, self.place = election, outcome, place
        self.options = outcome.options
        self.project = election.projects[place]
        # A comparison also asks what else a voter chose.
        self.by_votes = self.options.rule in BY_VOTES and not self.options.comparison
        self.least: list[Change] = []
        self._kernel, self._heard, self._recounts = kernel, heard, 0
        parts = self.options.completion.replace("-", "+").split("+")
        self._in_steps = "add1" in parts
        self._is_filled = "utilitarian" in parts
        # With limits the steps may end for other reasons than the budget: nothing quick is tried.
        quick = self._in_steps and not self._is_bound and election.voters > 0
        self._last_runs = LastRuns(outcome, kernel) if quick else None

    @property
    def _is_bound(self) -> bool:
        """Whether limits, or another outcome, have a say besides the rule."""
        return bool(self.options.limits or self.options.comparison)

    @cached_property
    def joined(self) -> Joined:
        """The election with more voters for the project."""
        return Joined.by_supporters_of(self.election, self.place)

    def votes(self) -> int | None:
        """How many more voters."""
        if self.project.withdrawn or self.project.cost > self._money:
            return None
        most = self.election.voters - (self._named if self.by_votes else 0)
        missing = self.options.threshold - self._score
        low = max(0, ceil(missing / (self.joined.points or 1)) - 1)
        return self._found("votes", self.joined.by, (low, most), self._fewest_votes())

    def cost(self) -> int | None:
        """How much cheaper."""
        if not self._takes_part:
            return None
        cost = self.project.cost

        def cheaper(by: int) -> Election:
            return with_costs(self.election, {self.project.id: cost - by})

        reach = (max(0, cost - self._money - 1), cost - 1)
        return self._found("cost", cheaper, reach, self._cheapest(), cost // PART + 1)

    def budget(self) -> int | None:
        """How much more money."""
        if not self._takes_part or not self._has_payers:
            return None
        budget = self.election.budget

        def richer(by: int) -> Election:
            return with_budget(self.election, budget + by)

        low = max(0, self.project.cost - self._money - 1)
        high = sum(project.cost for project in self.election.projects) - budget
        guess = self._poorest()
        return self._found("budget", richer, (low, high), guess, guess // PART + 1)

    def is_certain(self, change: Change) -> bool:
        """Say whether more of a change cannot make the project lose again once it wins.

        Going down a list, what is left only falls from turn to turn; with more votes or a lower
        cost the turn comes earlier. Where the walk stops at what does not fit, more money lets it
        stop later. In plain equal shares a project is bought for every price below the highest
        that a round admits. With limits or a comparison none of this holds.
        """
        rule = self.options.rule
        if self._is_bound or (rule not in LISTS and rule != "equal-shares"):
            return False
        if rule == "equal-shares":
            return change == "cost" and self.options.completion == "none"
        if change == "budget":
            return rule == "greedy-no-skip"
        # Below nought, a lower cost makes the votes for a unit of money fewer.
        return change == "votes" or self._score >= 0

    @cached_property
    def _shortfall(self) -> Shortfall | None:
        """What was lacking round by round, where the rounds say so."""
        if self.options.rule != "equal-shares":
            return None
        return Shortfall(self.election, self.outcome, self.place)

    def _fewest_votes(self) -> int:
        """About how many more voters."""
        points = self.joined.points or 1
        if self._shortfall is not None:
            sharing = None if self._in_steps else self.election.voters
            return self._shortfall.newcomers(points, sharing=sharing) or 1
        return -(-self._said("more") // points)

    def _cheapest(self) -> int:
        """About how much cheaper."""
        if self._shortfall is not None:
            return self.project.cost - self._shortfall.highest_price()
        return self._said("missing")

    def _poorest(self) -> int:
        """About how much more money: of every unit the supporters only get their part."""
        if self._shortfall is not None:
            missing = self.project.cost - self._shortfall.held()
            return ceil(missing * self.election.voters / max(1, self._votes))
        return self._said("missing")

    def _said(self, name: str) -> int:
        """A number of the reason why the project lost; nought where it does not say."""
        value = self.outcome.lines[self.place].reason.params.get(name, 0)
        return value.units if isinstance(value, Amount) else int(value)

    @property
    def _votes(self) -> int:
        return self.election.votes[self.place]

    @property
    def _named(self) -> int:
        """How many voters gave the project points, be it below nought."""
        named = np.repeat(self.election.weights, np.diff(self.election.starts))
        return int(named[self.election.choices == self.place].sum())

    @property
    def _score(self) -> int:
        return self.election.scores[self.place]

    @property
    def _money(self) -> int:
        """The budget less what is funded before the count."""
        before = set(self.options.limits.prefunded)
        costs = [project.cost for project in self.election.projects if project.id in before]
        return self.election.budget - sum(costs)

    @property
    def _takes_part(self) -> bool:
        enough = self._score >= self.options.threshold
        return enough and not self.project.withdrawn

    @property
    def _has_payers(self) -> bool:
        """Whether somebody would pay for it, where money alone does not buy."""
        buys_alone = self.by_votes or self._is_filled or self.options.comparison
        return bool(buys_alone or self._votes)

    def _found(
        self, change: Change, made: Made, reach: tuple[int, int], guess: int, step: int = 1
    ) -> int | None:
        """The edge between losing and winning, by full recounts on both sides of it."""
        low, high = reach
        wins = cache(lambda by: self._wins(made(by)))
        if self._last_runs is not None:
            return self._found_by_last_runs(self._last_runs, made, wins, reach, (guess, step))
        is_short = high - low <= SCANNED
        if is_short or self.is_certain(change):
            self.least.append(change)
        return first(wins, low, high) if is_short else boundary(wins, low, high, guess, step)

    def _found_by_last_runs(
        self, runs: LastRuns, made: Made, wins: Wins, reach: tuple[int, int], at: tuple[int, int]
    ) -> int | None:
        """The edge as the last runs have it, if full recounts agree; else by these alone."""
        for _ in range(TRIES):
            seems = cache(lambda by: runs.seem_to_buy(made(by), self.place))
            found = boundary(seems, *reach, *at) or reach[1]
            if wins(found) and (found - 1 == reach[0] or not wins(found - 1)):
                return found
            # By now the runs have learned from these recounts where the steps really end.
            at = found, 1
        return boundary(wins, *reach, at[0])

    def _wins(self, election: Election) -> bool:
        outcome = recount(election, self.options, kernel=self._kernel)
        if self._last_runs is not None:
            self._last_runs.learn(outcome)
        self._recounts += 1
        self._heard(self._recounts, outcome.total_cost)
        return self.project.id in outcome.winners
