"""What the departments of the demo city write on their sheets."""

from __future__ import annotations

import tomllib
from functools import cache
from random import Random

from civic.appraisals.kinds import CHECKS, Finding, Verdict
from civic.appraisals.rules import Sheet
from civic.demo.ideas import CONTENT, MILLION, Fate, Idea


def sheet_for(idea: Idea, chance: Random) -> Sheet:
    """The sheet of an idea: feasible at its cost, or not, for the reason that is given."""
    checks = dict.fromkeys(CHECKS, Finding.YES) | {"passive_defence": Finding.NOT_NEEDED}
    if idea.fate is Fate.INFEASIBLE:
        return Sheet(Verdict.INFEASIBLE, idea.reason, checks=checks | {"other_uses": Finding.NO})
    return Sheet(
        Verdict.FEASIBLE,
        chance.choice(_reasons()[idea.category]),
        cost=idea.cost,
        upkeep_per_year=max(1, round(idea.cost * 0.03 / MILLION)) * MILLION,
        months=min(12, 2 + idea.cost // (120 * MILLION)),
        checks=checks,
    )


@cache
def _reasons() -> dict[str, list[str]]:
    return tomllib.loads((CONTENT / "sheets.toml").read_text("utf-8"))
