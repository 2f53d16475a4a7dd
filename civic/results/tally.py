"""From a closed box to an outcome: the paper and the ballots, handed to `civic.counting`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from civic.ballots.models import BallotProject
from civic.ballots.queries import openings, paper
from civic.counting import Election, Outcome, Project, TieRule, count
from civic.counting.registry import suggested_step
from civic.cycles.models import Pot
from civic.results.rules import METHODS, unit_of


def election_of(pot: Pot) -> Election:
    """The paper of a pot and the live ballots of its box, without their voters."""
    lines = paper(pot)
    projects = [
        Project(line.code, line.cost, withdrawn=bool(line.official.get("withdrawn")))
        for line in lines
    ]
    scale = unit_of(pot.rule_options)[1]
    return Election.of(projects, pot.amount, _ballots(pot, lines), scale=scale)


def _ballots(pot: Pot, lines: Sequence[BallotProject]) -> Iterator[tuple[str, ...]]:
    codes = {line.number: line.code for line in lines}
    for choices in openings(pot.id):
        yield tuple(codes[number] for number in choices)


def count_box(pot: Pot, election: Election) -> Outcome:
    """Count by the rule, the options and the seed that were frozen."""
    method, options = METHODS[pot.rule], pot.rule_options
    return count(
        election,
        method.rule,
        method.completion,
        ties=TieRule(pot.cycle.tie_seed),
        threshold=int(options.get("threshold", 0)),
        step=int(options.get("step", 0)) or suggested_step(election),
    )
