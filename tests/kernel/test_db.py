import sqlite3
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from civic.accounts.models import Account, RoleGrant
from civic.areas.models import Level
from civic.kernel.db import after_commit, db, transaction, transactional
from civic.kernel.roles import Role
from tests import factories


class TestTransaction:
    def test_commits_once_at_the_outermost_block(self, database):
        @transactional
        def inner():
            factories.db.session.execute(text("SELECT 1"))

        done = []
        with transaction():
            inner()
            after_commit(lambda: done.append("told"))
            assert done == []
        assert done == ["told"]

    def test_does_the_same_call_once(self, database):
        done = []

        def tell():
            done.append("told")

        with transaction():
            after_commit(tell)
            after_commit(tell)
        assert done == ["told"]

    def test_forgets_what_was_to_follow_when_it_fails(self, database):
        done = []

        def fail():
            with transaction():
                after_commit(lambda: done.append("told"))
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            fail()
        with transaction():
            pass
        assert done == []


class TestSqlite:
    @pytest.fixture
    def engine(self, tmp_path):
        engine = create_engine(f"sqlite:///{tmp_path}/civic.db", poolclass=NullPool)
        yield engine
        engine.dispose()

    def test_what_was_acknowledged_survives_a_power_cut(self, engine):
        with engine.connect() as connection:
            asked = ("journal_mode", "synchronous", "foreign_keys")
            told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
        assert told == ["wal", 2, 1], "2 is FULL"

    @pytest.mark.parametrize(
        ("method", "second_may_write"), [("POST", False), ("PUT", False), ("GET", True)]
    )
    def test_a_request_that_writes_holds_the_pen_from_its_first_question(
        self, engine, method, second_may_write
    ):
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE things (name)")
        other = sqlite3.connect(engine.url.database, timeout=0, isolation_level=None)
        with Flask("asked").test_request_context(method=method), engine.connect() as connection:
            connection.exec_driver_sql("SELECT * FROM things").all()
            if second_may_write:
                other.execute("BEGIN IMMEDIATE")
            else:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
        other.close()


class TestColumns:
    def test_a_moment_needs_a_time_zone(self, rosa):
        rosa.created_at = datetime(2026, 1, 1)  # noqa: DTZ001
        with pytest.raises(Exception, match="time zone"):
            db.session.flush()
        db.session.rollback()

    def test_an_enum_comes_back_as_itself(self, tree):
        db.session.expire_all()
        assert tree.sepidar.level is Level.NEIGHBOURHOOD


class TestGrants:
    def test_a_role_reaches_into_its_area_and_no_further(self, milo, maya, tree):
        assert milo.holds(Role.MODERATOR, within=tree.sepidar)
        assert not milo.holds(Role.MODERATOR, within=tree.narvan)
        assert maya.holds(Role.MAYOR, within=tree.narvan)
        assert not maya.holds(Role.MAYOR, within=tree.city)

    def test_the_district_reaches_its_departments(self, otto, maya, works):
        assert otto.holds(Role.OFFICER, within=works)
        assert maya.holds(Role.MAYOR, within=works)

    def test_a_grant_that_ended_gives_nothing(self, milo, tree):
        grant = db.session.scalar(select(RoleGrant).where(RoleGrant.account_id == milo.id))
        grant.ends_at = milo.as_of
        db.session.commit()
        assert not factories.load(milo).holds(Role.MODERATOR, within=tree.sepidar)


assert Account
