"""The referee: the same files counted by pabutools, installed for measuring and tests only.

Its own reader reads the file and its own exact fractions do the arithmetic; only the steps that
break ties are ours, because its alphabetical order is a choice and not a rule. Run as a program it
counts one file and prints one line, so that a count which takes too long can be ended from outside.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from civic.bench.methods import Method, peak_mb

VOTES_FIRST = ("votes", "cost", "lot", "order")


def is_installed() -> bool:
    """Whether pabutools is there to count with."""
    return find_spec("pabutools") is not None


class Paper(NamedTuple):
    """One file as pabutools reads it; `kind` is what the ballots hold."""

    instance: Any
    profile: Any
    kind: str


def read(path: Path) -> Paper:
    """Read a file with the parser of pabutools."""
    from pabutools.election import parse_pabulib

    instance, profile = parse_pabulib(str(path))
    # Raised shares could buy what costs more than the whole budget, and the steps would end there.
    for project in [project for project in instance if project.cost > instance.budget_limit]:
        instance.remove(project)
    return Paper(instance, profile, instance.meta["vote_type"])


def merged(paper: Paper) -> Paper:
    """The same with identical ballots as one, which pabutools does when it is asked to."""
    return paper._replace(profile=paper.profile.as_multiprofile())


def winners(paper: Paper, method: Method, ties: Sequence[str] = VOTES_FIRST) -> list[str]:
    """The ids of the winners in the order funded; sorted for rules that give no order."""
    steps, seed = _steps(ties)
    found = COUNTS[method.rule](paper, method, _tie_rule(paper, steps, seed))
    return [str(project.name) for project in found]


def welfare(paper: Paper, ids: Sequence[str]) -> int:
    """How much all ballots together are worth to these projects: votes, or points."""
    names = set(ids)
    return int(
        sum(
            worth * paper.profile.multiplicity(ballot)
            for ballot in paper.profile
            for name, worth in _points(paper, ballot)
            if name in names
        )
    )


# ── rules ─────────────────────────────────────────────────────────────────────────────────────


def _equal_shares(paper: Paper, method: Method, ties: Any) -> list[Any]:
    from pabutools.rules import (
        completion_by_rule_combination,
        greedy_utilitarian_welfare,
        method_of_equal_shares,
    )

    options: dict[str, Any] = {
        "sat_class": _worth(paper, method.utility),
        "tie_breaking": ties,
    }
    if method.completion == "add1-exhaustive":
        options["voter_budget_increment"] = method.step
    if method.completion != "utilitarian":
        return method_of_equal_shares(paper.instance, paper.profile, **options)
    by_votes = {"sat_class": _score_times_cost(paper), "tie_breaking": ties}
    return completion_by_rule_combination(
        paper.instance,
        paper.profile,
        [method_of_equal_shares, greedy_utilitarian_welfare],
        [options, {**by_votes, "is_sat_additive": True}],
    )


def _greedy(paper: Paper, method: Method, ties: Any) -> list[Any]:
    return _walk(paper, _score_times_cost(paper), ties)


def _greedy_per_cost(paper: Paper, method: Method, ties: Any) -> list[Any]:
    return _walk(paper, _worth(paper, "cardinality" if _approves(paper) else "score"), ties)


def _walk(paper: Paper, worth: Any, ties: Any) -> list[Any]:
    from pabutools.rules import greedy_utilitarian_welfare

    return greedy_utilitarian_welfare(
        paper.instance, paper.profile, sat_class=worth, tie_breaking=ties, is_sat_additive=True
    )


def _phragmen(paper: Paper, method: Method, ties: Any) -> list[Any]:
    from pabutools.rules import sequential_phragmen

    return sorted(sequential_phragmen(paper.instance, paper.profile, tie_breaking=ties))


def _knapsack(paper: Paper, method: Method, ties: Any) -> list[Any]:
    from pabutools.rules import MaxAddUtilWelfareAlgo, max_additive_utilitarian_welfare

    with warnings.catch_warnings():
        # Its solver warns of a next version, for which pabutools is not written yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        chosen = max_additive_utilitarian_welfare(
            paper.instance,
            paper.profile,
            sat_class=_worth(paper, method.utility),
            inner_algo=MaxAddUtilWelfareAlgo.ILP_SOLVER,
        )
    return sorted(chosen)


COUNTS: dict[str, Callable[[Paper, Method, Any], list[Any]]] = {
    "equal-shares": _equal_shares,
    "greedy": _greedy,
    "greedy-per-cost": _greedy_per_cost,
    "phragmen": _phragmen,
    "knapsack": _knapsack,
}


# ── what a project is worth ───────────────────────────────────────────────────────────────────


def _approves(paper: Paper) -> bool:
    return paper.kind in ("approval", "choose-1")


def _worth(paper: Paper, utility: str) -> Any:
    from pabutools.election import satisfaction

    if utility == "score" and paper.kind == "ordinal":
        return satisfaction.Additive_Borda_Sat
    if utility == "score" and not _approves(paper):
        return satisfaction.Additive_Cardinal_Sat
    return satisfaction.Cost_Sat if utility == "cost" else satisfaction.Cardinality_Sat


def _score_times_cost(paper: Paper) -> Any:
    """A worth by which "most worth for its cost" means "highest score", as cities walk the list."""
    from pabutools.election import satisfaction

    if _approves(paper):
        return satisfaction.Cost_Sat
    plain = _worth(paper, "score")

    def weighed(self: Any, project: Any) -> Any:
        return plain.sat_project(self, project) * project.cost

    return type("ScoreTimesCost", (plain,), {"sat_project": weighed})


def _points(paper: Paper, ballot: Any) -> list[tuple[str, Any]]:
    if _approves(paper):
        return [(project.name, 1) for project in ballot]
    if paper.kind == "ordinal":
        return [(project.name, len(ballot) - 1 - rank) for rank, project in enumerate(ballot)]
    return [(project.name, points) for project, points in ballot.items()]


# ── ties ──────────────────────────────────────────────────────────────────────────────────────


def _steps(ties: Sequence[str]) -> tuple[list[str], str]:
    seeds = [step.partition(":")[2] for step in ties if step.startswith("lot")]
    steps = [step.partition(":")[0] for step in ties]
    return [*steps, "order"], "".join(seeds)


def _tie_rule(paper: Paper, steps: Sequence[str], seed: str) -> Any:
    from pabutools.tiebreaking import TieBreakingRule

    votes: dict[str, int] = {}
    for ballot in paper.profile:
        for name, worth in _points(paper, ballot):
            if worth > 0:
                votes[name] = votes.get(name, 0) + paper.profile.multiplicity(ballot)
    # The instance is a set; what it noted about the projects still stands in the order of the file.
    place = {project.name: number for number, project in enumerate(paper.instance.project_meta)}

    def key(_instance: Any, _profile: Any, project: Any) -> tuple[Any, ...]:
        lot = hashlib.sha256(f"{seed}\n{project.name}".encode()).hexdigest()
        of = {
            "votes": -votes.get(project.name, 0),
            "cost": project.cost,
            "lot": lot,
            "order": place[project.name],
        }
        return tuple(of[step] for step in steps)

    return TieBreakingRule(key)


# ── as a program ──────────────────────────────────────────────────────────────────────────────


def main(path: str, method: Method, profile: str) -> None:
    """Count one file and print what it took as one line of JSON."""
    # Before the clock starts: whoever counts twice imports once.
    import pabutools.election
    import pabutools.rules  # noqa: F401

    started = time.process_time()
    paper = read(Path(path))
    loaded = time.process_time()
    found = winners(merged(paper) if profile == "merged" else paper, method)
    ended = time.process_time()
    took = {"load": loaded - started, "tally": ended - loaded, "peak_mb": peak_mb()}
    json.dump({**took, "winners": found}, sys.stdout)


if __name__ == "__main__":
    _, path_, rule_, completion_, utility_, step_, profile_ = sys.argv
    main(path_, Method(rule_, completion_, utility_, int(step_)), profile_)
