"""The house of the tests: one application and database per engine, undone after every test."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

import civic.tables
from civic.app import create_app
from civic.ballots import engines
from civic.config import Settings
from civic.kernel import clock
from civic.kernel.db import db
from civic.ledger.signer import Server, Signer

pytest_plugins = [
    "tests.unhurried", "tests.memory", "tests.postgres", "tests.no_silent_skips", "tests.cast",
    "tests.servers", "tests.demo_city", "tests.measured",
]  # fmt: skip

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")
REFERENCE = Path(os.environ.get("CIVIC_REFERENCE_DATA", Path(__file__).parents[2] / "shared/data"))
assert civic.tables.MODULES
# The PostgreSQL of the tests may lose data in a crash, for speed, so a vote would not open on it.
# What is really asked is tested in tests/ballots/test_readiness.py.
ASKED_OF_POSTGRES = engines.POSTGRES
engines.POSTGRES = {}


def settings_for(database_url: str, home: Path, **more: object) -> Settings:
    """Settings of a test: fixed keys, everything else as it comes."""
    return Settings(
        **{
            "database_url": database_url,
            "redis_url": "unix:///nonexistent/valkey.sock",
            "home": home,
            "secret_key": "s" * 32,
            "jobs_key": b"j" * 32,
            "lookup_key": b"l" * 32,
            "sealing_key": b"e" * 32,
            "ballot_key": b"b" * 32,
            "receipt_key": b"r" * 32,
            "trusted_hosts": ("civic.test", "localhost", "127.0.0.1"),
            **more,
        }
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that touches the database runs on both engines."""
    if "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", ENGINES, scope="session")


@contextmanager
def signer_of(app):
    """A signer that answers at the socket of this application, and forgets after each test."""
    settings = app.config["CIVIC"]
    signer = ForgetfulSigner(settings.signer_folder, settings.host_name)
    with Server(settings.signer_place, signer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        app.extensions["signer"] = signer
        yield
        server.shutdown()
        thread.join()


@contextmanager
def little_garbage():
    """Look for garbage among new things only, as the site does from its start.

    Else all that the tests before have left behind is looked through while people vote, and for a
    second nobody gets an answer.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def house_of_its_own(engine_name, folder, name):
    """An application on an empty database that many threads use at once, with its signer."""
    url = f"sqlite:///{folder}/{name}.db"
    if engine_name == "postgresql":
        from tests.postgres import empty_database

        url = empty_database(name)
    app = create_app(settings_for(url, folder), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context(), signer_of(app), little_garbage():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


class ForgetfulSigner(Signer):
    """The signer as it is; the tests that share it do not share its memory."""

    def forget(self):
        """Remember no head."""
        self._notes.clear()


@pytest.fixture(scope="session")
def app(engine_name, tmp_path_factory, worker_id):
    from tests.postgres import postgres_url

    home = tmp_path_factory.mktemp(f"home-{engine_name}")
    url = f"sqlite:///{home}/civic.db"
    if engine_name == "postgresql":
        url = postgres_url(worker_id)
    app = create_app(
        settings_for(url, home), TESTING=True, WTF_CSRF_ENABLED=False, SERVER_NAME="civic.test"
    )
    with app.app_context():
        db.create_all()
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    with signer_of(app):
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def database(app):
    """An application context whose database forgets everything at the end of the test."""
    with app.app_context():
        engine = db.engine
        app.extensions["signer"].forget()
        connection = engine.connect()
        outer = connection.begin()
        db.engines[None] = connection
        try:
            yield db
        finally:
            db.session.remove()
            db.engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture(autouse=True)
def own_environment():
    """What a command sets for its own process is gone after the test: other cities read it too."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys() - {"PYTEST_CURRENT_TEST"}:
        del os.environ[name]


@pytest.fixture
def signer(app, database):
    """The signer of the book's heads; in this test it has signed nothing yet."""
    return app.extensions["signer"]


@pytest.fixture
def at_noon(monkeypatch):
    """It is noon in Tehran on 1 Azar 1405."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def browser(app, database):
    from tests.browser import Browser

    return Browser(app)


@pytest.fixture
def statements(database):
    """Counts the SQL statements that run inside `with statements() as seen:`."""
    from contextlib import contextmanager

    @contextmanager
    def counting():
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen.append(statement)

        event.listen(db.engine.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def reference():
    """Real elections and maps, where they are at hand."""
    if not REFERENCE.is_dir():
        pytest.skip("allowed: the reference data are not on this machine")
    return REFERENCE
