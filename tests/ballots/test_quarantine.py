"""An old backup that is brought back is no way to lose votes: nothing is cast until it is right."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.orm.attributes import set_committed_value
from structlog.testing import capture_logs

from civic.app import create_app
from civic.ballots import actions, jobs, queries
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.ledger import sequencer
from civic.results.actions import count_pot, publish_result
from civic.results.queries import count_of
from tests import factories
from tests.browser import Browser
from tests.conftest import settings_for, signer_of

PAUSED = "Voting is paused: the public book"


class Files:
    """Copies of a database in a file, made and brought back as an operator does."""

    def __init__(self, folder, _name):
        self.folder, self.url = folder, f"sqlite:///{folder}/town.db"

    def copy(self, name):
        with (
            closing(sqlite3.connect(self.folder / "town.db")) as now,
            closing(sqlite3.connect(self.folder / name)) as copy,
        ):
            now.backup(copy)

    def bring_back(self, name):
        for rest in ("town.db-wal", "town.db-shm"):
            (self.folder / rest).unlink(missing_ok=True)
        shutil.copyfile(self.folder / name, self.folder / "town.db")


class Databases:
    """Copies of a database of a PostgreSQL server."""

    def __init__(self, _folder, name):
        from tests.postgres import empty_database

        self.name, self.url = name, empty_database(name)
        server = make_url(self.url).set(drivername="postgresql", database="postgres")
        self.server = server.render_as_string(hide_password=False)

    def copy(self, name):
        self._make(f"{self.name}_{name}", self.name)

    def bring_back(self, name):
        self._make(self.name, f"{self.name}_{name}")

    def _make(self, new, old):
        new, old = sql.Identifier(new), sql.Identifier(old)
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(new))
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(new, old))


class Town:
    """A city in the middle of a vote, which can be stopped and started again."""

    def __init__(self, store, home):
        self.store, self.home, self.apps = store, home, []

    def start(self):
        """A process of the city as it is after a start."""
        app = create_app(settings_for(self.store.url, self.home), TESTING=True,
                         WTF_CSRF_ENABLED=False, SERVER_NAME="civic.test")  # fmt: skip
        self.apps.append(app)
        return app

    @contextmanager
    def running(self, app=None):
        app = app or self.start()
        with app.app_context():
            yield SimpleNamespace(app=app, pot=cycles.pot(self.pot))
            db.session.remove()
            db.engine.dispose()

    def cast(self, number=0):
        with transaction_of_its_own():
            person = factories.load(SimpleNamespace(id=self.people[number]))
            given = {"key": uuid4(), "at": clock.now(), "form_opened_at": clock.now()}
            return actions.cast_ballot(person, cycles.pot(self.pot), [self.number], **given)


@contextmanager
def transaction_of_its_own():
    try:
        yield
    finally:
        db.session.remove()


@pytest.fixture
def town(engine_name, tmp_path, worker_id):
    store = {"sqlite": Files, "postgresql": Databases}[engine_name]
    town = Town(store(tmp_path, f"restored_{worker_id}"), tmp_path)
    app = town.start()
    with app.app_context():
        db.create_all()
        tree = factories.make_tree()
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")
        pot = factories.make_pot(cycle, tree.sepidar)
        town.number = factories.make_ballot_project(pot, cost=300).number
        people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(6)]
        town.ada = factories.make_staff("Ada", Role.ADMIN).id
        town.pot, town.people = pot.id, [one.id for one in people]
        db.session.remove()
        db.engine.dispose()
    with signer_of(app):
        yield town
    for app in town.apps:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def restored(town):
    """Three votes, a backup, three more that were signed; then the backup is brought back."""
    with town.running():
        for n in range(3):
            town.cast(n)
        sequencer.write_all()
    town.store.copy("old.db")
    with town.running():
        for n in range(3, 6):
            town.cast(n)
        later = clock.now() + timedelta(seconds=61)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            sequencer.write_all()
    town.store.copy("right.db")
    town.store.bring_back("old.db")
    return town


class TestAnOldBackup:
    def test_nobody_votes_from_the_first_moment(self, restored):
        with restored.running():
            with pytest.raises(RuleBroken, match=PAUSED):
                restored.cast(0)
            assert queries.turnout(restored.pot) == 3

    def test_a_process_that_ran_on_notices_within_a_minute(self, restored, town):
        town.store.bring_back("right.db")
        app = town.start()
        with town.running(app):
            town.cast(0)
            sequencer.write_all()
        town.store.bring_back("old.db")
        with town.running(app):
            assert not sequencer.check_all()
            with pytest.raises(RuleBroken, match=PAUSED):
                town.cast(1)

    def test_staff_and_public_are_told_and_pages_can_be_read(self, restored):
        with restored.running() as now:
            with capture_logs() as logs:
                assert not sequencer.check_all()
            alarms = [one for one in logs if one["log_level"] == "error"]
            assert {one["event"] for one in alarms} == {"book in quarantine"}
            assert [one["book"] for one in alarms] == ["1405"]
            db.session.remove()
            browser = Browser(now.app)
            for endpoint, values in (
                ("ballots.paper", {"pot_id": restored.pot}),
                ("ledger.index", {}),
                ("ledger.show", {"name": "1405"}),
            ):
                said = browser.get(endpoint, lang="en", **values).get_text(" ")
                assert "Voting is paused" in said, endpoint
            assert "Voting is paused" not in browser.get("results.index", lang="en").get_text()

    def test_nothing_is_signed(self, restored, town):
        with restored.running():
            known = town.apps[0].extensions["signer"].last("civic.test/book/1405")
            sequencer.check_all()
            sequencer.write_all()
            assert town.apps[0].extensions["signer"].last("civic.test/book/1405") == known

    def test_nothing_is_counted_or_published(self, restored):
        with restored.running() as now:
            closes = next(p.closes_at for p in now.pot.cycle.phases if p.kind == "voting")
            actions.close_box(now.pot, at=closes + timedelta(minutes=3))
            with pytest.raises(RuleBroken, match="Nothing is counted or published"):
                count_pot(now.pot, at=closes)
            pot = cycles.pot(restored.pot)
            line = queries.paper(pot)[0]
            set_committed_value(line, "pot", pot)
            factories.make_line(line, published=False)
            count, ada = count_of(restored.pot), factories.load(SimpleNamespace(id=restored.ada))
            with pytest.raises(RuleBroken, match="Nothing is counted or published"):
                publish_result(ada, count, at=closes)

    def test_the_right_database_opens_it_again(self, restored):
        with restored.running():
            sequencer.check_all()
        restored.store.bring_back("right.db")
        with restored.running():
            assert sequencer.check_all()
            assert restored.cast(0).replaces_id is not None
            assert queries.turnout(restored.pot) == 6
            sequencer.write_all()


class TestABackupFromBeforeTheOpening:
    def test_no_box_opens_where_the_signer_knows_the_book(self, town):
        town.store.copy("empty.db")
        with town.running():
            town.cast(0)
            sequencer.write_all()
        town.store.bring_back("empty.db")
        with town.running():
            with pytest.raises(RuleBroken, match="“1405” is not what was signed before"):
                town.cast(0)
            with capture_logs() as logs:
                jobs.open_due_boxes()
            assert "boxes not opened" in [one["event"] for one in logs]
            assert queries.box_state(town.pot) is None
