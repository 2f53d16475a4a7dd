"""A count as it is read: the pot as a bar, a sentence for every project, the steps of the count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from civic.counting.outcome import Outcome
from civic.counting.reasons import Amount, Reason
from civic.cycles.models import Pot
from civic.kernel.i18n import money, number, say
from civic.results.models import Count, ResultLine
from civic.results.rules import is_sealed, unit_of


class Purse:
    """Writes amounts of a pot: in the city's own money, or in the currency of a file."""

    def __init__(self, pot: Pot) -> None:
        self.currency, self.scale = unit_of(pot.rule_options)

    def __call__(self, units: int) -> str:
        if not self.currency:
            return money(units)
        whole, rest = divmod(units, self.scale)
        return f"{number(whole if not rest else units / self.scale)} {self.currency}"


@dataclass(frozen=True)
class Read:
    """One project of a result, ready to be shown."""

    line: ResultLine
    cost: str
    why: str
    deviates: bool


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
        """Every project with its sentence."""
        return [
            Read(line, self.purse(line.project.cost), self.why(line), self._deviates(line))
            for line in self.lines
        ]

    def why(self, line: ResultLine) -> str:
        """Why it won, or what it lacked, in the language of the reader."""
        if self.sealed:
            return ""
        reason = Reason.from_dict(line.reason)
        return say(reason.msgid, {name: self._said(value) for name, value in reason.params.items()})

    def _said(self, value: int | str | Amount) -> Any:
        if isinstance(value, Amount):
            return Verbatim(self.purse(value.units))
        return Verbatim(self.titles.get(value, value)) if isinstance(value, str) else value

    def _deviates(self, line: ResultLine) -> bool:
        official = line.project.official.get("selected")
        return official is not None and official != line.funded

    @property
    def deviations(self) -> list[ResultLine]:
        """Projects about which the official result of a file says otherwise."""
        return [line for line in self.lines if self._deviates(line)]

    def bar(self) -> list[dict[str, Any]]:
        """The pot filled by the winners, for `components/progress`."""
        return [
            {
                "value": line.project.cost,
                "label": f"{line.project.title}: {self.purse(line.project.cost)}",
            }
            for line in self.winners
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
            ("، ".join(self.titles[code] for code in tie.projects), tie.decided_by)
            for tie in self.outcome.ties
        ]


class Verbatim(str):
    """A value that is said already and not looked up again."""

    __slots__ = ()
