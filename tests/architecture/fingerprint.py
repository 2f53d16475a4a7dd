"""What protects the data: constraints, indexes and triggers, written down so that none is lost.

With `CIVIC_WRITE_FINGERPRINT=1` the migration tests write the golden file anew (`-n0`).
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Engine, inspect, text

GOLDEN = Path(__file__).with_name("fingerprint.json")


def fingerprint_of(engine: Engine) -> dict[str, list[str]]:
    """Table by table: primary key, unique, check and foreign keys, indexes, triggers."""
    looked = inspect(engine)
    found: dict[str, list[str]] = {}
    for table in sorted(set(looked.get_table_names()) - {"alembic_version"}):
        lines = [f"primary key {' '.join(looked.get_pk_constraint(table)['constrained_columns'])}"]
        lines += [
            f"unique {one['name']} ({' '.join(one['column_names'])})"
            for one in looked.get_unique_constraints(table)
        ]
        lines += [f"check {one['name']}" for one in looked.get_check_constraints(table)]
        lines += [
            f"foreign key ({' '.join(one['constrained_columns'])}) to {one['referred_table']}"
            f" {one['options'].get('ondelete', '')}".rstrip()
            for one in looked.get_foreign_keys(table)
        ]
        lines += [
            f"{'unique ' if one['unique'] else ''}index {one['name']}"
            f" ({' '.join(str(name) for name in one['column_names'])})"
            for one in looked.get_indexes(table)
        ]
        lines += [
            f"not null {column['name']}"
            for column in looked.get_columns(table)
            if not column["nullable"]
        ]
        found[table] = sorted(lines)
    for table, name in _triggers(engine):
        found[table] = sorted([*found[table], f"trigger {name}"])
    return found


def _triggers(engine: Engine) -> list[tuple[str, str]]:
    query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        query = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal"
        )
    with engine.connect() as connection:
        return [(table, name) for table, name in connection.execute(text(query))]


def write(engine: Engine) -> None:
    """Put what protects this database into the golden file, beside the other engine's."""
    golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    golden[engine.dialect.name] = fingerprint_of(engine)
    GOLDEN.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n")
