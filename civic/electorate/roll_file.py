"""Reading a roll from a CSV file: every line is right, or all wrong lines are named."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from civic.accounts.rules import canonical_national_id
from civic.areas.days import read_day
from civic.kernel import crypto
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.kernel.text import latin_digits, search_key, tidy

FORMAT = "civic-roll/1"
# A column by the names that registers give it, as `search_key` writes them.
COLUMNS = {
    "national_id": {"national id", "nationalid", "nid", "کد ملی", "کدملی", "شماره ملی"},
    "birth_date": {"birth date", "birthdate", "born", "تاریخ تولد"},
    "area": {"area", "area code", "کد محله", "محله", "کد منطقه", "کد ناحیه"},
    "alive": {"alive", "status", "وضعیت", "وضعیت حیات", "در قید حیات"},
}
NEEDED = ("national_id", "birth_date", "area")
ALIVE = {"", "1", "yes", "alive", "true", "زنده", "بله", "در قید حیات", "حیات"}
NOT_ALIVE = {"0", "no", "dead", "deceased", "false", "فوت", "فوت شده", "فوتشده", "متوفی", "خیر"}
EARLIEST = date(1800, 1, 1)


class Problem(NamedTuple):
    """What is wrong where; it never repeats what was written, since logs are read."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.reason}"


class BadRoll(RuleBroken):
    """A roll that cannot be imported, with everything that is wrong in it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            N_("Nothing was imported: %(number)s places of the roll have to be put right first."),
            number=len(problems),
        )
        self.problems = problems


class Person(NamedTuple):
    """One line of the roll; the national id is not in it any more."""

    lookup: bytes
    birth_date: date
    area_code: str
    alive: bool


@dataclass(frozen=True)
class RollFile:
    """What a file holds once every line is right, in the order of the look-up keys."""

    people: tuple[Person, ...]

    @property
    def entitled(self) -> int:
        """How many people are entitled to vote: those who are alive."""
        return sum(person.alive for person in self.people)

    @property
    def by_area(self) -> dict[str, int]:
        """How many people are entitled to vote in each area."""
        counted = Counter(person.area_code for person in self.people if person.alive)
        return dict(sorted(counted.items()))

    def sha256(self, cycle_code: str) -> str:
        """The fingerprint of this roll for a cycle; see `fingerprint`."""
        return fingerprint(cycle_code, self.people)


def fingerprint(cycle_code: str, people: Iterable[Person]) -> str:
    """SHA-256 of the canonical form of a roll, whose people come in the order of their keys.

    The canonical form is one line a person, sorted by look-up key: the same roll in another
    order of lines has the same fingerprint. A line holds the HMAC of the national id, never the
    id: there are only 10^9 ids, and whoever has all but one line of a roll could otherwise try
    for the last one, with a published fingerprint to tell when it is found. Without the city's
    key nobody can compute a line, so what is published says nothing about anybody. Whoever has
    the key (an auditor, in the city's house) computes it again from the register.
    """
    digest = hashlib.sha256(f"{FORMAT} {cycle_code}\n".encode())
    for person in people:
        line = f"{person.lookup.hex()} {person.birth_date} {person.area_code} {person.alive:d}\n"
        digest.update(line.encode())
    return digest.hexdigest()


def read_roll(data: bytes, areas: Collection[str], *, today: date) -> RollFile:
    """Read a roll, for the areas of these codes; raises `BadRoll` with every wrong place."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadRoll([Problem(line, "file", "It is not written in UTF-8.")]) from None
    problems: list[Problem] = []
    lines: dict[bytes, int] = {}
    people: list[Person] = []
    allowed = Allowed({code: code for code in areas}, today)
    for number, row in _rows(text, problems):
        person = _person(number, row, allowed, problems)
        if person is None:
            continue
        earlier = lines.setdefault(person.lookup, number)
        if earlier != number:
            reason = f"This person stands already in line {earlier}."
            problems.append(Problem(number, "national_id", reason))
        people.append(person)
    if not people and not problems:
        problems.append(Problem(1, "file", "There is nobody in this file."))
    if problems:
        raise BadRoll(sorted(problems))
    people.sort()
    return RollFile(tuple(people))


class Allowed(NamedTuple):
    """What a line may name: the areas there are, and days until today.

    Each code stands there once, and millions of people share it: a large roll fits into memory.
    """

    areas: Mapping[str, str]
    today: date


# People share their birthdays too, and the Jalali calendar takes its time.
_day = lru_cache(maxsize=2**17)(read_day)


def _rows(text: str, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows with their lines, by the names of our columns; a broken file ends early."""
    first = text[: text.find("\n") + 1]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        head = [_column(name) for name in next(reader, [])]
        lacking = [name for name in NEEDED if name not in head]
        doubled = [name for name in COLUMNS if head.count(name) > 1]
        problems += [Problem(1, name, "This column is missing.") for name in lacking]
        problems += [Problem(1, name, "This column stands there twice.") for name in doubled]
        if lacking or doubled:
            return
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(head):
                reason = f"It has {len(row)} fields and not {len(head)}."
                problems.append(Problem(reader.line_num, "line", reason))
                continue
            yield reader.line_num, dict(zip(head, row, strict=True))
    except csv.Error:
        problems.append(Problem(reader.line_num, "line", "It cannot be read as CSV."))


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, one after another: a copy of a large file would be too much."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _column(name: str) -> str:
    key = search_key(name)
    return next((column for column, names in COLUMNS.items() if key in names), key)


def _person(
    line: int, row: Mapping[str, str], allowed: Allowed, problems: list[Problem]
) -> Person | None:
    """The person of a line, or everything that is wrong in it."""
    before = len(problems)
    lookup, born = b"", date.min
    try:
        lookup = crypto.lookup_key("national-id", canonical_national_id(row["national_id"]))
    except RuleBroken as error:
        problems.append(Problem(line, "national_id", str(error)))
    try:
        born = _day(row["birth_date"])
        if not EARLIEST <= born <= allowed.today:
            problems.append(Problem(line, "birth_date", "This day lies out of what can be."))
    except (RuleBroken, OverflowError):
        reason = "This is not a day; write it like 1405-01-01 or 2026-03-21."
        problems.append(Problem(line, "birth_date", reason))
    code = latin_digits(tidy(row["area"]))
    if code not in allowed.areas:
        problems.append(Problem(line, "area", "There is no area of this code in the city."))
    status = search_key(row.get("alive"))
    if status not in ALIVE | NOT_ALIVE:
        problems.append(Problem(line, "alive", "Write 1 for alive and 0 for deceased."))
    if len(problems) > before:
        return None
    return Person(lookup, born, allowed.areas[code], status in ALIVE)
