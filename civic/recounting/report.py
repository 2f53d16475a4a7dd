"""A result as it is read in a terminal: a table with bars, and sentences in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO

from rich.console import Console
from rich.table import Table

from civic.counting import Outcome
from civic.counting.document import money
from civic.counting.errors import Counted
from civic.counting.questions.margins import Margins
from civic.counting.questions.whatif import Comparison
from civic.counting.terms.outcome import Line
from civic.counting.terms.reasons import Amount, Reason
from civic.kernel.catalogue import load
from civic.kernel.text import persian_digits

BAR = 24
EIGHTHS = " ▏▎▍▌▋▊▉█"


def winners(outcome: Outcome) -> str:
    """The ids of the winners in the order funded, one a line."""
    return "".join(f"{winner}\n" for winner in outcome.winners)


def table(outcome: Outcome, width: int) -> str:
    """Every project with its votes as a bar, the winners first in the order funded."""
    drawn = Table(expand=False)
    for title, side in (("", "right"), ("project", "left"), ("cost", "right"), ("votes", "right")):
        drawn.add_column(title, justify=side)  # type: ignore[arg-type]
    drawn.add_column("", no_wrap=True)
    most = max((_strength(line) for line in outcome.lines), default=0) or 1
    for line in _by_rank(outcome):
        drawn.add_row(
            "" if line.order is None else str(line.order),
            line.project,
            f"{money(line.cost, outcome.scale):,}",
            f"{_strength(line):,}",
            bar(_strength(line) / most),
            style="bold" if line.funded else "dim",
        )
    return _printed(drawn, width) + _summary(outcome) + "\n"


def bar(share: float) -> str:
    """A bar of eighths of a letter."""
    eighths = round(max(share, 0) * BAR * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def sentences(outcome: Outcome, changes: Mapping[str, Margins], language: str) -> Iterator[str]:
    """For each project one line: why it won, or why not and what would have helped."""
    for line in _by_rank(outcome):
        told = [said(line.reason.fact, outcome.scale, language)]
        if line.project in changes:
            told.append(said(changes[line.project], outcome.scale, language))
        yield f"{line.project}: {' '.join(told)}\n"


def said(told: Reason | Margins, scale: int, language: str) -> str:
    """A reason or a change in words; amounts in the currency of the election."""
    numbers = {name: _shown(value, scale, language) for name, value in told.params.items()}
    return _in_language(told, language) % numbers


def _in_language(told: Reason | Margins, language: str) -> str:
    text, words = told.text, load(language)
    if isinstance(text, Counted):
        return words.ngettext(text.one, text.many, text.number(told.params))
    return words.gettext(text)


def beside(compared: Comparison, name: str, scale: int) -> str:
    """What another rule would change, in a few lines."""
    one, other = compared.one, compared.other
    rows = [
        ("gained by " + name, " ".join(compared.gained) or "–"),
        ("lost by " + name, " ".join(compared.lost) or "–"),
        ("spent", f"{money(one.spent, scale):,} → {money(other.spent, scale):,}"),
        ("voters with a winner", f"{float(one.served):.1%} → {float(other.served):.1%}"),
        ("winners a voter", f"{float(one.mean_winners):.2f} → {float(other.mean_winners):.2f}"),
        ("Gini of winners", f"{float(one.gini_winners):.3f} → {float(other.gini_winners):.3f}"),
        ("voters better off", f"{compared.better:,}"),
        ("voters worse off", f"{compared.worse:,}"),
    ]
    return "".join(f"{title}: {value}\n" for title, value in rows)


def _shown(value: int | str | Amount, scale: int, language: str) -> str:
    if isinstance(value, str):
        return value
    figure = money(value.units, scale) if isinstance(value, Amount) else value
    grouped = f"{figure:,}"
    if language == "fa":
        return persian_digits(grouped.replace(",", "٬").replace(".", "٫"))
    return grouped


def _strength(line: Line) -> int:
    return line.votes if line.score is None else line.score


def _by_rank(outcome: Outcome) -> list[Line]:
    last = len(outcome.lines) + 1
    return sorted(outcome.lines, key=lambda line: (line.order or last, -_strength(line)))


def _summary(outcome: Outcome) -> str:
    spent, budget = (money(units, outcome.scale) for units in (outcome.total_cost, outcome.budget))
    served = f"{float(outcome.share_served):.1%}"
    return (
        f"{len(outcome.winners)} of {len(outcome.lines)} projects for {spent:,} of {budget:,};"
        f" {outcome.voters:,} ballots, {served} with a winner"
    )


def _printed(drawn: Table, width: int) -> str:
    out = StringIO()
    Console(file=out, width=width, force_terminal=True).print(drawn)
    return out.getvalue()
