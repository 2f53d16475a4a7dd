"""The one database session, and the one way to commit it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    Integer,
    MetaData,
    Select,
    TypeDecorator,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.orm.attributes import set_committed_value

from civic.kernel.pen import StillTaken, Writer

P = ParamSpec("P")
R = TypeVar("R")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """The parent of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            # A city's budget does not fit into 32 bits.
            int: BigInteger().with_variant(Integer(), "sqlite"),
            # Stored by value and without a database type: a new member needs no migration.
            StrEnum: Enum(StrEnum, native_enum=False, length=30, values_callable=_values),
        },
    )


# The parent of our tables; Flask-SQLAlchemy's own `db.Model` is unknown to type checkers.
Model = Base
# What an action returns can be shown after its commit without being read again.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware on the way in and on the way out, whatever the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("Give moments a time zone.")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


PATIENCE = 10  # seconds until a writer gives up
SQLITE_SETTINGS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": f"{PATIENCE * 1000}",
}


@event.listens_for(Engine, "do_connect")
def _connect_a_writer(dialect: Dialect, _record: object, _given: object, named: Any) -> None:
    if dialect.name == "sqlite":
        named["factory"] = Writer


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # The driver's own BEGIN comes too late (after the first SELECT): 365 double votes
        # were measured with it. We begin ourselves, below.
        connection.isolation_level = None
        for name, value in SQLITE_SETTINGS.items():
            connection.execute(f"PRAGMA {name}={value}")


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if reading_only():
        connection.exec_driver_sql("BEGIN")
        return
    _wait_for_the_pen(connection.connection.dbapi_connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_for_the_pen(writer: Any) -> None:
    try:
        writer.take_pen(PATIENCE)
    except StillTaken:
        locked = sqlite3.OperationalError("database is locked")  # what SQLite itself would say
        raise OperationalError("BEGIN IMMEDIATE", None, locked) from None


_reads: ContextVar[bool] = ContextVar("reads", default=False)


def reading_only() -> bool:
    """Is this a request that by its method changes nothing, or a part that only reads?"""
    if _reads.get():
        return True
    return has_request_context() and request.method in {"GET", "HEAD", "OPTIONS"}


@contextmanager
def reading() -> Iterator[None]:
    """Only read in this block, for as long as it takes, and hold up nobody who writes.

    On SQLite whoever reads outside a page holds the one pen until the transaction ends. What was
    read stays usable; nothing is open afterwards, so a long computation belongs behind the block,
    and what it found into an action of its own. Inside an action the block is part of it.
    """
    if in_transaction():
        yield
        return
    db.session.commit()
    token = _reads.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        roll_back()
        raise
    finally:
        _reads.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on the way out of the outermost block, undo everything if it raises.

    A block inside a block joins the outer one, so actions can call actions.
    Whatever `after_commit` was given runs once the data is safely stored.
    """
    info = db.session().info
    if info.get("open"):
        yield
        return
    if _reads.get():
        raise RuntimeError("Nothing is written where it was promised only to read.")
    info["open"], info["later"] = True, []
    try:
        yield
        db.session.commit()
    except BaseException:
        roll_back()
        info["later"] = []
        raise
    finally:
        info["open"] = False
    for call in info.pop("later"):
        call()


def roll_back() -> None:
    """Undo what is not stored; what was loaded stays connected.

    A rollback forgets loaded relationships too, and ours are never loaded by surprise: the
    page that shows the refusal could not name the area of the proposal it is about.
    """
    kept = []
    for thing in set(db.session) - set(db.session.new):
        state = inspect(thing)
        names = state.mapper.relationships.keys() & state.dict.keys()
        kept.append((thing, {name: state.dict[name] for name in names}))
    db.session.rollback()
    for thing, connected in kept:
        for name, value in connected.items():
            set_committed_value(thing, name, value)


def in_transaction() -> bool:
    """Is a `transaction()` open?"""
    return bool(db.session().info.get("open"))


def transactional(action: Callable[P, R]) -> Callable[P, R]:
    """Run an action inside `transaction()`, once more if it lost a race.

    Two people doing the same thing at once meet in a unique constraint. The loser's second
    try sees what the winner stored, and then joins it or is refused with a sentence.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_transaction():
            return action(*args, **kwargs)
        try:
            with transaction():
                return action(*args, **kwargs)
        except IntegrityError:
            with transaction():
                return action(*args, **kwargs)

    return run


def after_commit(call: Callable[[], object]) -> None:
    """Do something once the running transaction is stored, or now if there is none.

    The same call twice (equal, that is) is done once.
    """
    info = db.session().info
    if info.get("open"):
        if call not in info["later"]:
            info["later"].append(call)
    else:
        call()


def number_of(found: Select[Any]) -> int:
    """How many rows a question has for an answer."""
    rows = found.order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def insert_new(table: Any, *told: Any) -> Any:
    """An INSERT that passes over rows that are there already, on either engine.

    It tells these columns of what is new. The rows are given when it is executed; so it is made
    once and compiled once.
    """
    return _insert_new(table, told, db.engine.dialect.name)


@cache
def _insert_new(table: Any, told: tuple[Any, ...], engine: str) -> Any:
    made = postgresql.insert if engine == "postgresql" else sqlite.insert
    new = made(table).on_conflict_do_nothing()
    return new.returning(*told) if told else new


def on_postgres() -> bool:
    """Is the database PostgreSQL (else it is SQLite)?"""
    return db.engine.dialect.name == "postgresql"
