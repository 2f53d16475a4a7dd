"""What was promised, compared with what is there: N1 to N8, from the journal and the database."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from civic.accounts.models import Account
from civic.ballots.models import Ballot, Opening, VoterSlot
from civic.ballots.voters import tag_of
from civic.cycles.queries import pot
from civic.invariants import check_all
from civic.kernel.db import db
from civic.ledger import queries as ledger
from civic.ledger.kinds import LineKind
from civic.ledger.models import Entry
from civic.torture.city import City
from civic.torture.journal import Attempt, Journal
from civic.torture.town import BASE, Town, Vote
from civic.torture.watcher import Watcher

SETTLED_WITHIN = 60
# Nothing of a vote may change these.
LEFT_ALONE = "areas area_versions accounts residencies role_grants cycles phases pots " \
    "ballot_projects".split()  # fmt: skip


class Stored(NamedTuple):
    """A ballot as the box has it."""

    id: UUID
    receipt: str
    commitment: bytes
    choices: list[int]


@dataclass
class Verdict:
    """How many votes were lost or doubled, and every sentence that does not hold."""

    lost: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Was everything kept that was promised?"""
        return not (self.lost or self.doubled or self.faults)

    def say(self, number: int, sentence: str) -> None:
        """Note a fault, if there is any."""
        if number:
            self.faults.append(f"{sentence}: {number}")


@contextmanager
def reading(city: City) -> Iterator[None]:
    """Look into the database without holding the pen of SQLite."""
    with city.app.test_request_context(base_url=BASE):
        try:
            yield
        finally:
            db.session.remove()


def untouched(city: City) -> str:
    """A fingerprint of all that a vote must leave alone."""
    digest = hashlib.sha256()
    with reading(city):
        for table in LEFT_ALONE:
            rows = db.session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
            for row in sorted(map(repr, rows)):
                digest.update(row.encode())
    return digest.hexdigest()


def settle(city: City, vote: Vote) -> bool:
    """Wait until the book holds and covers what was cast; at most a minute."""
    until = time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < until:
        with reading(city):
            size = ledger.size_of(vote.cycle_id)
            if not ledger.waiting_count() and ledger.published_size(vote.cycle_id) == size:
                return True
        time.sleep(0.2)
    return False


def prove(
    city: City, town: Town, vote: Vote, journal: Journal, watcher: Watcher, *, crowd: int = 0
) -> Verdict:
    """Compare; `crowd` ballots were put into the box beforehand, for nobody in the journal."""
    verdict = Verdict()
    verdict.say(not settle(city, vote), "N1 the book is not up to date after a minute")
    with reading(city):
        stored = _ballots(vote)
        _acknowledged(verdict, journal, stored, _lines(vote))
        _no_phantoms(verdict, journal, stored, crowd)
        _one_each(verdict, journal, stored, crowd)
        _the_last_stands(verdict, town, vote, journal, stored)
        for invariant, violations in check_all():
            verdict.say(violations, f"not true that {invariant.says}")
    verdict.faults += [f"N7 {fault}" for fault in watcher.faults()]
    return verdict


def _ballots(vote: Vote) -> Mapping[UUID, list[Stored]]:
    """The ballots by the key of the press, which is the voter's half of the nonce."""
    found = (
        select(Opening.nonce, Ballot.id, Ballot.receipt, Ballot.commitment, Opening.choices)
        .join(Ballot, Ballot.id == Opening.ballot_id)
        .where(Ballot.pot_id == vote.pot_id)
    )
    by_key: dict[UUID, list[Stored]] = defaultdict(list)
    for row in db.session.execute(found):
        one = Stored(row.id, row.receipt, row.commitment, row.choices)
        by_key[UUID(bytes=row.nonce[32:])].append(one)
    return by_key


def _lines(vote: Vote) -> Counter[bytes]:
    found = select(Entry.mark).where(Entry.book_id == vote.cycle_id, Entry.kind == LineKind.CAST)
    return Counter(mark for mark in db.session.scalars(found) if mark is not None)


def _acknowledged(
    verdict: Verdict,
    journal: Journal,
    stored: Mapping[UUID, list[Stored]],
    lines: Counter[bytes],
) -> None:
    taken = journal.taken()
    verdict.lost = sum(not stored.get(one.key) for one in taken)
    there = [(one, stored[one.key][0]) for one in taken if stored.get(one.key)]
    wrong = sum(one.receipt not in {None, ballot.receipt} for one, ballot in there)
    verdict.say(wrong, "N1 receipts of other ballots")
    changed = sum(one.choices != ballot.choices for one, ballot in there)
    verdict.say(changed, "N1 ballots with other choices")
    all_marks = [ballot.commitment for many in stored.values() for ballot in many]
    missing = sum(lines[mark] != 1 for mark in all_marks)
    verdict.say(missing, "N1 ballots without just one line in the book")
    verdict.say(sum(lines.values()) - len(all_marks), "N2 lines without a ballot")


def _no_phantoms(
    verdict: Verdict, journal: Journal, stored: Mapping[UUID, list[Stored]], crowd: int
) -> None:
    known = {one.key for one in journal.attempts}
    strangers = len(stored.keys() - known)
    verdict.say(strangers - crowd, "N2 ballots that nobody has sent")
    refused = {one.key for one in journal.attempts if one.is_refused}
    verdict.say(len(refused & stored.keys()), "N2 refused ballots in the box")
    verdict.say(sum(one.is_unknown for one in journal.attempts), "N3 presses without an answer")


def _one_each(
    verdict: Verdict, journal: Journal, stored: Mapping[UUID, list[Stored]], crowd: int
) -> None:
    verdict.doubled = sum(len(many) > 1 for many in stored.values())
    people = len({one.voter for one in journal.taken()})
    ids = {ballot.id for many in stored.values() for ballot in many}
    standing = set(db.session.scalars(select(VoterSlot.head_ballot_id))) & ids
    verdict.doubled += max(0, len(standing) - people - crowd)
    verdict.say(len(standing) != people + crowd, "N4 not one live ballot for each voter")


def _the_last_stands(
    verdict: Verdict,
    town: Town,
    vote: Vote,
    journal: Journal,
    stored: Mapping[UUID, list[Stored]],
) -> None:
    """Of each voter the ballot that was taken last stands; each voter sent one after another."""
    last: dict[int, Attempt] = {one.voter: one for one in journal.attempts if one.is_taken}
    about = pot(vote.pot_id)
    assert about is not None  # noqa: S101 - for the type checker
    slots = db.session.scalars(select(VoterSlot).where(VoterSlot.pot_id == vote.pot_id))
    heads = {slot.voter_tag: slot.head_ballot_id for slot in slots}
    accounts = {one.id: one for one in db.session.scalars(select(Account))}
    wrong = sum(
        heads.get(tag_of(accounts[town.people[voter].id], about))
        not in {ballot.id for ballot in stored.get(attempt.key, ())}
        for voter, attempt in last.items()
    )
    verdict.say(wrong, "N4 voters whose last vote does not stand")


def as_counted(outcome: object) -> str:
    """An outcome with one spelling, to be compared."""
    return json.dumps(outcome, sort_keys=True, ensure_ascii=False)
