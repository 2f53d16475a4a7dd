"""Writing the book: what waits, becomes lines; what was written, is signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from random import Random, SystemRandom
from typing import Any
from uuid import UUID, uuid4

import structlog
from flask import current_app
from sqlalchemy import delete, insert, text

from civic.kernel.db import db, on_postgres, reading, transactional
from civic.kernel.storing import store
from civic.ledger import queries, rules, signing
from civic.ledger.kinds import LineKind
from civic.ledger.models import Book, Entry, Head, Tile, Waiting
from civic.ledger.notes import read_head
from civic.ledger.queries import TILE, StoredTree
from civic.ledger.tree import consistency_proof, leaf_hash, root_of

log = structlog.get_logger()
# One writer of lines at a time, on whatever machine.
BOOK_LOCK = 7_420_003
NOT_EXTENDED = "it is not what was signed, extended"


@transactional
def begin_book(book_id: UUID, name: str) -> Book:
    """The book of this id and name, made if need be."""
    found = queries.book(book_id)
    if found is None:
        found = Book(id=book_id, name=name, origin=queries.origin_of(book_id, name))
        db.session.add(found)
        db.session.flush()
    return found


@transactional
def submit(
    book_id: UUID,
    kind: LineKind,
    body: Mapping[str, Any],
    *,
    mark: bytes | None = None,
    names: bytes | None = None,
) -> None:
    """Let something become a line, as part of the act that it is about.

    `body` is what the line says besides its number and kind; `mark` is by what it is found (for an
    envelope the commitment); `names` is the mark of the line that it replaces or voids.
    """
    row = {"book_id": book_id, "kind": kind, "body": dict(body), "mark": mark, "names": names}
    store(Waiting, id=uuid4(), **row)


@transactional
def submit_act(kind: LineKind, body: Mapping[str, Any], *, mark: bytes | None = None) -> None:
    """Let something become a line of the book of acts, which begins with its first one."""
    begin_book(queries.ACTS, queries.ACTS_NAME)
    submit(queries.ACTS, kind, body, mark=mark)


@transactional
def submit_many(book_id: UUID, kind: LineKind, marks: Iterable[tuple[bytes, Any]]) -> None:
    """Let many envelopes (mark and area) become lines at once."""
    rows = [
        {"book_id": book_id, "kind": kind, "body": {"d": area}, "mark": mark}
        for mark, area in marks
    ]
    if rows:
        db.session.execute(insert(Waiting), rows)


@transactional
def finish_book(book_id: UUID) -> None:
    """Note that nothing will be added: what waits is written, signed, and that is the end."""
    book = queries.book(book_id)
    if book is not None:
        book.finished = True
        db.session.flush()


@transactional
def write_lines(book_id: UUID, *, chance: Random | None = None) -> int:
    """Turn what waits into lines; how many it were. Harmless to run twice or side by side."""
    if on_postgres():
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": BOOK_LOCK})
    items = queries.waiting(book_id)
    if len(items) == queries.BATCH:
        # A box is closed by a line that comes after all others of it.
        items = [item for item in items if item.kind is not LineKind.CLOSE]
    if not items:
        return 0
    start = queries.size_of(book_id)
    named = [item.names for item in items if item.names is not None]
    lines = rules.as_lines(
        rules.arranged(items, chance or SystemRandom()),
        start=start,
        known=queries.numbers_of(book_id, named) if named else {},
    )
    if lines:
        _store(book_id, start, lines)
    return len(lines)


def _store(book_id: UUID, start: int, lines: Sequence[rules.Line]) -> None:
    before = queries.hashes_of(book_id, 0, start - start % TILE, start)
    rows = [
        {
            "book_id": book_id, "seq": line.seq, "kind": line.item.kind, "line": line.text,
            "mark": line.item.mark, "names_seq": line.names_seq,
        }
        for line in lines
    ]  # fmt: skip
    db.session.execute(insert(Entry), rows)
    leaves = [leaf_hash(line.text.encode()) for line in lines]
    _store_tiles(book_id, start // TILE, before + leaves)
    written = [line.item.id for line in lines]
    db.session.execute(
        delete(Waiting).where(Waiting.id.in_(written)).execution_options(synchronize_session=False)
    )


def _store_tiles(book_id: UUID, first: int, hashes: list[bytes]) -> None:
    """Store every tile that is full; `hashes` begin at tile `first` of the lowest level."""
    level = 0
    while len(hashes) >= TILE:
        tiles = [hashes[at : at + TILE] for at in range(0, len(hashes) - TILE + 1, TILE)]
        tops = [root_of(tile) for tile in tiles]
        stored = enumerate(zip(tiles, tops, strict=True), start=first)
        at = {"book_id": book_id, "level": level}
        rows = [
            {**at, "place": n, "hashes": b"".join(tile), "top": top} for n, (tile, top) in stored
        ]
        level += 1
        hashes = queries.hashes_of(book_id, level, first - first % TILE, first) + tops
        db.session.execute(insert(Tile), rows)
        first //= TILE


# ── heads ─────────────────────────────────────────────────────────────────────────────────────


def sign_head(book_id: UUID, *, at: datetime) -> Head | None:
    """Have the book signed as it stands, or put it into quarantine if the signer refuses.

    Raises `signing.SignerSilent`; then nothing is changed.
    """
    try:
        with reading():  # the signer's pace holds up nobody
            book, size = queries.book(book_id), queries.size_of(book_id)
            if book is None or size == 0:
                return None
            note = _signed(book, size)
    except signing.WillNotSign as refusal:
        _set_quarantine(book_id, str(refusal))
        return None
    return _keep_head(book_id, note, at=at)


def _signed(book: Book, size: int) -> str:
    tree = StoredTree(book.id)
    known = signing.last(book.origin)
    proof: list[bytes] = []
    if known is not None:
        before = read_head(known)
        if before.size > size:
            raise signing.WillNotSign(f"the book had {before.size} lines and now has {size}")
        proof = consistency_proof(before.size, size, tree)
    return signing.sign(book.origin, size, tree.root(size), proof)


@transactional
def _keep_head(book_id: UUID, note: str, *, at: datetime) -> Head:
    said = read_head(note)
    head = db.session.get(Head, (book_id, said.size))
    if head is None:
        head = Head(book_id=book_id, size=said.size, root=said.root, note=note)
        db.session.add(head)
    book = db.session.get_one(Book, book_id, populate_existing=True)
    book.latest_note, book.signed_at, book.quarantine = note, at, None
    db.session.flush()
    return head


def check_extension(book_id: UUID) -> bool:
    """Is the book at least what the signer signed last? If not, it goes into quarantine.

    A database that was brought back from an old backup is found out here: the signer remembers.
    Raises `signing.SignerSilent`.
    """
    with reading():
        book = queries.book(book_id)
        if book is None:
            return True
        why = what_is_wrong(book.id, book.name)
    if why != book.quarantine:
        _set_quarantine(book_id, why)
    return why is None


def is_extension_of_signed(book_id: UUID) -> bool:
    """The same question, asked once in each process before the first vote; it changes nothing.

    A signer that is silent holds up nobody, and is asked again.
    """
    sound: set[UUID] = current_app.extensions.setdefault("sound_books", set())
    if book_id in sound:
        return True
    book = queries.book(book_id)
    try:
        why = what_is_wrong(book.id, book.name) if book else "there is no book"
    except signing.SignerSilent:
        return True
    if why is None:
        sound.add(book_id)
    return why is None


def what_is_wrong(book_id: UUID, name: str) -> str | None:
    """How a book, also one that is not here, differs from what the signer signed last.

    Raises `signing.SignerSilent`.
    """
    known = signing.last(queries.origin_of(book_id, name))
    if known is None:
        return None
    head, size = read_head(known), queries.size_of(book_id)
    if size < head.size:
        return f"the book had {head.size} lines and now has {size}"
    return None if StoredTree(book_id).root(head.size) == head.root else NOT_EXTENDED


@transactional
def _set_quarantine(book_id: UUID, why: str | None) -> None:
    book = db.session.get_one(Book, book_id, populate_existing=True)
    book.quarantine = why
    db.session.flush()
    log.error("book in quarantine" if why else "book released", book=book.name, why=why)
