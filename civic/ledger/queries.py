"""Reading the book: its lines, its tree, its heads, and what proves that a line stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import case, func, or_, select

from civic.kernel.db import db
from civic.ledger.kinds import LineKind
from civic.ledger.models import Book, Entry, Head, Tile, Waiting
from civic.ledger.notes import read_head
from civic.ledger.rules import Item
from civic.ledger.signing import our_name
from civic.ledger.tree import Peaks, inclusion_proof, leaf_hash, root_of

# The acts of the staff, in one book for the whole city.
ACTS = UUID(int=0)
ACTS_NAME = "acts"
TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT
BATCH = 5_000
PAGE = 1_000


def book(book_id: UUID) -> Book | None:
    """A book as it stands in the database now."""
    return db.session.get(Book, book_id, populate_existing=True)


def book_named(name: str) -> Book | None:
    """The book of this name."""
    return db.session.scalar(select(Book).where(Book.name == name))


def books() -> Sequence[Book]:
    """Every book as it stands in the database now, by name."""
    found = select(Book).order_by(Book.name).execution_options(populate_existing=True)
    return db.session.scalars(found).all()


def origin_of(book_id: UUID, name: str) -> str:
    """Under what name the signer knows a book; one that is here keeps the name it was given."""
    found = db.session.scalar(select(Book.origin).where(Book.id == book_id))
    return found or f"{our_name()}/book/{name}"


def size_of(book_id: UUID) -> int:
    """How many lines a book has."""
    last = db.session.scalar(select(func.max(Entry.seq)).where(Entry.book_id == book_id))
    return 0 if last is None else last + 1


def last_head(book_id: UUID) -> Head | None:
    """The longest head that was signed."""
    found = select(Head).where(Head.book_id == book_id).order_by(Head.size.desc())
    return db.session.scalar(found.limit(1))


def heads_after(book_id: UUID, size: int, limit: int | None = PAGE) -> Sequence[str]:
    """The signed heads beyond a size, the shortest first."""
    found = select(Head.note).where(Head.book_id == book_id, Head.size > size)
    return db.session.scalars(found.order_by(Head.size).limit(limit)).all()


def newest_heads(book_id: UUID, limit: int = 10) -> Sequence[str]:
    """The last signed heads, the longest first."""
    found = select(Head.note).where(Head.book_id == book_id).order_by(Head.size.desc())
    return db.session.scalars(found.limit(limit)).all()


def lines_are_public(book: Book) -> bool:
    """May everybody read the lines? Of a vote only when it is over.

    Before, they would tell whoever has seen a receipt that its voter has voted again, and who
    looks every minute when each area votes. The hashes of the lines are always public.
    """
    return book.id == ACTS or book.finished


def leaves(book_id: UUID, start: int, stop: int) -> list[bytes]:
    """The hashes of the lines with the numbers from `start` up to, not including, `stop`."""
    return [leaf_hash(line.encode()) for line in lines(book_id, start, stop)]


def lines(book_id: UUID, start: int, stop: int) -> Sequence[str]:
    """The lines with the numbers from `start` up to, not including, `stop`."""
    found = select(Entry.line).where(Entry.book_id == book_id, Entry.seq >= start, Entry.seq < stop)
    return db.session.scalars(found.order_by(Entry.seq)).all()


def all_lines(book_id: UUID, stop: int) -> Iterator[str]:
    """All lines before number `stop`, read in batches."""
    for start in range(0, stop, BATCH):
        yield from lines(book_id, start, min(stop, start + BATCH))


def published_size(book_id: UUID) -> int:
    """How many lines are covered by a signed head; only they are shown.

    Lines that appear one by one would tell the second of each vote.
    """
    return db.session.scalar(select(func.max(Head.size)).where(Head.book_id == book_id)) or 0


# ── what waits ────────────────────────────────────────────────────────────────────────────────


def waiting(book_id: UUID, limit: int = BATCH) -> list[Item]:
    """What waits to become a line; the first line of a book, where it waits, is among it."""
    opens = case((Waiting.kind == LineKind.CONFIG, 0), else_=1)
    found = select(Waiting).where(Waiting.book_id == book_id).order_by(opens).limit(limit)
    return [
        Item(row.id, row.kind, row.body, row.mark, row.names) for row in db.session.scalars(found)
    ]


def waiting_count() -> int:
    """How much waits for any book: the backlog of the sequencer."""
    return db.session.scalar(select(func.count()).select_from(Waiting)) or 0


def books_with_waiting() -> Sequence[UUID]:
    """The books for which something waits."""
    return db.session.scalars(select(Waiting.book_id).distinct()).all()


def books_to_sign(signed_before: datetime) -> Sequence[UUID]:
    """The books whose head is due: unsigned for long, or finished and not signed to the end."""
    size = select(func.max(Entry.seq) + 1).where(Entry.book_id == Book.id).scalar_subquery()
    signed = select(func.max(Head.size)).where(Head.book_id == Book.id).scalar_subquery()
    is_due = or_(Book.signed_at.is_(None), Book.signed_at <= signed_before)
    grew = size > func.coalesce(signed, 0)
    found = select(Book.id).where(or_(~Book.finished & is_due, Book.finished & grew))
    return db.session.scalars(found).all()


def numbers_of(book_id: UUID, marks: Sequence[bytes]) -> dict[bytes, int]:
    """The numbers of the lines with these marks, as far as they have one."""
    found = select(Entry.mark, Entry.seq).where(Entry.book_id == book_id, Entry.mark.in_(marks))
    return {row.mark: row.seq for row in db.session.execute(found) if row.mark is not None}


def line_naming(book_id: UUID, seq: int) -> Entry | None:
    """The line that replaced or voided another one."""
    found = select(Entry).where(Entry.book_id == book_id, Entry.names_seq == seq)
    return db.session.scalar(found)


# ── the tree ──────────────────────────────────────────────────────────────────────────────────


class StoredTree:
    """The hashes of a book's tree, as `tree.Nodes`: from tiles, and at its edge from lines."""

    def __init__(self, book_id: UUID) -> None:
        self.book_id = book_id
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, height: int, index: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        start = index << within
        hashes = self._tile(level, start >> TILE_HEIGHT)
        place = start % TILE
        return root_of(hashes[place : place + (1 << within)])

    def root(self, size: int) -> bytes:
        """The root over the first `size` lines."""
        return Peaks.of(size, self).root()

    def _tile(self, level: int, place: int) -> list[bytes]:
        key = level, place
        if key not in self._tiles:
            self._tiles[key] = self._whole(level, place) or hashes_of(
                self.book_id, level, place * TILE, (place + 1) * TILE
            )
        return self._tiles[key]

    def _whole(self, level: int, place: int) -> list[bytes]:
        stored = db.session.get(Tile, (self.book_id, level, place))
        return [stored.hashes[at : at + 32] for at in range(0, TILE * 32, 32)] if stored else []


