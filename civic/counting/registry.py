"""The one list of rules, and `count`, which counts an election by one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from civic.counting.arithmetic.choosing import kernel_named
from civic.counting.ballots.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.rules import greedy, phragmen
from civic.counting.rules.comparison import check_comparison, held_against_the_walk
from civic.counting.rules.equal_shares.rule import COMPLETIONS, equal_shares
from civic.counting.rules.knapsack.rule import knapsack
from civic.counting.rules.overspending.bos import overspending
from civic.counting.rules.overspending.bos_plus import overspending_plus
from civic.counting.terms.limits import NO_LIMITS, Gate, Limits
from civic.counting.terms.outcome import Compared, Details, Line, Options, Outcome
from civic.counting.terms.reasons import Reason
from civic.counting.terms.run import Run
from civic.counting.terms.setting import UTILITIES, Progress, Setting, ignore
from civic.counting.terms.ties import TieBreaker, TieRule


@dataclass(frozen=True)
class Method:
    """A rule: how it is run, which completions it has, and which utilities make a difference.

    `for_approvals` is the utility where ballots give no points and none is asked for.
    """

    run: Callable[[Setting, str], Run]
    completions: tuple[str, ...] = ("none",)
    utilities: tuple[str, ...] = ()
    for_approvals: str = "cost"


def _alone(
    rule: Callable[[Setting], Run], utilities: tuple[str, ...] = (), for_approvals: str = "cost"
) -> Method:
    """A rule that has no completions."""
    return Method(
        lambda setting, _: rule(setting), utilities=utilities, for_approvals=for_approvals
    )


RULES: dict[str, Method] = {
    "greedy": _alone(greedy.by_votes),
    "greedy-no-skip": _alone(greedy.stop_at_what_does_not_fit),
    "greedy-threshold": _alone(greedy.by_votes),
    "greedy-per-cost": _alone(greedy.by_votes_per_cost),
    "equal-shares": Method(equal_shares, COMPLETIONS, UTILITIES),
    "phragmen": _alone(phragmen.phragmen),
    "bos": _alone(overspending, UTILITIES),
    "bos-plus": _alone(overspending_plus, UTILITIES),
    "knapsack": _alone(knapsack, UTILITIES, "cardinality"),
}


def count(  # noqa: PLR0913 - one list of what is settled before a count, each by its name
    election: Election,
    rule: str = "greedy",
    completion: str = "none",
    *,
    utility: str | None = None,
    ties: TieRule = TieRule(),  # noqa: B008 - frozen, so one for all calls does no harm
    threshold: int = 0,
    step: int | None = None,
    limits: Limits = NO_LIMITS,
    comparison: str = "",
    kernel: str | None = None,
    progress: Progress = ignore,
) -> Outcome:
    """Count an election: the same ballots and options always give the same outcome.

    `rule` is a key of `RULES`. `completion` says what equal shares does with money that is left:
    one of `COMPLETIONS`, or parts of them joined by "+", done in that order.
    `utility` is what a project is worth to its supporters: "cost", "cardinality" (one each) or
    "score" (its points); left out, score for points, and cost for approvals in equal shares and
    bounded overspending, one each in the knapsack.
    Projects with fewer votes (points, where ballots have points) than `threshold` take no part.
    `step` is what each voter gets more in a step of a completion, in the election's smallest
    unit; left out, one currency unit. `comparison` ("satisfaction" or "coverage") takes the walk
    by votes instead if strictly more voters prefer it; the outcome says so. `kernel` is "numpy"
    or "numba" and changes nothing but the time; left out, the faster one that is installed.
    `progress` hears of every finished run.

    Raises `CountingError` with a sentence for options that do not go together.
    """
    options = Options(
        rule=rule,
        completion=completion,
        threshold=threshold,
        step=election.scale if step is None else step,
        seed=ties.seed,
        tie_steps=ties.steps,
        utility=utility or _utility_for(rule, election),
        comparison=comparison,
        limits=limits,
    )
    _check(options)
    setting = setting_of(election, options, kernel=kernel, progress=progress)
    run = RULES[rule].run(setting, completion)
    if not comparison:
        return _outcome(setting, options, run)
    return _outcome(setting, options, *held_against_the_walk(setting, rule, run, comparison))


def setting_of(
    election: Election,
    options: Options,
    *,
    kernel: str | None = None,
    progress: Progress = ignore,
) -> Setting:
    """What a rule needs to count an election by these options."""
    gate = Gate(election, options.limits)
    out = _out(election, gate, options.threshold)
    return Setting(
        election=election,
        eligible=tuple(place for place in range(len(election.projects)) if place not in out),
        out=out,
        gate=gate,
        ties=TieBreaker(TieRule(options.seed, options.tie_steps), election),
        utility=options.utility,
        step=options.step,
        kernel=kernel_named(kernel, len(election.choices)),
        progress=progress,
    )


def _utility_for(rule: str, election: Election) -> str:
    if election.points is not None:
        return "score"
    method = RULES.get(rule)
    return method.for_approvals if method else "cost"


def suggested_step(election: Election) -> int:
    """A step that reaches twice the fair share in about five hundred runs."""
    share = election.budget // election.voters if election.voters else 0
    return max(1, share // 500)


def _check(options: Options) -> None:
    method = RULES.get(options.rule)
    if method is None or (options.completion != "none" and len(method.completions) == 1):
        raise CountingError(
            N_("There is no rule %(rule)s with completion %(completion)s."),
            rule=options.rule,
            completion=options.completion,
        )
    if options.utility not in UTILITIES:
        raise CountingError(N_("There is no utility %(utility)s."), utility=options.utility)
    if options.rule == "greedy-threshold" and options.threshold < 1:
        raise CountingError(N_("This rule needs the least number of votes to be given."))
    if options.threshold < 0:
        raise CountingError(N_("The least number of votes cannot be negative."))
    if options.comparison:
        check_comparison(options.rule, options.comparison)
    if options.step < 1:
        raise CountingError(N_("The step must be more than nothing."))


def _out(election: Election, gate: Gate, threshold: int) -> dict[int, Reason]:
    """The projects that take no part in the count, each with the reason."""
    out = {place: Reason("prefunded", {}) for place in gate.before}
    for place, project in enumerate(election.projects):
        score = election.scores[place]
        if place in out:
            continue
        if project.withdrawn:
            out[place] = Reason("withdrawn", {})
        elif threshold and score < threshold:
            kind = "below-threshold" if election.points is None else "below-threshold-points"
            out[place] = Reason(kind, {"votes": score, "threshold": threshold})
    return out


def _outcome(
    setting: Setting, options: Options, run: Run, preference: Compared | None = None
) -> Outcome:
    election = setting.election
    winners = [*setting.gate.before, *run.winners]
    return Outcome(
        options=options,
        winners=tuple(election.projects[place].id for place in winners),
        total_cost=sum(election.projects[place].cost for place in winners),
        budget=election.budget,
        scale=election.scale,
        voters=election.voters,
        endowment=run.endowment,
        ties=tuple(run.ties),
        runs=run.runs,
        tell=lambda: _details(setting, winners, run),
        preference=preference,
    )


def _details(setting: Setting, winners: list[int], run: Run) -> Details:
    election, story = setting.election, run.story()
    reasons = {**setting.out, **story.reasons}
    order = {place: number for number, place in enumerate(winners, start=1)}
    lines = tuple(
        Line(
            project=project.id,
            cost=project.cost,
            votes=election.votes[place],
            funded=place in order,
            order=order.get(place),
            reason=reasons[place],
            score=None if election.points is None else election.scores[place],
        )
        for place, project in enumerate(election.projects)
    )
    return Details(
        tuple(story.rounds),
        lines,
        election.voters_served(winners),
        setting.gate.limits.fingerprint(election),
    )
