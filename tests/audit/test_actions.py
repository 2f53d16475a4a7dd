from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from civic.audit import queries
from civic.audit.actions import record
from civic.audit.events import Event
from civic.kernel.db import db, transaction
from civic.kernel.roles import PLATFORM


class TestRecord:
    def test_each_entry_hangs_on_the_one_before(self, written):
        assert [entry.seq for entry in written] == [1, 2, 3]
        assert written[1].previous_hash == written[0].hash

    def test_it_says_who_or_the_platform(self, written, tree, at_noon, adam):
        entry = record(PLATFORM, Event.BOX_CLOSE, tree.sepidar, at=at_noon)
        assert (written[0].actor_id, entry.actor_id) == (adam.id, None)

    def test_a_moment_is_the_same_in_every_time_zone(self, adam, tree, at_noon):
        in_the_city = at_noon.astimezone(ZoneInfo("Asia/Tehran"))
        record(adam, Event.ROLE_GRANT, tree.sepidar, at=in_the_city)
        db.session.expire_all()
        assert queries.check_chain().whole

    def test_it_is_part_of_the_act(self, adam, tree, at_noon):
        def act_that_fails():
            with transaction():
                record(adam, Event.ROLE_GRANT, tree.sepidar, at=at_noon)
                raise RuntimeError("the act failed")

        with pytest.raises(RuntimeError):
            act_that_fails()
        assert queries.check_chain().entries == 0


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        ["UPDATE audit_entries SET actor_name = 'x'", "DELETE FROM audit_entries"],
    )
    def test_the_database_refuses_changes(self, written, statement):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))
        assert queries.check_chain().whole


class TestCheckChain:
    def test_an_untouched_log_is_whole(self, written):
        verdict = queries.check_chain()
        assert (verdict.whole, verdict.entries, verdict.head) == (True, 3, written[2].hash.hex())

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            pytest.param(
                "UPDATE audit_entries SET actor_name = 'x' WHERE seq = 2", "changed", id="x"
            ),
            pytest.param("DELETE FROM audit_entries WHERE seq = 2", "missing", id="deleted"),
        ],
    )
    def test_whoever_owns_the_database_is_still_found_out(
        self, written, without_triggers, statement, why
    ):
        db.session.execute(text(statement))
        verdict = queries.check_chain()
        assert (verdict.whole, verdict.broken_at, verdict.why) == (False, 2, why)


@pytest.fixture
def without_triggers(database):
    """Somebody with all rights on the database takes the guards away."""
    db.session.commit()
    if db.engine.dialect.name == "sqlite":
        for name in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_entries_no_{name}"))
    else:
        db.session.execute(text("DROP TRIGGER audit_entries_no_change ON audit_entries"))
