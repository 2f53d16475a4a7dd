"""How a pot is counted, and what of a count may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from civic.cycles.kinds import Rule
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

# Below this, a number could tell what a neighbour chose.
FEW_BALLOTS = 10
# Below this, single ballots are not published, not even without names.
FEW_FOR_A_FILE = 50
# What a spreadsheet takes for a formula, also in its wide form.
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")


class Method(NamedTuple):
    """A rule of ours in the words of `civic.counting`."""

    rule: str
    completion: str


# What election files call our rules.
PB_RULES = {
    Rule.GREEDY: "greedy",
    Rule.GREEDY_NO_SKIP: "greedy-no-skip",
    Rule.GREEDY_THRESHOLD: "greedy-threshold",
    Rule.EQUAL_SHARES: "equalshares",
    Rule.EQUAL_SHARES_ADD1: "equalshares/add1",
}
METHODS = {
    Rule.GREEDY: Method("greedy", "none"),
    Rule.GREEDY_NO_SKIP: Method("greedy-no-skip", "none"),
    Rule.GREEDY_THRESHOLD: Method("greedy-threshold", "none"),
    Rule.EQUAL_SHARES: Method("equal-shares", "none"),
    Rule.EQUAL_SHARES_ADD1: Method("equal-shares", "add1"),
}


def check_countable(box_state: str | None) -> None:
    """A count needs a closed box: nobody learns a result while others still vote."""
    if box_state != "closed":
        raise RuleBroken(N_("The box of this pot is not closed."))


def check_not_published(published_at: datetime | None) -> None:
    """A published result stands; what follows is an objection, not another count."""
    if published_at is not None:
        raise RuleBroken(N_("This result was published on %(at)s and stands."), at=published_at)


def is_sealed(ballots: int) -> bool:
    """Are there so few ballots that numbers would betray them?"""
    return ballots < FEW_BALLOTS


def gives_ballots(ballots: int) -> bool:
    """Are there enough ballots to publish each of them without a name?"""
    return ballots >= FEW_FOR_A_FILE


def without_few(people: Mapping[str, int]) -> dict[str, int | None]:
    """Numbers of people by place, the small ones left out.

    What is left out must not follow from the total: it is at least two numbers, and together
    at least as much as one that may be shown.
    """
    by_size = sorted(people, key=lambda place: (people[place], place))
    hidden: list[str] = []
    for place in by_size:
        left_out = sum(people[one] for one in hidden)
        gives_away = len(hidden) > 0 and (len(hidden) < 2 or left_out < FEW_BALLOTS)
        if people[place] < FEW_BALLOTS or gives_away:
            hidden.append(place)
    return {place: None if place in hidden else number for place, number in people.items()}


def safe_cell(value: Any) -> Any:
    """A value of a table that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number(text) else value


def is_number(text: str) -> bool:
    """Is it a plain number, whose sign is no formula?"""
    return text.lstrip("+-").replace(".", "", 1).isdecimal()


def other_rule(rule: Rule, options: Mapping[str, Any]) -> str:
    """The rule that a file names, where it is counted by another here; else nothing."""
    declared = str(options.get("declared_rule", ""))
    return "" if declared == PB_RULES[rule] else declared


def plain_amount(units: int, scale: int) -> str:
    """An amount for machines: whole, or with the decimals that the currency has."""
    whole, rest = divmod(units, scale)
    return str(whole) if scale == 1 else f"{whole}.{rest:0{len(str(scale)) - 1}d}"


def unit_of(options: Mapping[str, Any]) -> tuple[str, int]:
    """The currency of a pot ("" for the city's own) and into how many units it is cut."""
    return options.get("currency", ""), int(options.get("scale", 1))
