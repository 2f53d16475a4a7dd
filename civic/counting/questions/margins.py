"""The smallest change that would have funded a project that lost: votes, its cost, or the budget.

Every number is the edge between two recounts with the same rule and options: with the change as
stated the project wins, with one unit less of it it loses. One thing is changed at a time:

* votes. Where a rule goes by votes alone (`BY_VOTES`): so many more of the voters choose the
  project too, and their number stays. Elsewhere: so many new voters come who choose this project
  and nothing else, and who count among the voters (singleton-add). Up to as many as there are
  voters. Where ballots give points, each gives the most that any ballot gives to a project.
* cost: the highest price at which it would have been funded. Down to one unit.
* budget: the smallest with which it would have been funded. Up to what all projects cost.

Outcomes are not monotone: more of a change can make a project lose again. `least` names the changes
for which no smaller one exists (see `Search.is_certain`, and all that were tried one by one). For
the others a smaller change, away from the edge that was found, is not excluded.

Source: Boehmer, Faliszewski, Janeczko, Peters, Pierczyński, Schierreich, Skowron, Szufa,
"Evaluation of Project Performance in Participatory Budgeting", IJCAI 2024 (arXiv 2312.14723).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from civic.counting.ballots.election import Election
from civic.counting.errors import N_, Counted, CountingError, in_english
from civic.counting.questions.changed import place_of
from civic.counting.questions.margin_search import Change, Search
from civic.counting.questions.margin_sentences import SENTENCES
from civic.counting.terms.outcome import Outcome
from civic.counting.terms.reasons import Amount
from civic.counting.terms.setting import Progress, ignore


@dataclass(frozen=True)
class Margins:
    """How far a project was from being funded; None where no change of that kind helps.

    `votes` are further voters: `of` says whether they are "voters" who choose the project too or
    "newcomers" who choose only it; each gives it `points` (None for approvals). `cost` and `budget`
    are amounts in the election's smallest unit. Of those in `least` no smaller change exists.
    """

    votes: int | None
    cost: int | None
    budget: int | None
    of: Literal["voters", "newcomers"]
    points: int | None = None
    least: tuple[Change, ...] = ()

    @property
    def text(self) -> str | Counted:
        """The English sentence with its placeholders, as the catalogues know it."""
        # Whoever gives one point at most, gives a vote.
        votes = self.of if self.points in (None, 1) else f"{self.of}-points"
        parts = {votes: self.votes, "cost": self.cost, "budget": self.budget}
        return SENTENCES[" ".join(name for name, value in parts.items() if value is not None)]

    @property
    def english(self) -> str:
        """The form of the sentence that goes with its numbers."""
        return in_english(self.text, self.params)

    @property
    def params(self) -> Mapping[str, int | Amount]:
        """The numbers of the sentence; money is marked as money."""
        money = {"cost": self.cost, "budget": self.budget}
        numbers = {"more": self.votes, "points": self.points}
        return {
            **{name: value for name, value in numbers.items() if value is not None},
            **{name: Amount(value) for name, value in money.items() if value is not None},
        }

    def __str__(self) -> str:
        return self.english % self.params

    def as_dict(self) -> dict[str, Any]:
        """The margins in plain values."""
        return {
            "votes": self.votes,
            "of": self.of,
            "points": self.points,
            "cost": self.cost,
            "budget": self.budget,
            "least": list(self.least),
        }


def margins(
    election: Election,
    outcome: Outcome,
    project_id: str,
    *,
    kernel: str | None = None,
    progress: Progress = ignore,
) -> Margins:
    """The smallest changes that would have funded a project which lost in this outcome.

    `outcome` must be of this election; the recounts take its rule and options. `progress` hears
    how many recounts are done and how much the last one spent. All three searches together take
    some thirty recounts; with a completion in steps mostly six, and some fifty short ones that
    only make the last runs.

    Raises `CountingError` for a project that was funded, or is not on the paper, and where a
    recount cannot be made.
    """
    place = place_of(election, project_id)
    if place is None or project_id in outcome.winners:
        raise CountingError(N_("Project %(project)s did not lose."), project=project_id)
    search = Search(election, outcome, place, kernel, progress)
    found = {"votes": search.votes(), "cost": search.cost(), "budget": search.budget()}
    cost = election.projects[place].cost
    return Margins(
        votes=found["votes"],
        cost=None if found["cost"] is None else cost - found["cost"],
        budget=None if found["budget"] is None else election.budget + found["budget"],
        of="voters" if search.by_votes else "newcomers",
        points=search.joined.points,
        least=tuple(change for change in search.least if found[change] is not None),
    )


def explained(
    election: Election,
    outcome: Outcome,
    *,
    kernel: str | None = None,
    progress: Progress = ignore,
) -> Iterator[tuple[str, Margins]]:
    """Every loser in the frozen order with its margins, each worked out when it is asked for."""
    for project in election.projects:
        if project.id not in outcome.winners:
            yield (
                project.id,
                margins(election, outcome, project.id, kernel=kernel, progress=progress),
            )
