"""The city runs in a role that owns nothing, and which no trigger has to hold back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from civic.app import create_app
from civic.cli import cli
from civic.demo import making
from civic.demo.making import Size
from civic.invariants import check_all
from civic.kernel import clock
from civic.kernel.db import db
from civic.ledger import sequencer
from civic.schedule import SCHEDULE
from civic.tables import upgrade
from tests.conftest import NOON, settings_for, signer_of

TINY = Size(residents=12, crowd_percent=10, every=6)
NEVER = (
    "UPDATE ballots SET channel = 'web'",
    "DELETE FROM ballots",
    "UPDATE book_entries SET line = line",
    "UPDATE audit_entries SET event = event",
    "DELETE FROM voter_slots",
    "DELETE FROM ballot_boxes",
    "TRUNCATE letters",
    "DROP TRIGGER ballots_no_change ON ballots",
    "ALTER TABLE ballots DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE mine (id int)",
)


@pytest.fixture
def run_by_role(tmp_path, worker_id, monkeypatch):
    """A city whose tables belong to their owner, and which is run by a role with few rights."""
    from tests.postgres import empty_database

    owner = empty_database(f"rights_{worker_id}")
    role = f"civic_city_{worker_id}"  # roles belong to the server, which the workers share
    maker = create_app(settings_for(owner, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with maker.app_context():
        upgrade(maker)
        db.engine.dispose()
    printed = CliRunner().invoke(cli, ["rights", role])
    assert printed.exit_code == 0
    engine = create_engine(owner)
    with engine.begin() as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {role}"))
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(printed.output))
    url = owner.replace("postgres@", f"{role}@")
    app = create_app(settings_for(url, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context(), signer_of(app):
        yield app
        db.session.remove()
        db.engine.dispose()
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    engine.dispose()


@pytest.mark.postgres
def test_a_whole_city_lives_in_a_role_with_few_rights(run_by_role, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    making.make_city(now=NOON, size=TINY)
    sequencer.write_all()
    for hours in (0, 40 * 24):
        monkeypatch.setattr(clock, "now", lambda hours=hours: NOON + timedelta(hours=hours))
        for periodic in SCHEDULE:
            periodic.job()
        sequencer.write_all()
    assert {one.says: found for one, found in check_all() if found} == {}
    db.session.rollback()


@pytest.mark.postgres
def test_what_the_role_never_does_it_may_not(run_by_role):
    for statement in NEVER:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_a_name_that_is_no_name_is_refused():
    asked = CliRunner().invoke(cli, ["rights", "x; DROP TABLE ballots"])
    assert asked.exit_code == 2
    assert "GRANT" not in asked.output
