from datetime import datetime

import pytest
from sqlalchemy import select, text

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
