"""The rules by votes alone: walk down the list and fund what fits.

Three names, as the files of cities use them: `greedy` passes over what does not fit,
`greedy-no-skip` stops there, `greedy-threshold` is `greedy` with a least number of votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from civic.counting.election import Election
from civic.counting.outcome import Round
from civic.counting.reasons import Amount, Reason, too_dear
from civic.counting.run import Run
from civic.counting.ties import TieBreaker


@dataclass(frozen=True)
class Turn:
    """One project's turn: what was left when it came, and whether the walk had stopped before."""

    place: int
    left: int
    stopped_at: int | None
    funded: bool


def skip_what_does_not_fit(
    election: Election, eligible: Sequence[int], ties: TieBreaker, step: int
) -> Run:
    """Fund by votes and pass over every project that does not fit."""
    ranked = _by_votes(election, eligible, ties)
    turns = []
    left = election.budget
    for place in ranked:
        fits = election.projects[place].cost <= left
        turns.append(Turn(place, left, None, fits))
        left -= election.projects[place].cost if fits else 0
    return _run(election, turns, ties)


def stop_at_what_does_not_fit(
    election: Election, eligible: Sequence[int], ties: TieBreaker, step: int
) -> Run:
    """Fund by votes and stop at the first project that does not fit."""
    ranked = _by_votes(election, eligible, ties)
    turns = []
    left = election.budget
    stopped_at: int | None = None
    for place in ranked:
        fits = stopped_at is None and election.projects[place].cost <= left
        turns.append(Turn(place, left, stopped_at, fits))
        if fits:
            left -= election.projects[place].cost
        elif stopped_at is None:
            stopped_at = place
    return _run(election, turns, ties)


def _by_votes(election: Election, eligible: Sequence[int], ties: TieBreaker) -> list[int]:
    in_order = sorted(eligible, key=lambda place: -election.votes[place])
    equals = groupby(in_order, key=lambda place: election.votes[place])
    return [place for _, tied in equals for place in ties.rank(tied)]


def _run(election: Election, turns: list[Turn], ties: TieBreaker) -> Run:
    rounds: list[Round] = []
    for turn in turns:
        if turn.funded:
            project = election.projects[turn.place]
            votes, left = election.votes[turn.place], turn.left - project.cost
            rounds.append(Round(len(rounds) + 1, project.id, project.cost, votes, left))
    reasons = {
        turn.place: _won(election, turns, rank)
        if turn.funded
        else _lost(election, turns, rank, ties)
        for rank, turn in enumerate(turns)
    }
    winners = [turn.place for turn in turns if turn.funded]
    return Run(winners, rounds, reasons, ties.broken)


def _won(election: Election, turns: list[Turn], rank: int) -> Reason:
    turn = turns[rank]
    cost = election.projects[turn.place].cost
    return Reason("greedy-won", {"rank": rank + 1, "cost": Amount(cost), "left": Amount(turn.left)})


def _lost(election: Election, turns: list[Turn], rank: int, ties: TieBreaker) -> Reason:
    turn = turns[rank]
    cost = election.projects[turn.place].cost
    if cost > election.budget:
        return too_dear(cost, election.budget)
    more = _votes_needed(election, turns, rank, ties)
    if turn.stopped_at is not None:
        stopper = election.projects[turn.stopped_at].id
        return Reason("greedy-stopped", {"rank": rank + 1, "stopper": stopper, "more": more})
    left, missing = Amount(turn.left), Amount(cost - turn.left)
    return Reason("greedy-lost", {"rank": rank + 1, "left": left, "missing": missing, "more": more})


def _votes_needed(election: Election, turns: list[Turn], rank: int, ties: TieBreaker) -> int:
    """The fewest further votes with which the project would have been funded.

    What is left only falls down the list, and the turns above a project do not depend on it:
    so it wins as soon as it stands before the lowest turn that still had its cost to spend.
    """
    me = turns[rank].place
    cost = election.projects[me].cost
    ahead = next(
        turn.place
        for turn in reversed(turns[:rank])
        if turn.left >= cost and turn.stopped_at is None
    )
    level_with = election.votes[ahead] - election.votes[me]
    wins_the_tie = ties.goes_before(me, ahead)
    return level_with if level_with and wins_the_tie else level_with + 1
