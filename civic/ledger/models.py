"""The public book: its lines, what waits to become a line, the tree over it, the signed heads.

Nothing in a line says who, and nothing here has a time but the heads.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.db import Model, UTCDateTime
from civic.kernel.guards import append_only, keep_rows, refuse_when
from civic.ledger.kinds import LineKind

# Without it SQLite numbers the rows as they come, and the order would tell who cast which.
UNORDERED = {"sqlite_with_rowid": False}


class Book(Model):
    """One book: of the votes of a cycle, or of the acts of the staff."""

    __tablename__ = "books"

    # For the votes of a cycle: the cycle's id. Cycles stand above, so it is no foreign key.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    origin: Mapped[str] = mapped_column(String(200))
    # Nothing is added any more; its last head is the last.
    finished: Mapped[bool] = mapped_column(default=False)
    # The newest signature; `heads` keeps the first one of each size.
    latest_note: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why nothing may be cast: the book is not what was signed.
    quarantine: Mapped[str | None] = mapped_column(String(300))


class Entry(Model):
    """A line of a book as it stands for ever."""

    __tablename__ = "book_entries"
    __table_args__ = (
        PrimaryKeyConstraint("book_id", "seq", name="lines_are_numbered"),
        UniqueConstraint("book_id", "mark", name="an_envelope_has_one_line"),
        UniqueConstraint("book_id", "names_seq", name="a_line_is_named_once"),
        CheckConstraint("seq >= 0", name="lines_count_from_zero"),
        CheckConstraint("names_seq < seq", name="a_line_names_an_earlier_one"),
        UNORDERED,
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("books.id"))
    seq: Mapped[int]
    kind: Mapped[LineKind]
    line: Mapped[str] = mapped_column(Text)
    # By what a line is found: the commitment of an envelope, the number of a document.
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # The line that it replaces or voids.
    names_seq: Mapped[int | None]


class Waiting(Model):
    """What will be a line within a second: stored with the act that it is about."""

    __tablename__ = "book_waiting"
    __table_args__ = (UNORDERED,)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    book_id: Mapped[UUID] = mapped_column(ForeignKey("books.id"), index=True)
    kind: Mapped[LineKind]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # The mark of the line that it replaces or voids.
    names: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Tile(Model):
    """256 hashes of one level of the tree that will never change, and the hash over them."""

    __tablename__ = "book_tiles"
    __table_args__ = (
        PrimaryKeyConstraint("book_id", "level", "place", name="tiles_stand_in_levels"),
    )

    book_id: Mapped[UUID] = mapped_column(ForeignKey("books.id"))
    level: Mapped[int]
    place: Mapped[int]
    hashes: Mapped[bytes] = mapped_column(LargeBinary)
    top: Mapped[bytes] = mapped_column(LargeBinary(32))


class Head(Model):
    """That the book had so many lines and this root, as the signer signed it."""

    __tablename__ = "book_heads"
    __table_args__ = (PrimaryKeyConstraint("book_id", "size", name="one_head_per_size"),)

    book_id: Mapped[UUID] = mapped_column(ForeignKey("books.id"))
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)


# What was written stays written. This does not bind who owns the database: the heads do.
append_only(Entry.__table__)  # type: ignore[arg-type]
append_only(Tile.__table__)  # type: ignore[arg-type]
append_only(Head.__table__)  # type: ignore[arg-type]
keep_rows(Book.__table__)  # type: ignore[arg-type]
refuse_when(
    Book.__table__,  # type: ignore[arg-type]
    "named",
    "NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.origin <> OLD.origin",
    on=("UPDATE",),
    says="a book keeps its name",
)
refuse_when(
    Waiting.__table__,  # type: ignore[arg-type]
    "kept",
    "1 = 1",
    on=("UPDATE",),
    says="what waits for the book is not changed",
)
