"""A count as it is read: the pot as a bar, a sentence for every project, the steps of the count."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civic.counting.errors import Counted
from civic.counting.questions.margins import Margins
from civic.counting.terms.outcome import Outcome
from civic.counting.terms.reasons import Amount, Reason
from civic.cycles.kinds import RULE_NAMES, RULE_WORDS, Rule
from civic.cycles.models import Pot
from civic.kernel.i18n import N_, _, _n, digits, language, money, number
from civic.results.models import Count, ResultLine
from civic.results.rules import gives_ballots, is_sealed, other_rule, unit_of

TIE_WORDS = {
    "votes": N_("more votes"),
    "cost": N_("lower cost"),
    "lot": N_("the published lot"),
    "order": N_("the order on the paper"),
}


class Purse:
    """Writes amounts of a pot: in the city's own money, or in the currency of a file."""

    def __init__(self, pot: Pot) -> None:
        self.currency, self.scale = unit_of(pot.rule_options)

    def __call__(self, units: int) -> str:
        if not self.currency:
            return money(units)
        whole, rest = divmod(units, self.scale)
        point = "٫" if language() == "fa" else "."
        cents = point + digits(f"{rest:02d}") if rest else ""
        return f"{number(whole)}{cents} {self.currency}"


@dataclass(frozen=True)
class Read:
    """One project of a result, ready to be shown."""

    line: ResultLine
    cost: str
    why: str
    # What the city itself counted, where it is another number.
    official_votes: int | None


@dataclass(frozen=True)
class Beside:
    """What another rule would have chosen from the same ballots."""

    name: str
    gained: list[str]
    lost: list[str]
    served: float


@dataclass(frozen=True)
class Step:
    """One purchase of the count."""

    number: int
    title: str
    cost: str
    votes: int
    left: str
    payment: str


class Reading:
    """Everything the page of a result says about a count."""

    def __init__(self, count: Count, lines: Sequence[ResultLine]) -> None:
        self.count, self.lines, self.pot = count, lines, count.pot
        self.purse = Purse(count.pot)
        self.outcome = Outcome.from_dict(count.outcome)
        self.sealed = is_sealed(count.ballots)
        self.titles = {line.project.code: line.project.title for line in lines}

    @property
    def winners(self) -> list[ResultLine]:
        """The funded projects in the order in which they were bought."""
        return [line for line in self.lines if line.funded]

    @property
    def most_votes(self) -> int:
        """The votes of the strongest project, the full length of a bar."""
        return max((line.votes for line in self.lines), default=0) or 1

    @property
    def share_served(self) -> float:
        """The share of voters who got at least one of their projects."""
        return float(self.outcome.share_served)

    def rows(self) -> list[Read]:
        """Every project with its sentence; where few voted, losers stand as on the paper."""
        lines = self.lines
        if self.sealed:
            losers = (line for line in lines if not line.funded)
            lines = [*self.winners, *sorted(losers, key=lambda line: line.project.number)]
        return [
            Read(line, self.purse(line.project.cost), self.why(line), _official_votes(line))
            for line in lines
        ]

    def why(self, line: ResultLine) -> str:
        """Why it won, or what it lacked, in the language of the reader."""
        if self.sealed:
            return ""
        reason = Reason.from_dict(line.reason)
        if line.change is None:
            return self._sentence(reason)
        change = Margins(**{**line.change, "least": tuple(line.change["least"])})
        return f"{self._sentence(reason.fact)} {self._sentence(change)}"

    def _sentence(self, told: Reason | Margins) -> str:
        text = told.text
        numbers = {name: self._said(value) for name, value in told.params.items()}
        if isinstance(text, Counted):
            return _n(text.one, text.many, text.number(told.params), **numbers)
        return _(text) % numbers

    def _said(self, value: int | str | Amount) -> str:
        if isinstance(value, Amount):
            return self.purse(value.units)
        return self._title(value) if isinstance(value, str) else number(value)

    def _title(self, code: str) -> str:
        """The title of a project, set apart so that a foreign script does not mix up the line."""
        return f"“\u2068{self.titles.get(code, code)}\u2069”"

    @property
    def has_official(self) -> bool:
        """Does the file of an imported election say who won?"""
        return any(line.project.official.get("selected") is not None for line in self.lines)

    @property
    def deviations(self) -> list[ResultLine]:
        """Projects about which the official result of a file says otherwise."""
        return [
            line
            for line in self.lines
            if line.project.official.get("selected") not in (None, line.funded)
        ]

    @property
    def words(self) -> str:
        """The rule in plain words."""
        return _(RULE_WORDS[self.pot.rule])

    @property
    def other_rule(self) -> str:
        """The rule that the file of an imported election names, if it is not the one used."""
        return other_rule(self.pot.rule, self.pot.rule_options)

    def bar(self) -> list[dict[str, Any]]:
        """The pot filled by the winners, for `components/progress`."""
        return [
            {
                "value": line.project.cost,
                "label": f"{line.project.title}: {self.purse(line.project.cost)}",
            }
            for line in self.winners
        ]

    def alternatives(self) -> list[Beside]:
        """What other rules would have chosen; nothing where few voted, or it is not known yet."""
        if not gives_ballots(self.count.ballots):
            return []
        return [
            Beside(
                name=_(RULE_NAMES[Rule(one["rule"])]),
                gained=[self.titles[code] for code in one["gained"]],
                lost=[self.titles[code] for code in one["lost"]],
                served=float(Fraction(one["other"]["served"])),
            )
            for one in self.count.alternatives or []
        ]

    def steps(self) -> list[Step]:
        """The purchases one after the other."""
        if self.sealed:
            return []
        return [
            Step(one.number, self.titles[one.project], self.purse(one.cost), one.votes,
                 self.purse(one.left), self._payment(one.payment))
            for one in self.outcome.rounds
        ]  # fmt: skip

    def _payment(self, payment: Fraction | None) -> str:
        return "" if payment is None else self.purse(-(-payment.numerator // payment.denominator))

    def ties(self) -> list[tuple[str, str]]:
        """Ties that were broken: between which projects, and by what."""
        return [
            (_(", ").join(map(self._title, tie.projects)), _(TIE_WORDS[tie.decided_by]))
            for tie in self.outcome.ties
        ]

    @property
    def recount(self) -> str:
        """The command that counts the published file again."""
        options = self.outcome.options
        words = ["python3", "-m", "civic", "recount", f"{file_stem(self.pot)}.pb"]
        words += ["--rule", options.rule]
        if options.completion != "none":
            words += ["--completion", options.completion, "--step", str(options.step)]
        if options.threshold:
            words += ["--threshold", str(options.threshold)]
        return shlex.join([*words, "--ties", f"{','.join(options.tie_steps)}:{options.seed}"])


def file_stem(pot: Pot) -> str:
    """How the files of a pot are called, before the dot."""
    if pot.cycle.imported_from:
        return pot.cycle.code
    return f"{pot.cycle.code}-{pot.area.code}"


def _official_votes(line: ResultLine) -> int | None:
    votes = line.project.official.get("votes")
    return None if votes == line.votes else votes
