"""What the database itself must refuse for a vote to be safe, compared with what it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Table, text

from civic.ballots.models import Ballot
from civic.kernel.db import db
from civic.kernel.guards import guards_of

# The tables on which a vote rests, besides those of the box and of the book.
MORE = ("cycles", "frozen_rules", "phases", "pots")
BEGINNINGS = ("ballot", "book", "cast_keys", "voter_slots")
LONGEST_NAME = 63  # of PostgreSQL, which cuts what is longer
# The names of everything that refuses or finds, unless it was switched off.
OF_POSTGRES = """
    SELECT c.relname, o.conname FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
     WHERE o.convalidated AND c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
      JOIN pg_class i ON i.oid = x.indexrelid
     WHERE x.indisvalid AND c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
       AND c.relnamespace = current_schema()::regnamespace
"""
OF_SQLITE = "SELECT tbl_name, name, type, sql FROM sqlite_master"


class Missing(NamedTuple):
    """A constraint, index or trigger that should stand at a table and does not."""

    table: str
    name: str


def missing() -> list[Missing]:
    """What the models promise of the tables of a vote and the database lacks, by name."""
    dialect = db.engine.dialect.name
    wanted = {Missing(t.name, name) for t in _tables() for name in _names(t, dialect)}
    return sorted(wanted - (_in_postgres() if dialect == "postgresql" else _in_sqlite(wanted)))


def _tables() -> list[Table]:
    tables = Ballot.metadata.tables
    return [table for name, table in tables.items() if name.startswith(BEGINNINGS) or name in MORE]


def _names(table: Table, dialect: str) -> Iterable[str]:
    names = [one.name for one in table.constraints] + [one.name for one in table.indexes]
    yield from (str(name)[:LONGEST_NAME] for name in names if name)
    yield from guards_of(table, dialect)


def _in_postgres() -> set[Missing]:
    return {Missing(*row) for row in db.session.execute(text(OF_POSTGRES))}


def _in_sqlite(wanted: set[Missing]) -> set[Missing]:
    rows = db.session.execute(text(OF_SQLITE)).all()
    found = {Missing(table, name) for table, name, _type, _sql in rows}
    # Constraints have no rows of their own here: they stand in the text of the table.
    words = {name: set(sql.replace("(", " ").split()) for _t, name, kind, sql in rows
             if kind == "table" and sql}  # fmt: skip
    return found | {one for one in wanted if one.name in words.get(one.table, ())}
