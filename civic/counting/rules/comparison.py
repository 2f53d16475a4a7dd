"""Whether more voters prefer one result to another: the last step of the rule of Wieliczka.

There the outcome of equal shares is held against that of the walk by votes, which is taken only
if strictly more voters prefer it. Two ways to ask the ballots are in use: who got more of what
they supported ("satisfaction"), and who got anything at all ("coverage").

Source: the rules of Wieliczka and Świecie 2023, and equalshares.net, "Comparison step".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from civic.counting.ballots.election import Election, Indices
from civic.counting.errors import N_, CountingError
from civic.counting.rules import greedy
from civic.counting.terms.outcome import Compared
from civic.counting.terms.run import Run
from civic.counting.terms.setting import Setting

MODES = ("satisfaction", "coverage")


@dataclass(frozen=True)
class Preference:
    """How many voters prefer the one result, how many the other, and to how many both are equal."""

    one: int
    other: int
    equal: int


def check_comparison(rule: str, mode: str) -> None:
    """Refuse a comparison that there is not, or that could only find both to be equal."""
    if mode not in MODES:
        raise CountingError(N_("There is no comparison by %(mode)s."), mode=mode)
    if rule == "greedy":
        raise CountingError(N_("The walk by votes cannot be compared with itself."))


def prefer(
    election: Election, one: Collection[str], other: Collection[str], mode: str = "satisfaction"
) -> Preference:
    """Ask every ballot which of two sets of winners, given by their ids, it would rather have.

    "satisfaction" counts how many of the winners a voter supports; "coverage" only whether there
    is any. Empty ballots hold both to be equal. Raises `CountingError` for another mode.
    """
    if mode not in MODES:
        raise CountingError(N_("There is no comparison by %(mode)s."), mode=mode)
    place = {project.id: number for number, project in enumerate(election.projects)}
    mine, theirs = (
        _supported(election, {place[id_] for id_ in winners}) for winners in (one, other)
    )
    if mode == "coverage":
        mine, theirs = np.minimum(mine, 1), np.minimum(theirs, 1)
    for_one = int(election.weights[mine > theirs].sum())
    for_other = int(election.weights[mine < theirs].sum())
    return Preference(for_one, for_other, election.voters - for_one - for_other)


def held_against_the_walk(setting: Setting, rule: str, run: Run, mode: str) -> tuple[Run, Compared]:
    """Take the walk by votes instead of a rule's run, but only if strictly more voters prefer it.

    What was settled before the count holds for both.
    """
    walk = greedy.by_votes(setting)
    one, other = (
        [setting.election.projects[place].id for place in (*setting.gate.before, *one.winners)]
        for one in (run, walk)
    )
    asked = prefer(setting.election, one, other, mode)
    taken, name = (walk, "greedy") if asked.other > asked.one else (run, rule)
    compared = Compared(mode, name, asked.one, asked.other, asked.equal)
    return replace(taken, runs=run.runs), compared


def _supported(election: Election, winners: Iterable[int]) -> Indices:
    """For each ballot the number of these projects that it supports."""
    number = np.zeros(len(election.weights), dtype=np.int64)
    for winner in winners:
        number[election.supporters[winner]] += 1
    return number
