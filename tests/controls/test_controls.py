"""A guard is taken away, and the test that is named for it must fail: else it proves nothing."""

import json

import pytest
from rq.job import Job
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from civic.app import create_app
from civic.ballots import actions, voters
from civic.cycles import queries as cycles
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.jobs import ListedJob, SignedSerializer
from tests.accounts import test_guessing as guessing
from tests.ballots import test_closes as closes
from tests.ballots import test_crowd
from tests.ballots import test_many as crowds
from tests.conftest import settings_for
from tests.kernel import test_jobs as jobs

town, queue, work, nothing_has_run = test_crowd.town, jobs.queue, jobs.work, jobs.nothing_has_run

ONLY_POSTGRES = "allowed: on SQLite a table without rows in order cannot lose its primary key"


class TestOneBallotEach:
    """Without `one_ballot_each` and `one_ballot_per_scope`, tests of the crowd fail."""

    @pytest.fixture
    def opened(self, town, engine_name):
        if engine_name != "postgresql":
            pytest.skip(ONLY_POSTGRES)
        # The box opens only with all guards.
        actions.open_boxes(cycles.pot(town.pot).cycle, at=clock.now())
        return town

    @pytest.fixture
    def without_constraint(self, opened):
        for name in ("one_ballot_each", "one_ballot_per_scope"):
            db.session.execute(text(f"ALTER TABLE voter_slots DROP CONSTRAINT {name}"))
        db.session.commit()
        return opened

    def test_with_them_people_vote_once(self, opened):
        crowds.one_live_ballot_each(opened, crowds.four_times_each(opened))

    def test_people_vote_more_than_once(self, without_constraint):
        with pytest.raises((AssertionError, SQLAlchemyError)):
            crowds.one_live_ballot_each(
                without_constraint, crowds.four_times_each(without_constraint)
            )


class TestTheLockOfTheClose:
    """Without the advisory lock, what is counted at the close is not what was acknowledged."""

    @pytest.fixture
    def slow(self, town, engine_name, monkeypatch):
        if engine_name != "postgresql":
            pytest.skip("allowed: SQLite has one writer at a time, so nothing to take away")
        cast_first = actions.cast_first

        def slowly(*args):
            ballot = cast_first(*args)
            db.session.execute(text("SELECT pg_sleep(0.3)"))
            return ballot

        monkeypatch.setattr(actions, "cast_first", slowly)
        return crowds.another(crowds.grown(town, 60))

    def test_with_it_slow_voters_are_counted(self, slow):
        rush, _close = closes.closing(slow)
        closes.just_the_acknowledged_are_counted(slow, rush)

    def test_without_it_they_are_not(self, slow, monkeypatch):
        monkeypatch.setattr(voters, "_lock", lambda *_: None)
        rush, _close = closes.closing(slow)
        with pytest.raises(AssertionError):
            closes.just_the_acknowledged_are_counted(slow, rush)


class TestSignedJobs:
    """With RQ's own trust in whoever writes into the queue, forged jobs run."""

    def test_a_forged_job_runs(self, database, queue, work, tmp_path, monkeypatch):
        def unsigned(_self, data, **_options):
            return json.loads(data.partition(b".")[2] or data)

        monkeypatch.setattr(SignedSerializer, "loads", unsigned)
        monkeypatch.setattr(ListedJob, "func", Job.func)
        forge = lambda mark: SignedSerializer(b"x" * 32).dumps(["os.mkdir", None, [mark], {}])  # noqa: E731
        with pytest.raises(AssertionError):
            jobs.TestForgedJobs().test_a_forged_job_does_not_run(queue, work, tmp_path, forge)


class TestForgedForms:
    """Without its token every form of a stranger is taken."""

    def test_a_form_without_token_is_taken(self, tmp_path):
        app = create_app(
            settings_for(f"sqlite:///{tmp_path}/c.db", tmp_path),
            TESTING=True, SERVER_NAME="civic.test", WTF_CSRF_ENABLED=False,
        )  # fmt: skip
        with app.app_context():
            db.create_all()
        with pytest.raises(AssertionError):
            guessing.TestForms().test_nothing_is_done_without_the_token_of_the_form(app, "/sign-in")
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
