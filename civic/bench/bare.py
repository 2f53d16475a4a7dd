"""A bare Flask application that stores the rows of a vote and knows nothing else.

It does so in two ways: with an INSERT of SQLAlchemy Core for each row, about the quickest that a
Flask endpoint can do, and through mapped classes and the unit of work, as most would write it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask import Flask, Response, request
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, text
from sqlalchemy.orm import Session, registry

# What a first vote leaves behind, table by table, and those first at which others point.
TABLES = (
    "ballots", "notices", "ballot_openings", "book_waiting", "voter_slots", "cast_keys",
    "participations", "signals", "letters",
)  # fmt: skip
PARENTS = 2


def prepare(engine: Engine) -> None:
    """Make empty copies of the tables, with their constraints, indexes and foreign keys.

    What the copies lack are our triggers.
    """
    with engine.begin() as connection:
        for name in TABLES:
            connection.execute(text(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL)"))
        keys = connection.execute(_FOREIGN_KEYS, {"names": list(TABLES)}).all()
        for name, key in keys:
            connection.execute(text(f"ALTER TABLE bare_{name} ADD {key}"))


# Between two of the copies where the original is between two of the originals.
_FOREIGN_KEYS = text("""
    SELECT child.relname, replace(
        pg_get_constraintdef(key.oid),
        'REFERENCES ' || parent.relname || '(',
        'REFERENCES ' || CASE WHEN parent.relname = ANY(:names) THEN 'bare_' ELSE '' END
            || parent.relname || '('
    )
    FROM pg_constraint key
    JOIN pg_class child ON child.oid = key.conrelid
    JOIN pg_class parent ON parent.oid = key.confrelid
    WHERE key.contype = 'f' AND child.relname = ANY(:names)
""")


def make_app(url: str) -> Flask:
    """Two addresses, each with one transaction that inserts every row of a vote."""
    app = Flask(__name__)
    engine = create_engine(url, pool_size=20)
    kept = MetaData()
    tables = {name: Table(f"bare_{name}", kept, autoload_with=engine) for name in TABLES}
    mapped = {name: _mapped(table) for name, table in tables.items()}

    @app.post("/cast")
    def cast() -> Response:
        with engine.begin() as connection:
            for name, row in _rows(_about(request.form), request.form["at"]):
                connection.execute(insert(tables[name]), [row])
        return Response(status=303, headers={"Location": "/receipt"})

    @app.post("/cast-mapped")
    def cast_mapped() -> Response:
        with Session(engine) as unit:
            rows = [
                mapped[name](**row) for name, row in _rows(_about(request.form), request.form["at"])
            ]
            unit.add_all(rows[:PARENTS])
            unit.flush()
            unit.add_all(rows[PARENTS:])
            unit.commit()
        return Response(status=303, headers={"Location": "/receipt"})

    return app


def _mapped(table: Table) -> type:
    return registry().mapped(type(table.name, (), {"__table__": table}))


class _About(NamedTuple):
    """Where a vote belongs, and whose it is."""

    cycle: UUID
    pot: UUID
    pot_key: UUID
    area: UUID
    account: UUID


def _about(form: Mapping[str, str]) -> _About:
    return _About(*(UUID(form[name]) for name in _About._fields))


def _rows(about: _About, at: str) -> list[tuple[str, dict[str, Any]]]:
    ballot, notice, pot, account = uuid4(), uuid4(), about.pot, about.account
    held, tag, day = secrets.token_bytes(32), secrets.token_bytes(32), at[:10]
    receipt = str(int.from_bytes(held, "big") % 10**24).zfill(24)
    rows: dict[str, dict[str, Any]] = {
        "ballots": {"id": ballot, "pot_id": pot, "commitment": held, "receipt": receipt,
                    "channel": "web"},
        "ballot_openings": {"ballot_id": ballot, "nonce": secrets.token_bytes(48),
                            "choices": [1, 2, 3]},
        "book_waiting": {"id": uuid4(), "book_id": about.cycle, "kind": "cast",
                         "body": {"d": "t"}, "mark": held},
        "voter_slots": {"pot_id": pot, "voter_tag": tag, "head_ballot_id": ballot,
                        "paper": False},
        "cast_keys": {"pot_id": pot, "voter_tag": tag, "key": uuid4(), "ballot_id": ballot},
        "participations": {"id": uuid4(), "account_id": account, "pot_key": about.pot_key,
                           "area_id": about.area, "on_day": day, "binds_until": day},
        "signals": {"id": uuid4(), "kind": "vote_first", "cycle_key": about.cycle, "hour": at,
                    "network": tag[:8], "device": tag[:8], "phone": tag[:8], "age": 40,
                    "area_code": "t-1-1", "mixed": False},
        "notices": {"id": notice, "account_id": account, "kind": "ballot_recorded",
                    "dedupe": str(notice), "params": {}, "link_values": {}, "created_at": at},
        "letters": {"id": uuid4(), "notice_id": notice, "channel": "sms", "tries": 0,
                    "next_try_at": at},
    }  # fmt: skip
    return [(name, rows[name]) for name in TABLES]


def app_of_environment() -> Flask:
    """What the server runs: the bare application on the database that BARE_URL names."""
    return make_app(os.environ["BARE_URL"])
