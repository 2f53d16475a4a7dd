"""What stands after the options of the command, taken apart, with a sentence for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from civic.counting import RULES, CountingError, Election, Limits, TieRule
from civic.counting.files.limits import joined, limit_of, limits_in
from civic.counting.files.pb import PbFile
from civic.counting.terms.ties import STEPS

# Stands for the limits that are in the election file itself.
OF_THE_FILE = "file"


@dataclass(frozen=True)
class Wanted:
    """The options of one call, as they were written."""

    rule: str
    utility: str | None
    completion: str
    step: int | None
    threshold: int
    ties: str
    scores: str | None
    limits: tuple[str, ...]
    comparison: str
    compare: str
    explain: bool
    language: str
    kernel: str | None
    as_json: bool

    def options(self, file: PbFile, election: Election) -> dict[str, Any]:
        """How to count this file: what `civic.counting.count` takes besides the election."""
        return {
            "rule": self.rule,
            "completion": self.completion,
            "utility": self.utility,
            "step": file.step if self.step is None else self.step,
            "threshold": self._threshold(file, self.rule),
            "ties": tie_rule(self.ties),
            "limits": joined(self._limit(text, file, election) for text in self.limits),
            "comparison": self.comparison,
            "kernel": self.kernel,
        }

    def other_options(self, file: PbFile, election: Election) -> dict[str, Any]:
        """How to count it by the rule that is shown beside."""
        rule, completion = method_of(self.compare)
        threshold = self._threshold(file, rule)
        other = {"rule": rule, "completion": completion, "threshold": threshold, "comparison": ""}
        return {**self.options(file, election), **other}

    def _limit(self, written: str, file: PbFile, election: Election) -> Limits:
        if written != OF_THE_FILE:
            return limit_of(written, scale=file.scale)
        areas = {project.area for project in election.projects}
        return limits_in(file.meta, areas, scale=file.scale)

    def _threshold(self, file: PbFile, rule: str) -> int:
        """What is asked for, or else what the file itself asks for where the rule has its name."""
        return self.threshold or (file.threshold if rule == "greedy-threshold" else 0)


def tie_rule(written: str) -> TieRule:
    """Read `votes,cost,lot:SEED`; an unknown step is refused by name."""
    steps, seed = [], ""
    for part in filter(None, (part.strip() for part in written.split(","))):
        step, _, given = part.partition(":")
        if step not in STEPS:
            raise CountingError("There is no tie-breaking step %(step)s.", step=step)
        seed = given or seed
        steps.append(step)
    return TieRule(seed=seed, steps=tuple(steps))


def method_of(written: str) -> tuple[str, str]:
    """Read `equal-shares/add1`: a rule, and after a stroke its completion."""
    rule, _, completion = written.partition("/")
    if rule not in RULES:
        raise CountingError("There is no rule %(rule)s.", rule=rule)
    return rule, completion or "none"
