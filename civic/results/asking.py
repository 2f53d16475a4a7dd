"""A question about a result: what if it had been another rule, or another pot?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from civic.ballots.queries import paper
from civic.counting import Outcome
from civic.counting.questions.whatif import Comparison, Measures, side_by_side
from civic.cycles.kinds import Rule
from civic.cycles.models import Pot
from civic.kernel.i18n import N_, _, number, percent
from civic.results import tally
from civic.results.models import Count
from civic.results.reading import Purse
from civic.results.rules import unit_of

MEASURES = {
    "spent": N_("Spent"),
    "winners": N_("Projects that win"),
    "served": N_("Voters with at least one of their projects"),
    "mean_winners": N_("Winners for each voter, on average"),
    "gini_winners": N_("Inequality between voters (Gini, 0 to 1)"),
}


@dataclass(frozen=True)
class Asked:
    """The answer: the result as it stands, and what it would have been."""

    pot: Pot
    titles: Mapping[str, str]
    compared: Comparison

    @classmethod
    def of(cls, count: Count, rule: Rule, pot_in_currency: int) -> Asked:
        """Count otherwise; `RuleBroken` where that would take too long."""
        pot = count.pot
        lines = paper(pot)
        election = tally.election_on(lines, pot)
        budget = pot_in_currency * unit_of(pot.rule_options)[1]
        other = tally.count_otherwise(pot, election, rule, budget=budget)
        compared = side_by_side(election, Outcome.from_dict(count.outcome), other)
        return cls(pot, {line.code: line.title for line in lines}, compared)

    @property
    def gained(self) -> list[str]:
        """The titles of those who would have won besides."""
        return [self.titles[code] for code in self.compared.gained]

    @property
    def lost(self) -> list[str]:
        """The titles of those who would not have won."""
        return [self.titles[code] for code in self.compared.lost]

    @property
    def better(self) -> int:
        """How many voters would have got more of their projects."""
        return self.compared.better

    @property
    def worse(self) -> int:
        """How many voters would have got fewer of their projects."""
        return self.compared.worse

    def rows(self) -> list[tuple[str, str, str]]:
        """Each measure with its value as it stands and as it would have been."""
        one, other = self.compared.one, self.compared.other
        return [(_(text), self._said(one, name), self._said(other, name))
                for name, text in MEASURES.items()]  # fmt: skip

    def _said(self, measures: Measures, name: str) -> str:
        value = getattr(measures, name)
        if name == "spent":
            return Purse(self.pot)(value)
        if name == "served":
            return percent(float(value))
        return _rounded(value) if isinstance(value, Fraction) else number(value)


def _rounded(value: Fraction) -> str:
    whole, hundredths = divmod(round(value * 100), 100)
    return _("%(whole)s.%(part)s", whole=number(whole), part=_two_digits(hundredths))


def _two_digits(value: int) -> str:
    return number(value).rjust(2, number(0))
