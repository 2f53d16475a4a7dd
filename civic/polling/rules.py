"""What the counter keeps to: who gets a paper, how a sheet is read, which bags the lot draws."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from civic.electorate.rules import Entry
from civic.kernel.ages import age_on, birthday
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import latin_digits

SHEETS_PER_BAG = 50
# How long after the web the sheets can be typed before the commission is asked to decide.
PAPER_UNTIL = timedelta(days=3)
# One bag in so many is read again by the commission, and never fewer than the least.
ONE_IN, LEAST_DRAWN = 20, 3
# If more than this share of the sheets that were read again differ, all are read again.
STOP_PER_THOUSAND = 5
SPOILED = ""
_BETWEEN = re.compile(r"[\s,،;؛.+/-]+")
T = TypeVar("T")


class Standing(StrEnum):
    """How a condition stands at the counter: known, to be looked up on paper, or against it."""

    MET = "met"
    LOOK = "look"
    NO = "no"


@dataclass(frozen=True)
class Said:
    """One condition in words for the clerk."""

    standing: Standing
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """What is known of whoever stands at the counter; nothing of it says who it is."""

    birth_date: date | None
    home_path: str | None
    roll_is_there: bool = False
    entry: Entry | None = None


@dataclass(frozen=True)
class Vote:
    """What a cycle asks of those who vote about the money of an area."""

    area_path: str
    minimum_age: int
    on_day: date
    needs_roll: bool


def may_get_paper(person: Person, vote: Vote) -> tuple[Said, ...]:
    """Every condition for a paper, in words for the clerk."""
    return (*_roll(person, vote), *_age(person, vote), _home(person, vote))


def _roll(person: Person, vote: Vote) -> Iterable[Said]:
    if not vote.needs_roll:
        return
    if person.entry is None:
        yield Said(
            Standing.NO,
            N_("This person is not on the list of people entitled to vote. The city headquarters"
               " answers for the list.")
            if person.roll_is_there
            else N_("There is no signed list of people entitled to vote yet."),
        )  # fmt: skip
    elif not person.entry.alive:
        yield Said(Standing.NO, N_("By the list this person has died. Send them to the city"
                                   " headquarters with their papers."))  # fmt: skip
    else:
        yield Said(Standing.MET, N_("On the list of people entitled to vote."))


def _age(person: Person, vote: Vote) -> Iterable[Said]:
    if vote.minimum_age <= 0:
        return
    params = {"age": vote.minimum_age}
    if person.birth_date is None:
        yield Said(Standing.LOOK, N_("Look at the identity card: %(age)s years or older on the"
                                     " day voting opened."), params)  # fmt: skip
    elif age_on(person.birth_date, vote.on_day) >= vote.minimum_age:
        yield Said(Standing.MET, N_("Old enough: %(age)s years or older."), params)
    else:
        day = birthday(person.birth_date, vote.minimum_age)
        yield Said(Standing.NO, N_("Too young: %(age)s years only on %(day)s."),
                   {**params, "day": day})  # fmt: skip


def _home(person: Person, vote: Vote) -> Said:
    if person.home_path is None:
        return Said(Standing.LOOK, N_("Look at a paper that shows the address: inside this area."))
    if person.home_path.startswith(vote.area_path):
        return Said(Standing.MET, N_("Belongs to this area."))
    return Said(Standing.NO, N_("Belongs to another area, and votes there."))


def check_paper(conditions: Sequence[Said], *, papers_seen: str | None) -> None:
    """Refuse a paper to whom a condition is against, or whose papers nobody looked at."""
    for one in conditions:
        if one.standing is Standing.NO:
            raise RuleBroken(one.sentence, **one.params)
    if papers_seen is None and any(one.standing is Standing.LOOK for one in conditions):
        raise RuleBroken(
            N_("Look at the papers first, and tick that you have done so."), field="seen"
        )


# ── sheets ────────────────────────────────────────────────────────────────────────────────────


def read_entry(typed: str | None) -> list[int]:
    """The numbers that were typed from a sheet, in any digits, with anything between; [] if 0.

    Whoever types writes 0 for a spoiled sheet, so that an empty field is never taken for one.
    """
    parts = [part for part in _BETWEEN.split(latin_digits(typed or "")) if part]
    if not parts:
        raise RuleBroken(N_("Type the numbers of the sheet, or 0 if it is spoiled."), field="entry")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise RuleBroken(N_("Type numbers only, with a blank between."), field="entry")
    numbers = [int(part) for part in parts]
    if numbers == [0]:
        return []
    if 0 in numbers:
        raise RuleBroken(N_("0 stands alone, for a spoiled sheet."), field="entry")
    return numbers


def as_entry(numbers: Iterable[int]) -> str:
    """The one spelling of what stands on a sheet."""
    return " ".join(str(number) for number in sorted(numbers))


def numbers_in(entry: str) -> list[int]:
    """The numbers of a stored entry."""
    return [int(part) for part in entry.split()]


def settled(entry: str) -> str:
    """How a sheet stands once it is known what is on it."""
    return "spoiled" if entry == SPOILED else "accepted"


READ_BY_YOU = N_("You have read sheet %(serial)s already; somebody else reads it the second time.")
READ_TWICE = N_("Sheet %(serial)s was read twice already.")


def check_count(physical_count: int, *, typed: int) -> None:
    """A bag holds at most 50 sheets, and no fewer than were read from it."""
    if physical_count > SHEETS_PER_BAG:
        raise RuleBroken(
            N_("A bag holds at most %(most)s sheets. Put the others into another bag."),
            field="physical_count", most=SHEETS_PER_BAG,
        )  # fmt: skip
    if physical_count < typed:
        raise RuleBroken(
            N_("Sheet %(serial)s was typed from this bag already, so it cannot hold fewer."),
            field="physical_count", serial=typed,
        )  # fmt: skip


def check_serial(serial: int, physical_count: int | None) -> None:
    """Sheets are typed once the bag is counted, and only as many as were counted."""
    if physical_count is None:
        raise RuleBroken(N_("Count the sheets and seal the bag first."))
    if not 1 <= serial <= physical_count:
        raise RuleBroken(
            N_("There is no sheet %(serial)s: %(count)s were counted into this bag."),
            serial=serial, count=physical_count,
        )  # fmt: skip


def check_whole(physical_count: int | None, settled_sheets: int) -> None:
    """A bag closes with exactly as many settled sheets as were counted into it."""
    if physical_count is None:
        raise RuleBroken(N_("Count the sheets and seal the bag first."))
    if physical_count != settled_sheets:
        raise RuleBroken(
            N_("%(settled)s of the %(count)s sheets are settled; the bag closes with the last."),
            settled=settled_sheets, count=physical_count,
        )  # fmt: skip


def check_given(sheets: int, papers: int) -> None:
    """No more sheets are accepted than papers were handed out."""
    if sheets > papers:
        raise RuleBroken(
            N_("There would be %(sheets)s sheets, but only %(papers)s papers were handed out. Leave"
               " the bag sealed and call the city headquarters."), sheets=sheets, papers=papers,
        )  # fmt: skip


# ── the lot and the stop rule ─────────────────────────────────────────────────────────────────


def drawn(bags: Iterable[T], key: Mapping[T, str], seed: str) -> list[T]:
    """The bags that the lot draws, which anybody can draw again from the public seed."""
    ordered = sorted(
        bags, key=lambda bag: hashlib.sha256(f"{seed}:bag:{key[bag]}".encode()).digest()
    )
    return ordered[: max(LEAST_DRAWN, -(-len(ordered) // ONE_IN))]


NOT_THE_SAME = N_(
    "You have read a sheet again that differs. Somebody else of the commission closes the box, so"
    " that two people stand for putting it right."
)


def must_stop(read_again: int, differing: int) -> bool:
    """Do so many sheets differ that all have to be read again?"""
    return differing * 1000 > read_again * STOP_PER_THOUSAND


# ── assistants ────────────────────────────────────────────────────────────────────────────────

# People whom one ambassador can help: talking with each takes minutes.
PER_HOUR, PER_DAY = 12, 60
# Smaller batches would say too much of who is in them; they are taken out together or not at all.
LEAST_IN_BATCH = 10


def check_pace(in_hour: int, in_day: int) -> None:
    """Refuse a session to whom helped as many as one person honestly can."""
    if in_hour >= PER_HOUR:
        raise RuleBroken(
            N_("You have helped %(n)s people in this hour, which is the limit. Please go on in the"
               " next hour."), n=in_hour,
        )  # fmt: skip
    if in_day >= PER_DAY:
        raise RuleBroken(
            N_("You have helped %(n)s people today, which is the limit. Another ambassador can"
               " take over."), n=in_day,
        )  # fmt: skip


def merged(sizes: Mapping[T, int]) -> list[list[T]]:
    """Batches as they are decided about: small ones together with others, until ten or more.

    `sizes` come in the order in which neighbours are joined; what is left over at the end joins
    the last group.
    """
    groups: list[list[T]] = []
    gathering: list[T] = []
    for batch, size in sizes.items():
        if size >= LEAST_IN_BATCH:
            groups.append([batch])
            continue
        gathering.append(batch)
        if sum(sizes[one] for one in gathering) >= LEAST_IN_BATCH:
            groups.append(gathering)
            gathering = []
    if gathering and groups:
        groups[-1] = [*groups[-1], *gathering]
    elif gathering:
        groups.append(gathering)
    return groups
