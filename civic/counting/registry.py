"""The one list of rules, and `count`, which counts an election by one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from civic.counting import equal_shares, greedy
from civic.counting.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.outcome import Line, Options, Outcome
from civic.counting.reasons import Reason
from civic.counting.run import Run
from civic.counting.ties import TieBreaker, TieRule

Rule = Callable[[Election, Sequence[int], TieBreaker, int], Run]

RULES: dict[tuple[str, str], Rule] = {
    ("greedy", "none"): greedy.skip_what_does_not_fit,
    ("greedy-no-skip", "none"): greedy.stop_at_what_does_not_fit,
    ("greedy-threshold", "none"): greedy.skip_what_does_not_fit,
    ("equal-shares", "none"): equal_shares.plain,
    ("equal-shares", "add1"): equal_shares.add1,
    ("equal-shares", "add1-exhaustive"): equal_shares.add1_exhaustive,
}


def count(  # noqa: PLR0917 - one short list of what is settled before a count
    election: Election,
    rule: str = "greedy",
    completion: str = "none",
    ties: TieRule = TieRule(),  # noqa: B008 - frozen, so one for all calls does no harm
    threshold: int = 0,
    step: int | None = None,
) -> Outcome:
    """Count an election: the same ballots and options always give the same outcome.

    Projects with fewer votes than `threshold` take no part. `step` is what each voter gets more
    in a step of a completion, in the election's smallest unit; left out, one currency unit.
    """
    step = election.scale if step is None else step
    _check(rule, completion, threshold, step)
    refused = _refused(election, threshold)
    eligible = [place for place in range(len(election.projects)) if place not in refused]
    run = RULES[rule, completion](election, eligible, TieBreaker(ties, election), step)
    options = Options(rule, completion, threshold, step, ties.seed, ties.steps)
    return _outcome(election, options, run, refused)


def suggested_step(election: Election) -> int:
    """A step that reaches twice the fair share in about five hundred runs."""
    share = election.budget // election.voters if election.voters else 0
    return max(1, share // 500)


def _check(rule: str, completion: str, threshold: int, step: int) -> None:
    if (rule, completion) not in RULES:
        raise CountingError(
            N_("There is no rule %(rule)s with completion %(completion)s."),
            rule=rule,
            completion=completion,
        )
    if rule == "greedy-threshold" and threshold < 1:
        raise CountingError(N_("This rule needs the least number of votes to be given."))
    if threshold < 0:
        raise CountingError(N_("The least number of votes cannot be negative."))
    if step < 1:
        raise CountingError(N_("The step must be more than nothing."))


def _refused(election: Election, threshold: int) -> dict[int, Reason]:
    """The projects that take no part in the count, each with the reason."""
    refused = {}
    for place, project in enumerate(election.projects):
        votes = election.votes[place]
        if project.withdrawn:
            refused[place] = Reason("withdrawn", {})
        elif votes < threshold:
            refused[place] = Reason("below-threshold", {"votes": votes, "threshold": threshold})
    return refused


def _outcome(election: Election, options: Options, run: Run, refused: dict[int, Reason]) -> Outcome:
    reasons = {**refused, **run.reasons}
    order = {place: number for number, place in enumerate(run.winners, start=1)}
    lines = tuple(
        Line(
            project=project.id,
            cost=project.cost,
            votes=election.votes[place],
            funded=place in order,
            order=order.get(place),
            reason=reasons[place],
        )
        for place, project in enumerate(election.projects)
    )
    return Outcome(
        options=options,
        winners=tuple(election.projects[place].id for place in run.winners),
        total_cost=sum(election.projects[place].cost for place in run.winners),
        budget=election.budget,
        scale=election.scale,
        voters=election.voters,
        voters_served=election.voters_served(run.winners),
        endowment=run.endowment,
        ties=tuple(run.ties),
        rounds=tuple(run.rounds),
        lines=lines,
        input_sha256=election.sha256,
    )
