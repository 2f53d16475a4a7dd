"""A result held against its ballots: as they are stored, and as the public book says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from civic.ballots.queries import envelopes
from civic.ballots.rules import commitment
from civic.counting import Election, Outcome, Project
from civic.counting.version import code_version
from civic.cycles.models import Pot
from civic.cycles.queries import frozen_rules
from civic.kernel.db import reading
from civic.ledger import queries as ledger
from civic.results import tally
from civic.results.book_files import book_files
from civic.results.models import Count
from civic.results.rules import gives_ballots, unit_of

Progress = Callable[[int, int], None]
EVERY = 500
MOST_NAMED = 20


class Envelope(NamedTuple):
    """One opened envelope."""

    held: str
    nonce: bytes
    choices: list[int]


def compare(count: Count, progress: Progress) -> dict[str, Any]:
    """Count the ballots of a result anew, twice, and name every difference; nothing is changed.

    Raises `RuleBroken` while the public book is not signed to its end.
    """
    official = Outcome.from_dict(count.outcome)
    total, found = 2 * count.ballots, _Differences()
    with reading():  # everything is read first, for the work takes long and others vote meanwhile
        stored = [Envelope(c.hex(), x, p) for c, _pot, x, p in envelopes([count.pot_id])]
        election = tally.election_of(count.pot)
        publicly = _Public.of(count, official.winners, stored)
    _check_commitments(stored, count.pot, found, lambda done: progress(done, total))
    again = tally.count_box(count.pot, election)
    found.hold("stored", official, again)
    protocol = {
        "format": "civic-recount/1",
        "cycle": count.pot.cycle.code,
        "area": count.pot.area.code,
        "rule": count.rule,
        "code": code_version(),
        "official": _said(official),
        "stored": _said(again),
        "book": None,
        "export": None,
    }
    if publicly is not None:
        publicly.check(found, lambda done: progress(count.ballots + done, total))
        again = tally.count_box(count.pot, publicly.election())
        found.hold("export", official, again)
        protocol |= {"book": publicly.book, "export": _said(again)}
    return protocol | {"differences": found.named, "more": found.more}


def _said(outcome: Outcome) -> dict[str, Any]:
    return {"ballots": outcome.voters, "winners": list(outcome.winners)}


class _Differences:
    """What does not agree: numbers first, then envelopes; beyond some, these are only counted."""

    def __init__(self) -> None:
        self.numbers: list[dict[str, Any]] = []
        self.envelopes: list[dict[str, Any]] = []
        self.more = 0

    @property
    def named(self) -> list[dict[str, Any]]:
        """All that is named, what matters most on top."""
        return self.numbers + self.envelopes

    def number(self, what: str, which: str, official: Any, again: Any) -> None:
        """Name a number, or a list of winners, that differs."""
        if official != again:
            said = {"what": what, "which": which, "official": official, "found": again}
            self.numbers.append(said)

    def envelope(self, what: str, which: str) -> None:
        """Name an envelope with which something is wrong."""
        if len(self.envelopes) < MOST_NAMED:
            self.envelopes.append({"what": what, "which": which})
        else:
            self.more += 1

    def hold(self, source: str, official: Outcome, again: Outcome) -> None:
        """Compare the numbers of a new count with those that were published."""
        self.number("ballots", source, official.voters, again.voters)
        self.number("winners", source, list(official.winners), list(again.winners))
        before = {line.project: line.votes for line in official.lines}
        for line in again.lines:
            self.number("votes", line.project, before.get(line.project), line.votes)


def _check_commitments(
    opened: Sequence[Envelope], pot: Pot, found: _Differences, progress: Callable[[int], None]
) -> None:
    election, area = pot.cycle.code, pot.area.code
    for done, one in enumerate(opened):
        if done % EVERY == 0:
            progress(done)
        made = commitment(one.nonce, election=election, area=area, choices=one.choices)
        if made.hex() != one.held:
            found.envelope("commitment", one.held)
    progress(len(opened))


class _Public:
    """What everybody can read: the lines of the book, and what is in the envelopes that stand."""

    @classmethod
    def of(cls, count: Count, winners: Sequence[str], stored: list[Envelope]) -> _Public | None:
        """What is said about this result; nothing where its cycle has no book."""
        has_book = ledger.book(count.pot.cycle_id) is not None
        return cls(count, winners, stored) if has_book else None

    def __init__(self, count: Count, winners: Sequence[str], stored: list[Envelope]) -> None:
        self.pot, area = count.pot, count.pot.area.code
        self.frozen = frozen_rules(self.pot.cycle_id)
        files = dict(book_files(count.pot.cycle, [count], {count.pot_id: list(winners)}))
        self.standing = _standing(files["log.ndjson"], area)
        head = json.loads("".join(files["result.json"]))["book"]
        self.book = {
            **head,
            "stand": len(self.standing),
            "sealed": not gives_ballots(count.ballots),
        }
        # Of a few ballots none is opened in public; then those at hand are held against the book.
        self.opened = _opened(files["openings.ndjson"]) if gives_ballots(count.ballots) else stored

    def check(self, found: _Differences, progress: Callable[[int], None]) -> None:
        """Every envelope that stands was opened, once, and no other one."""
        _check_commitments(self.opened, self.pot, found, progress)
        held = {one.held for one in self.opened}
        for missing in sorted(self.standing - held):
            found.envelope("not opened", missing)
        for strange in sorted(held - self.standing):
            found.envelope("not in the book", strange)
        found.number("opened twice", "", len(held), len(self.opened))

    def election(self) -> Election:
        """The paper as it was frozen, and the envelopes as they were opened."""
        pots = json.loads(self.frozen.document)["pots"] if self.frozen else []
        said = next(pot for pot in pots if pot["area"] == self.pot.area.code)
        codes = {line["number"]: line["code"] for line in said["projects"]}
        projects = [Project(line["code"], line["cost"]) for line in said["projects"]]
        ballots = [tuple(codes[n] for n in one.choices) for one in self.opened]
        scale = unit_of(self.pot.rule_options)[1]
        return Election.of(projects, said["amount"], ballots, scale=scale)


def _standing(log: Iterable[str], area: str) -> set[str]:
    held: dict[int, str] = {}
    for text in log:
        line = json.loads(text)
        if line.get("d") == area and line["t"] in {"cast", "paper", "void"}:
            held.pop(line["r"], None)
            if line["t"] != "void":
                held[line["n"]] = line["c"]
    return set(held.values())


def _opened(lines: Iterable[str]) -> list[Envelope]:
    read = (json.loads(line) for line in lines)
    return [Envelope(one["c"], bytes.fromhex(one["x"]), one["p"]) for one in read]
