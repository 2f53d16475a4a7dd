"""the public book: lines, what waits, tiles of the tree, signed heads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# What the database itself refuses, whoever asks.
GUARDS = {
    "sqlite": (
        (
            "CREATE TRIGGER books_kept_delete BEFORE DELETE ON books WHEN (1 = 1) BEGIN "
            "SELECT RAISE(ABORT, 'books are kept'); END"
        ),
        (
            "CREATE TRIGGER books_named_update BEFORE UPDATE ON books WHEN (NEW.id <> "
            "OLD.id OR NEW.name <> OLD.name OR NEW.origin <> OLD.origin) OR (NEW.id <> "
            "OLD.id OR NEW.name <> OLD.name OR NEW.origin <> OLD.origin) BEGIN SELECT "
            "RAISE(ABORT, 'a book keeps its name'); END"
        ),
        (
            "CREATE TRIGGER book_entries_no_update BEFORE UPDATE ON book_entries BEGIN "
            "SELECT RAISE(ABORT, 'book_entries is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_entries_no_delete BEFORE DELETE ON book_entries BEGIN "
            "SELECT RAISE(ABORT, 'book_entries is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_heads_no_update BEFORE UPDATE ON book_heads BEGIN SELECT "
            "RAISE(ABORT, 'book_heads is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_heads_no_delete BEFORE DELETE ON book_heads BEGIN SELECT "
            "RAISE(ABORT, 'book_heads is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_tiles_no_update BEFORE UPDATE ON book_tiles BEGIN SELECT "
            "RAISE(ABORT, 'book_tiles is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_tiles_no_delete BEFORE DELETE ON book_tiles BEGIN SELECT "
            "RAISE(ABORT, 'book_tiles is append-only'); END"
        ),
        (
            "CREATE TRIGGER book_waiting_kept_update BEFORE UPDATE ON book_waiting WHEN (1 "
            "= 1) OR (1 = 1) BEGIN SELECT RAISE(ABORT, 'what waits for the book is not "
            "changed'); END"
        ),
    ),
    "postgresql": (
        (
            "CREATE OR REPLACE FUNCTION books_kept_delete() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) THEN RAISE EXCEPTION 'books are kept'; END IF; "
            "RETURN OLD; END$$"
        ),
        (
            "CREATE TRIGGER books_kept_delete BEFORE DELETE ON books FOR EACH ROW EXECUTE "
            "FUNCTION books_kept_delete()"
        ),
        (
            "CREATE OR REPLACE FUNCTION books_kept_truncate() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'books are kept'; END$$"
        ),
        (
            "CREATE TRIGGER books_kept_truncate BEFORE TRUNCATE ON books FOR EACH STATEMENT "
            "EXECUTE FUNCTION books_kept_truncate()"
        ),
        (
            "CREATE OR REPLACE FUNCTION books_named_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.origin "
            "<> OLD.origin) OR (NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.origin <> "
            "OLD.origin) THEN RAISE EXCEPTION 'a book keeps its name'; END IF; RETURN NEW; "
            "END$$"
        ),
        (
            "CREATE TRIGGER books_named_update BEFORE UPDATE ON books FOR EACH ROW EXECUTE "
            "FUNCTION books_named_update()"
        ),
        (
            "CREATE OR REPLACE FUNCTION book_entries_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'book_entries is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER book_entries_no_change BEFORE UPDATE OR DELETE ON book_entries "
            "FOR EACH ROW EXECUTE FUNCTION book_entries_refuse()"
        ),
        (
            "CREATE TRIGGER book_entries_no_truncate BEFORE TRUNCATE ON book_entries FOR "
            "EACH STATEMENT EXECUTE FUNCTION book_entries_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION book_heads_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'book_heads is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER book_heads_no_change BEFORE UPDATE OR DELETE ON book_heads FOR "
            "EACH ROW EXECUTE FUNCTION book_heads_refuse()"
        ),
        (
            "CREATE TRIGGER book_heads_no_truncate BEFORE TRUNCATE ON book_heads FOR EACH "
            "STATEMENT EXECUTE FUNCTION book_heads_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION book_tiles_refuse() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN RAISE EXCEPTION 'book_tiles is append-only'; END$$"
        ),
        (
            "CREATE TRIGGER book_tiles_no_change BEFORE UPDATE OR DELETE ON book_tiles FOR "
            "EACH ROW EXECUTE FUNCTION book_tiles_refuse()"
        ),
        (
            "CREATE TRIGGER book_tiles_no_truncate BEFORE TRUNCATE ON book_tiles FOR EACH "
            "STATEMENT EXECUTE FUNCTION book_tiles_refuse()"
        ),
        (
            "CREATE OR REPLACE FUNCTION book_waiting_kept_update() RETURNS trigger LANGUAGE "
            "plpgsql AS $$BEGIN IF (1 = 1) OR (1 = 1) THEN RAISE EXCEPTION 'what waits for "
            "the book is not changed'; END IF; RETURN NEW; END$$"
        ),
        (
            "CREATE TRIGGER book_waiting_kept_update BEFORE UPDATE ON book_waiting FOR EACH "
            "ROW EXECUTE FUNCTION book_waiting_kept_update()"
        ),
    ),
}
FUNCTIONS = (
    "book_entries_refuse",
    "book_heads_refuse",
    "book_tiles_refuse",
    "book_waiting_kept_update",
    "books_kept_delete",
    "books_kept_truncate",
    "books_named_update",
)


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("latest_note", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quarantine", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint("name", name=op.f("uq_books_name")),
    )
    op.create_table(
        "book_entries",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "config",
                "cast",
                "paper",
                "void",
                "close",
                "act",
                "document",
                "key",
                name="linekind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("names_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("names_seq < seq", name=op.f("a_line_names_an_earlier_one")),
        sa.CheckConstraint("seq >= 0", name=op.f("lines_count_from_zero")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_entries_book_id")),
        sa.PrimaryKeyConstraint("book_id", "seq", name="lines_are_numbered"),
        sa.UniqueConstraint("book_id", "mark", name="an_envelope_has_one_line"),
        sa.UniqueConstraint("book_id", "names_seq", name="a_line_is_named_once"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_heads",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_heads_book_id")),
        sa.PrimaryKeyConstraint("book_id", "size", name="one_head_per_size"),
    )
    op.create_table(
        "book_tiles",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("top", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_tiles_book_id")),
        sa.PrimaryKeyConstraint("book_id", "level", "place", name="tiles_stand_in_levels"),
    )
    op.create_table(
        "book_waiting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "config",
                "cast",
                "paper",
                "void",
                "close",
                "act",
                "document",
                "key",
                name="linekind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("names", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_book_waiting_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_waiting")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_book_waiting_book_id"), "book_waiting", ["book_id"], unique=False)
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


def downgrade() -> None:
    op.drop_table("book_waiting")
    op.drop_table("book_tiles")
    op.drop_table("book_heads")
    op.drop_table("book_entries")
    op.drop_table("books")
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(sa.DDL(f"DROP FUNCTION IF EXISTS {name}"))
