"""From a closed box to an outcome: the paper and the ballots, handed to `civic.counting`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from civic.ballots.models import BallotProject
from civic.ballots.queries import openings, paper
from civic.counting import Election, Outcome, Project, TieRule, count
from civic.counting.questions.confirming import confirm
from civic.counting.questions.whatif import side_by_side, what_if
from civic.counting.registry import suggested_step
from civic.cycles.kinds import Rule
from civic.cycles.models import Pot
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.results.rules import ALTERNATIVES, COARSE_RUNS, METHODS, MOST_RUNS, unit_of


def election_of(pot: Pot) -> Election:
    """The paper of a pot and the live ballots of its box, without their voters."""
    return election_on(paper(pot), pot)


def election_on(lines: Sequence[BallotProject], pot: Pot) -> Election:
    """The same for a paper that was read already."""
    projects = [
        Project(line.code, line.cost, bool(line.official.get("withdrawn")), line.category)
        for line in lines
    ]
    scale = unit_of(pot.rule_options)[1]
    return Election.of(projects, pot.amount, _ballots(pot, lines), scale=scale)


def _ballots(pot: Pot, lines: Sequence[BallotProject]) -> Iterator[tuple[str, ...]]:
    codes = {line.number: line.code for line in lines}
    for choices in openings(pot.id):
        yield tuple(codes[number] for number in choices)


def count_box(pot: Pot, election: Election) -> Outcome:
    """Count by the rule, the options and the seed that were frozen.

    Equal shares are counted a second time in whole numbers; `CountingError` if that differs.
    """
    step = int(pot.rule_options.get("step", 0)) or suggested_step(election)
    outcome = count(election, **_options(pot, pot.rule), step=step)
    confirm(election, outcome)
    return outcome


def count_otherwise(pot: Pot, election: Election, rule: Rule, *, budget: int) -> Outcome:
    """What another rule, or another pot, would have chosen from the same ballots.

    Shares are raised in coarser steps than in an official count, and not for ever: `RuleBroken`
    where a project that few wanted would need them raised again and again.
    """
    share = budget // election.voters if election.voters else 0
    step = max(1, share // COARSE_RUNS)
    options = _options(pot, rule) | {"step": step, "progress": _give_up_in_the_end}
    return what_if(election, budget=budget, **options)


def _give_up_in_the_end(runs: int, _spent: int) -> None:
    if runs >= MOST_RUNS:
        raise RuleBroken(
            N_("To count by this rule would take long here; the command for a recount can do it."),
            field="rule",
        )


def alternatives(pot: Pot, election: Election, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """The result beside that of other rules, in plain values."""
    for rule in ALTERNATIVES:
        if rule is not pot.rule:
            try:
                other = count_otherwise(pot, election, rule, budget=pot.amount)
            except RuleBroken:
                continue
            compared = side_by_side(election, outcome, other)
            yield {"rule": rule.value, **compared.as_dict()}


def _options(pot: Pot, rule: Rule) -> dict[str, Any]:
    method = METHODS[rule]
    return {
        "rule": method.rule,
        "completion": method.completion,
        "ties": TieRule(pot.cycle.tie_seed),
        "threshold": int(pot.rule_options.get("threshold", 0)),
    }
