"""Migrations lead where the models are, on both engines, and lose no constraint on the way."""

import json
import os
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect, text

from civic.app import create_app
from civic.kernel.db import db
from civic.tables import METADATA, upgrade, with_migrations
from tests.architecture.fingerprint import GOLDEN, fingerprint_of, write
from tests.conftest import settings_for

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((ROOT / "migrations/versions").glob("*.py"))


@pytest.fixture
def fresh(engine_name, tmp_path, worker_id):
    """An application with an empty database of its own."""
    from tests.postgres import empty_database

    url = f"sqlite:///{tmp_path}/fresh.db"
    if engine_name == "postgresql":
        url = empty_database(f"civic_migrations_{worker_id}")
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def migrated(fresh):
    upgrade(fresh)
    return fresh


def test_migrations_are_numbered_and_know_their_head():
    for place, path in enumerate(VERSIONS, start=1):
        assert re.fullmatch(rf"{place:04d}_[a-z0-9_]+", path.stem), path.stem
    assert (ROOT / "migrations/HEAD.txt").read_text().strip() == VERSIONS[-1].stem


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_stands_alone(path):
    assert "civic" not in re.findall(r"^(?:from|import) (\w+)", path.read_text(), flags=re.M)


def test_the_head_equals_the_models(migrated):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrated_and_created_databases_are_the_same(migrated):
    by_migration = fingerprint_of(db.engine)
    METADATA.drop_all(db.engine)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    METADATA.create_all(db.engine)
    assert by_migration == fingerprint_of(db.engine)


def test_no_row_cascades_away_while_tables_are_rebuilt(fresh, engine_name):
    if engine_name == "sqlite":
        ask, seen = "PRAGMA foreign_keys", set()

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(connection, _cursor, statement, *_rest):
            if "CREATE TABLE" in statement:
                seen.add(connection.connection.dbapi_connection.execute(ask).fetchone())

        upgrade(fresh)
        assert seen == {(0,)}
        assert db.session.scalar(text(ask)) == 1, "afterwards they are kept again"


def test_no_constraint_was_lost(migrated, engine_name):
    if os.environ.get("CIVIC_WRITE_FINGERPRINT"):
        write(db.engine)
    golden = json.loads(GOLDEN.read_text())
    assert fingerprint_of(db.engine) == golden[engine_name], "If it is meant: see fingerprint.py"


def test_there_is_a_way_back(migrated):
    with_migrations(migrated).downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert not left
