"""Rows that are stored very often: past the unit of work, and several of them in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, insert, literal, select

from civic.kernel.db import Model, db, on_postgres


class _Shape(NamedTuple):
    """What makes two inserts the same statement."""

    table: Any
    columns: tuple[str, ...]


def store(model: type[Model], **row: Any) -> None:
    """Insert one row as it is given; every column without a default of the database is named."""
    waiting = db.session().info.get("together")
    if waiting is not None:
        waiting.append((_Shape(model.__table__, tuple(row)), row))
    else:
        db.session.execute(_insert(model.__table__), [row])


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
    given: list[tuple[_Shape, dict[str, Any]]] = []
    info["together"] = given
    try:
        yield
    finally:
        del info["together"]
    if given and on_postgres():
        named = {_name(n, col): row[col] for n, (_, row) in enumerate(given) for col in row}
        db.session.execute(_insert_all(tuple(shape for shape, _ in given)), named)
    else:
        for shape, row in given:
            db.session.execute(_insert(shape.table), [row])


# Made and compiled once each; there are as many as there are such places in the code.


@cache
def _insert(table: Any) -> Executable:
    return insert(table)


@cache
def _insert_all(shapes: tuple[_Shape, ...]) -> Executable:
    # WITH row_0 AS (INSERT …), row_1 AS (INSERT …) SELECT 1: foreign keys are checked at its end.
    rows = []
    for n, (table, columns) in enumerate(shapes):
        values = {col: bindparam(_name(n, col), type_=table.c[col].type) for col in columns}
        rows.append(insert(table).values(values).cte(f"row_{n}"))
    return select(literal(1)).add_cte(*rows)


def _name(row: int, column: str) -> str:
    return f"{column}_{row}"
