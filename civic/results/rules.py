"""How a pot is counted, and what of a count may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
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
# So long after the publication everybody may object, and a recount may need the key.
OBJECTIONS = timedelta(days=10)


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
    # The format has no names for these; readers of it take other names for rules of one city.
    Rule.GREEDY_PER_COST: "greedy-per-cost",
    Rule.EQUAL_SHARES_ADD1U: "equalshares/add1-utilitarian",
    Rule.PHRAGMEN: "phragmen",
    Rule.BOS: "bos",
}
METHODS = {
    Rule.GREEDY: Method("greedy", "none"),
    Rule.GREEDY_NO_SKIP: Method("greedy-no-skip", "none"),
    Rule.GREEDY_THRESHOLD: Method("greedy-threshold", "none"),
    Rule.EQUAL_SHARES: Method("equal-shares", "none"),
    Rule.EQUAL_SHARES_ADD1: Method("equal-shares", "add1"),
    Rule.GREEDY_PER_COST: Method("greedy-per-cost", "none"),
    Rule.EQUAL_SHARES_ADD1U: Method("equal-shares", "add1-utilitarian"),
    Rule.PHRAGMEN: Method("phragmen", "none"),
    Rule.BOS: Method("bos", "none"),
}
# What a result is held against for its readers.
ALTERNATIVES = (Rule.GREEDY, Rule.EQUAL_SHARES_ADD1U, Rule.PHRAGMEN, Rule.BOS)
# So many runs of a completion are made for a question that somebody asks in passing.
COARSE_RUNS = 100
# Real elections end after three times as many at most; where one does not, nobody waits for it.
MOST_RUNS = 1_000
# More than any city has; longer numbers are a slip.
LARGEST_POT = 10**15
# Of more ballots nobody is made to wait for the answer.
MANY_BALLOTS = 30_000
# Where shares are raised in steps, one answer takes thousands of runs.
MANY_WITH_STEPS = 2_000
STEPPED = frozenset({Rule.EQUAL_SHARES_ADD1, Rule.EQUAL_SHARES_ADD1U})


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


def may_be_asked(ballots: int) -> bool:
    """May everybody count these ballots by other rules, and without a long wait?

    With many questions about few ballots one could find out what is on them.
    """
    return gives_ballots(ballots) and ballots <= MANY_BALLOTS


def may_count_by(rule: Rule, options: Mapping[str, Any]) -> bool:
    """Do the options of a pot say all that a rule needs?"""
    return rule is not Rule.GREEDY_THRESHOLD or int(options.get("threshold", 0)) > 0


def may_be_explained(rule: Rule, ballots: int) -> bool:
    """Can what every loser lacked be worked out while the other jobs wait?"""
    return ballots <= (MANY_WITH_STEPS if rule in STEPPED else MANY_BALLOTS)


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


# ── the end of a vote's key ───────────────────────────────────────────────────────────────────


def key_kept_until(published: Sequence[datetime | None]) -> datetime | None:
    """Until when the key of a vote is kept; None while a result of it is not published."""
    moments = [moment for moment in published if moment is not None]
    return max(moments) + OBJECTIONS if moments and len(moments) == len(published) else None


def check_key_may_go(kept_until: datetime | None, at: datetime) -> None:
    """Refuse to destroy a key while somebody can still object to a result."""
    if kept_until is None:
        raise RuleBroken(
            N_("The key is kept until ten days after every result of this vote is published.")
        )
    if at < kept_until:
        raise RuleBroken(
            N_("The key is kept until %(until)s, when the time for objections is over."),
            until=kept_until,
        )


def check_second_person(asked_by: object, actor_id: object) -> None:
    """Refuse whoever asked themselves, and a yes to what nobody asked."""
    if asked_by is None:
        raise RuleBroken(N_("Nobody has asked that this key be destroyed."))
    if asked_by == actor_id:
        raise RuleBroken(N_("You asked for it yourself. Another person confirms it."))
