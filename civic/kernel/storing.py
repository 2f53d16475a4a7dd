"""Rows that are stored very often: past the unit of work, and several of them in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from civic.kernel.db import Model, db


class _Kind(NamedTuple):
    """What makes two inserts the same statement."""

    table: Any
    columns: tuple[str, ...]
    only_new: bool


def store(model: type[Model], **row: Any) -> None:
    """Insert one row as it is given; every column without a default of the database is named."""
    _store(_Kind(model.__table__, tuple(row), only_new=False), row)


def store_new(model: type[Model], **row: Any) -> None:
    """The same, passing over a row that is there already."""
    _store(_Kind(model.__table__, tuple(row), only_new=True), row)


@contextmanager
def together() -> Iterator[None]:
    """Store what is given inside when the block ends: on PostgreSQL in one statement.

    A vote leaves half a dozen rows, and the way to the database costs more than a row. Nothing
    is read back inside the block; where it raises, nothing is stored.
    """
    info = db.session().info
    if "together" in info:  # a block inside a block joins the outer one
        yield
        return
    given: list[tuple[_Kind, dict[str, Any]]] = []
    info["together"] = given
    try:
        yield
    finally:
        del info["together"]
    if not given:
        return
    kinds, rows = zip(*given, strict=True)
    if db.engine.dialect.name == "postgresql":
        named = {_name(n, column): row[column] for n, row in enumerate(rows) for column in row}
        db.session.execute(_all_of(kinds), named)
    else:
        for kind, row in given:
            db.session.execute(_one_of(kind, db.engine.dialect.name), [row])


def _store(kind: _Kind, row: dict[str, Any]) -> None:
    waiting = db.session().info.get("together")
    if waiting is not None:
        waiting.append((kind, row))
    else:
        db.session.execute(_one_of(kind, db.engine.dialect.name), [row])


# Made and compiled once each; there are as many as there are such places in the code.


@cache
def _one_of(kind: _Kind, engine: str) -> Executable:
    if not kind.only_new:
        return insert(kind.table)
    made = postgresql.insert if engine == "postgresql" else sqlite.insert
    return made(kind.table).on_conflict_do_nothing()


@cache
def _all_of(kinds: tuple[_Kind, ...]) -> Executable:
    # WITH row_0 AS (INSERT …), row_1 AS (INSERT …) SELECT 1: foreign keys are checked at its end.
    parts = []
    for n, kind in enumerate(kinds):
        values = {
            column: bindparam(_name(n, column), type_=kind.table.c[column].type)
            for column in kind.columns
        }
        made = postgresql.insert(kind.table).values(values)
        parts.append((made.on_conflict_do_nothing() if kind.only_new else made).cte(f"row_{n}"))
    return select(literal(1)).add_cte(*parts)


def _name(row: int, column: str) -> str:
    return f"{column}_{row}"
