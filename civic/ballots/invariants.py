"""What must always hold between the boxes, their keys and the public book."""

from __future__ import annotations

import json
import re
from uuid import UUID

from sqlalchemy import DateTime, exists, func, or_, select
from sqlalchemy.orm import aliased

from civic.ballots import keys
from civic.ballots.models import Ballot, BallotKey, Opening
from civic.cycles.models import Pot
from civic.kernel.db import UTCDateTime, db, number_of
from civic.ledger import queries as ledger
from civic.ledger.kinds import ENVELOPES, LineKind
from civic.ledger.models import Book, Entry, Head, Waiting
from civic.ledger.tree import Peaks, leaf_hash

# What would lead from a ballot to a person: names of columns, and any moment.
PERSONAL = re.compile(r"user|voter|account|person|(^|_)ip($|_)|agent|phone|mobile|national")


def ballots_missing_in_the_book() -> int:
    """Ballots of a cycle with a book that neither stand in it nor wait for it, or do both."""
    stands = exists().where(Entry.book_id == Pot.cycle_id, Entry.mark == Ballot.commitment)
    waits = exists().where(Waiting.book_id == Pot.cycle_id, Waiting.mark == Ballot.commitment)
    return number_of(
        select(Ballot.id)
        .join(Pot, Pot.id == Ballot.pot_id)
        .join(Book, Book.id == Pot.cycle_id)
        .where(or_(~stands & ~waits, stands & waits))
    )


def lines_without_ballot() -> int:
    """Envelopes in a book that no box holds."""
    held = exists().where(Ballot.commitment == Entry.mark)
    return number_of(select(Entry.seq).where(Entry.kind.in_(ENVELOPES), ~held))


def books_with_holes() -> int:
    """Books whose lines are not numbered from nought without a hole."""
    return number_of(
        select(Entry.book_id)
        .group_by(Entry.book_id)
        .having(or_(func.count() != func.max(Entry.seq) + 1, func.min(Entry.seq) != 0))
    )


def votes_after_the_close() -> int:
    """Votes from the web whose line comes after that of the close of their area."""
    shut = aliased(Entry)
    late = (
        select(Entry.line, shut.line)
        .join(shut, (shut.book_id == Entry.book_id) & (shut.seq < Entry.seq))
        .where(shut.kind == LineKind.CLOSE, Entry.kind == LineKind.CAST)
    )
    return sum(_area(cast) == _area(close) for cast, close in db.session.execute(late))


def _area(line: str) -> str:
    return str(json.loads(line)["d"])


def heads_of_other_lines() -> int:
    """Signed heads that are not the root of the lines that stand in their book."""
    return sum(_wrong_heads(book_id) for book_id in db.session.scalars(select(Book.id)).all())


def _wrong_heads(book_id: UUID) -> int:
    found = select(Head.size, Head.root).where(Head.book_id == book_id)
    roots = {row.size: row.root for row in db.session.execute(found)}
    peaks, right = Peaks(), 0
    for line in ledger.all_lines(book_id, max(roots, default=0)):
        peaks.append(leaf_hash(line.encode()))
        right += roots.get(peaks.size) == peaks.root() if peaks.size in roots else 0
    return len(roots) - right


def columns_of_persons() -> int:
    """Columns of the box and the book that name a person, or a moment."""
    columns = [c for model in (Ballot, Opening, Entry, Waiting) for c in model.__table__.columns]
    return sum(
        isinstance(column.type, (DateTime, UTCDateTime)) or bool(PERSONAL.search(column.name))
        for column in columns
    )


def destroyed_keys_with_a_file() -> int:
    """Keys that two people destroyed and whose file lies in the folder, or lies there again."""
    gone = select(BallotKey.cycle_id).where(BallotKey.destroyed_at.is_not(None))
    return sum(keys.file_of(cycle_id).exists() for cycle_id in db.session.scalars(gone))
