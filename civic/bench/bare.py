"""A bare Flask application that stores the rows of a vote and knows nothing else.

It does so in two ways: with an INSERT of SQLAlchemy Core for each row, about the quickest that a
Flask endpoint can do, and through mapped classes and the unit of work, as most would write it.
"""

from __future__ import annotations

import os
import secrets
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, request
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, text
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

# What a first vote leaves behind, table by table; the bare ones are copies without foreign keys.
TABLES = (
    "ballots", "ballot_openings", "book_waiting", "voter_slots", "cast_keys", "participations",
    "notices", "letters",
)  # fmt: skip


def prepare(engine: Engine) -> None:
    """Make the empty copies of the tables, with their constraints and indexes."""
    with engine.begin() as connection:
        for name in TABLES:
            connection.execute(text(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL)"))


def make_app(url: str) -> Flask:
    """Two addresses, each with one transaction that inserts every row of a vote."""
    app = Flask(__name__)
    engine = create_engine(url, pool_size=20)
    kept = MetaData()
    tables = {name: Table(f"bare_{name}", kept, autoload_with=engine) for name in TABLES}
    base = automap_base(metadata=kept)
    base.prepare()
    mapped = {name: base.classes[f"bare_{name}"] for name in TABLES}

    @app.post("/cast")
    def cast() -> Response:
        pot, account = UUID(request.form["pot"]), UUID(request.form["account"])
        with engine.begin() as connection:
            for name, row in _rows(pot, account, request.form["at"]):
                connection.execute(insert(tables[name]), [row])
        return Response(status=303, headers={"Location": "/receipt"})

    @app.post("/cast-mapped")
    def cast_mapped() -> Response:
        pot, account = UUID(request.form["pot"]), UUID(request.form["account"])
        with Session(engine) as unit:
            for name, row in _rows(pot, account, request.form["at"]):
                unit.add(mapped[name](**row))
            unit.commit()
        return Response(status=303, headers={"Location": "/receipt"})

    return app


def _rows(pot: UUID, account: UUID, at: str) -> list[tuple[str, dict[str, Any]]]:
    ballot, notice = uuid4(), uuid4()
    held, tag, day = secrets.token_bytes(32), secrets.token_bytes(32), at[:10]
    receipt = str(int.from_bytes(held, "big") % 10**24).zfill(24)
    return [
        ("ballots", {"id": ballot, "pot_id": pot, "commitment": held, "receipt": receipt,
                     "channel": "web"}),
        ("ballot_openings", {"ballot_id": ballot, "nonce": secrets.token_bytes(48),
                             "choices": [1, 2, 3]}),
        ("book_waiting", {"id": uuid4(), "book_id": pot, "kind": "cast", "body": {"d": "t"},
                          "mark": held}),
        ("voter_slots", {"pot_id": pot, "voter_tag": tag, "head_ballot_id": ballot,
                         "paper": False}),
        ("cast_keys", {"pot_id": pot, "voter_tag": tag, "key": uuid4(), "ballot_id": ballot}),
        ("participations", {"id": uuid4(), "account_id": account, "pot_key": pot, "area_id": pot,
                            "on_day": day, "binds_until": day}),
        ("notices", {"id": notice, "account_id": account, "kind": "ballot_recorded",
                     "dedupe": str(notice), "params": {}, "link_values": {}, "created_at": at}),
        ("letters", {"id": uuid4(), "notice_id": notice, "channel": "sms", "tries": 0,
                     "next_try_at": at}),
    ]  # fmt: skip


def app_of_environment() -> Flask:
    """What the server runs: the bare application on the database that BARE_URL names."""
    return make_app(os.environ["BARE_URL"])
