"""Rows that are stored very often: past the unit of work, and several of them in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Executable,
    Insert,
    LargeBinary,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql

from civic.kernel.db import Model, db, insert_new, on_postgres


class _Place(NamedTuple):
    """Where a row goes: the table, the columns, and whether it may be there already."""

    table: Any
    columns: tuple[str, ...]
    may_be_there: bool = False

    def type_of(self, column: str) -> Any:
        """The type of one of the columns."""
        return self.table.c[column].type


@dataclass
class Together:
    """Rows that are stored when their block ends."""

    rows: list[tuple[_Place, dict[str, Any]]] = field(default_factory=list)
    hang_on_first: bool = False
    # False once the row on which all others hang was found to be there already.
    stored: bool = True

    def only_with(self, model: type[Model], **row: Any) -> None:
        """Store all of this only if this row is new, and before the others."""
        self.hang_on_first = True
        self.rows.insert(0, (_Place(model.__table__, tuple(row), may_be_there=True), row))


def store(model: type[Model], **row: Any) -> None:
    """Insert one row as it is given; every column without a default of the database is named."""
    _store(_Place(model.__table__, tuple(row)), row)


def store_new(model: type[Model], **row: Any) -> None:
    """The same, and pass over a row that is there already."""
    _store(_Place(model.__table__, tuple(row), may_be_there=True), row)


def _store(place: _Place, row: dict[str, Any]) -> None:
    block: Together | None = db.session().info.get("together")
    if block is not None:
        block.rows.append((place, row))
    else:
        db.session.execute(_insert(place), [row])


@contextmanager
def together() -> Iterator[Together]:
    """Store what is given inside when the block ends: on PostgreSQL in one statement.

    A vote leaves a dozen rows, and the way to the database costs more than a row. Nothing is read
    back inside the block; where it raises, nothing is stored.
    """
    info = db.session().info
    if "together" in info:  # a block inside a block joins the outer one
        yield info["together"]
        return
    info["together"] = block = Together()
    try:
        yield block
    finally:
        del info["together"]
    if block.rows:
        block.stored = _store_at_once(block) if on_postgres() else _store_in_turn(block)


def _store_at_once(block: Together) -> bool:
    names, given = _named(block.rows)
    places = tuple(place for place, _ in block.rows)
    statement = _insert_all(places, names, hang_on_first=block.hang_on_first)
    return db.session.connection().execute(statement, given).scalar_one() == 1


def _store_in_turn(block: Together) -> bool:
    if not block.hang_on_first:
        for place, row in block.rows:
            db.session.execute(_insert(place), row)
        return True
    # The first row may point at one that hangs on it. PostgreSQL checks such keys at the end of
    # the statement; here the commit does. To say OFF before would forget what it has to check.
    (first, new), *others = block.rows
    db.session.execute(_CHECK_KEYS_LATER)
    done: Any = db.session.execute(_insert(first), new)
    if done.rowcount:
        for place, row in others:
            db.session.execute(_insert(place), row)
    return bool(done.rowcount)


_CHECK_KEYS_LATER = text("PRAGMA defer_foreign_keys = ON")


def _named(
    rows: list[tuple[_Place, dict[str, Any]]],
) -> tuple[tuple[tuple[str, ...], ...], dict[str, Any]]:
    # An id or a code that stands in several rows is sent once; such values are long, and of a
    # statement with more than fifty the driver forgets how it was put together.
    names: dict[Any, str] = {}
    given: dict[str, Any] = {}
    places = []
    for n, (_, row) in enumerate(rows):
        called = []
        for column, value in row.items():
            name = f"{column}_{n}"
            if isinstance(value, (UUID, bytes)):
                name = names.setdefault(value, name)
            given[name] = value
            called.append(name)
        places.append(tuple(called))
    return tuple(places), given


# Made and compiled once each; there are as many as there are such places in the code.


def _insert(place: _Place) -> Executable:
    made: Executable = insert_new(place.table) if place.may_be_there else _plain(place.table)
    return made


@cache
def _plain(table: Any) -> Executable:
    return insert(table)


@cache
def _insert_all(
    places: tuple[_Place, ...], names: tuple[tuple[str, ...], ...], *, hang_on_first: bool
) -> Executable:
    # WITH row_0 AS (INSERT …), row_1 AS (INSERT …) SELECT 1; and where the rows hang on the first:
    # WITH row_0 AS (INSERT … RETURNING 1), row_1 AS (INSERT … SELECT … FROM row_0) SELECT count(*)
    # FROM row_0. Foreign keys are checked at its end.
    params = {
        name: bindparam(name, type_=place.type_of(column))
        for place, called in zip(places, names, strict=True)
        for column, name in zip(place.columns, called, strict=True)
    }
    first: Any = None
    ctes = []
    for n, (place, called) in enumerate(zip(places, names, strict=True)):
        values = [params[name] for name in called]
        made = _with_values(place, values, first if hang_on_first else None)
        if n == 0 and hang_on_first:
            made = made.returning(literal(1).label("new"))
        ctes.append(made.cte(f"row_{n}"))
        first = ctes[0]
    if hang_on_first:
        return select(func.count()).select_from(first).add_cte(*ctes[1:])
    return select(literal(1)).add_cte(*ctes)


def _with_values(place: _Place, values: list[Any], source: Any) -> Insert:
    made: Any = postgresql.insert(place.table)
    if source is None:
        made = made.values(dict(zip(place.columns, values, strict=True)))
    else:
        # Of nothing, where bytes may be, PostgreSQL would think that it is a text.
        kinds = [place.type_of(column) for column in place.columns]
        chosen = select(
            *(
                cast(value, kind) if isinstance(kind, LargeBinary) else value
                for value, kind in zip(values, kinds, strict=True)
            )
        ).select_from(source)
        made = made.from_select(place.columns, chosen, include_defaults=False)
    return made.on_conflict_do_nothing() if place.may_be_there else made
