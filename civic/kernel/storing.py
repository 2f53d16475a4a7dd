"""Rows that are stored very often: past the unit of work, and several of them in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Insert,
    LargeBinary,
    Select,
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
    condition: ColumnElement[bool] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    # False once the row on which all others hang was found to be there already, or may not be.
    stored: bool = True

    def only_with(self, model: type[Model], **row: Any) -> None:
        """Store all of this only if this row is new, and before the others."""
        self.hang_on_first = True
        self.rows.insert(0, (_Place(model.__table__, tuple(row), may_be_there=True), row))

    def only_while(self, condition: ColumnElement[bool], **values: Any) -> None:
        """Store that row only while this holds, as the statement itself finds it; made once.

        On SQLite nobody writes beside us: there it is what was read before, and not asked again.
        """
        if not self.hang_on_first:
            raise RuntimeError("Only a row on which all others hang can wait for a condition.")
        self.condition, self.values = condition, values


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
    if block.hang_on_first:
        statement = _insert_hanging(places, names, block.condition)
    else:
        statement = _insert_all(places, names)
    return db.session.connection().execute(statement, given | block.values).scalar_one() == 1


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


# Foreign keys are checked at the end of the statement.


@cache
def _insert_all(places: tuple[_Place, ...], names: tuple[tuple[str, ...], ...]) -> Executable:
    # WITH row_0 AS (INSERT …), row_1 AS (INSERT …) SELECT 1
    ctes = [
        _with_values(place, values).cte(f"row_{n}")
        for n, (place, values) in enumerate(_values(places, names))
    ]
    return select(literal(1)).add_cte(*ctes)


@cache
def _insert_hanging(
    places: tuple[_Place, ...],
    names: tuple[tuple[str, ...], ...],
    condition: ColumnElement[bool] | None,
) -> Executable:
    # WITH row_0 AS (INSERT … RETURNING 1), row_1 AS (INSERT … SELECT … FROM row_0)
    # SELECT count(*) FROM row_0; and with a condition, row_0 AS (INSERT … SELECT … WHERE …).
    (place, values), *others = _values(places, names)
    if condition is None:
        new = _with_values(place, values)
    else:
        new = _with_chosen(place, _row(place, values).where(condition))
    first = new.returning(literal(1).label("new")).cte("row_0")
    ctes = [
        _with_chosen(place, _row(place, values).select_from(first)).cte(f"row_{n}")
        for n, (place, values) in enumerate(others, 1)
    ]
    return select(func.count()).select_from(first).add_cte(*ctes)


def _values(
    places: tuple[_Place, ...], names: tuple[tuple[str, ...], ...]
) -> list[tuple[_Place, list[Any]]]:
    # A value that stands in several rows is one parameter, of the type of its last column.
    params = {
        name: bindparam(name, type_=place.type_of(column))
        for place, called in zip(places, names, strict=True)
        for column, name in zip(place.columns, called, strict=True)
    }
    return [
        (place, [params[name] for name in called])
        for place, called in zip(places, names, strict=True)
    ]


def _with_values(place: _Place, values: list[Any]) -> Insert:
    made = postgresql.insert(place.table).values(dict(zip(place.columns, values, strict=True)))
    return made.on_conflict_do_nothing() if place.may_be_there else made


def _with_chosen(place: _Place, row: Select[Any]) -> Insert:
    made: Any = postgresql.insert(place.table)
    made = made.from_select(place.columns, row, include_defaults=False)
    return made.on_conflict_do_nothing() if place.may_be_there else made


def _row(place: _Place, values: list[Any]) -> Select[Any]:
    # Of nothing, where bytes may be, PostgreSQL would think that it is a text.
    kinds = [place.type_of(column) for column in place.columns]
    return select(
        *(
            cast(value, kind) if isinstance(kind, LargeBinary) else value
            for value, kind in zip(values, kinds, strict=True)
        )
    )