def hashes_of(book_id: UUID, level: int, start: int, stop: int) -> list[bytes]:
    """The hashes of a level from what stands below: of lines, or over the tiles one level down."""
    if level == 0:
        return leaves(book_id, start, stop)
    found = select(Tile.top).where(
        Tile.book_id == book_id,
        Tile.level == level - 1,
        Tile.place >= start,
        Tile.place < stop,
    )
    return list(db.session.scalars(found.order_by(Tile.place)))


# ── proof of a line ───────────────────────────────────────────────────────────────────────────


class Standing(NamedTuple):
    """A line in a book, the signed head that covers it, and the proof that leads to its root."""

    book: Book
    entry: Entry
    head: Head
    proof: list[bytes]

    @property
    def signed_at(self) -> datetime:
        """When the head was signed."""
        return read_head(self.head.note).at


class Found:
    """What the books know of a mark."""

    def __init__(self, book_id: UUID, mark: bytes) -> None:
        self.book_id, self.mark = book_id, mark

    @cached_property
    def entry(self) -> Entry | None:
        """The line of the mark."""
        found = select(Entry).where(Entry.book_id == self.book_id, Entry.mark == self.mark)
        return db.session.scalar(found)

    @cached_property
    def standing(self) -> Standing | None:
        """The proof of the line; none while no signed head covers it."""
        head, owner = last_head(self.book_id), db.session.get(Book, self.book_id)
        if self.entry is None or head is None or owner is None or head.size <= self.entry.seq:
            return None
        proof = inclusion_proof(self.entry.seq, head.size, StoredTree(self.book_id))
        return Standing(owner, self.entry, head, proof)
