"""Rows past the unit of work: one at a time, and several at once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.exc import IntegrityError

from civic.kernel.db import db, on_postgres, transaction
from civic.kernel.storing import store, store_new, together
from civic.notifications.models import Letter, Notice
from civic.signals.models import DaySalt, Signal
from tests.conftest import house_of_its_own

DAY = date(2026, 11, 22)
IS_THERE = exists(select(Signal.id).where(Signal.area_code == bindparam("number")))


def signal(number=1):
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return {
        "id": uuid4(), "kind": "vote_first", "hour": at, "area_code": str(number), "mixed": False,
    }  # fmt: skip


def how_many(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.usefixtures("database")
class TestTogether:
    def test_goes_in_one_statement_where_the_database_can(self, statements):
        with transaction(), statements() as seen, together():
            store(DaySalt, day=DAY, salt=b"a")
            store(Signal, **signal(1))
            store(Signal, **signal(2))
        assert len(seen) == (1 if on_postgres() else 3), seen
        assert (how_many(DaySalt), how_many(Signal)) == (1, 2)
        assert set(db.session.scalars(select(Signal.area_code))) == {"1", "2"}

    def test_stores_nothing_where_the_block_raises(self):
        def fail():
            with transaction(), together():
                store(DaySalt, day=DAY, salt=b"a")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert how_many(DaySalt) == 0
        # The next one is not mistaken for a part of it.
        with transaction():
            store(DaySalt, day=DAY, salt=b"b")
        assert how_many(DaySalt) == 1

    def test_stores_all_or_nothing(self):
        def store_one_twice():
            with transaction(), together():
                store(Signal, **signal())
                store(DaySalt, day=DAY, salt=b"a")
                store(DaySalt, day=DAY, salt=b"b")

        with pytest.raises(IntegrityError):
            store_one_twice()
        assert (how_many(DaySalt), how_many(Signal)) == (0, 0)

    def test_a_block_inside_a_block_joins_the_outer_one(self, statements):
        with transaction(), statements() as seen, together():
            with together():
                store(DaySalt, day=DAY, salt=b"a")
            assert seen == []
            store(Signal, **signal())
        assert (how_many(DaySalt), how_many(Signal)) == (1, 1)

    def test_hangs_on_one_row_and_is_stored_with_it(self, statements):
        with transaction(), statements() as seen, together() as block:
            store(Signal, **signal(1))
            store_new(Signal, **signal(2))
            block.only_with(DaySalt, day=DAY, salt=b"a")
        assert block.stored
        assert len(seen) == (1 if on_postgres() else 4), seen
        assert (how_many(DaySalt), how_many(Signal)) == (1, 2)

    def test_where_that_row_is_there_already_nothing_is_stored(self):
        with transaction():
            store(DaySalt, day=DAY, salt=b"a")
        with transaction(), together() as block:
            store(Signal, **signal())
            block.only_with(DaySalt, day=DAY, salt=b"b")
        assert not block.stored
        assert how_many(Signal) == 0
        assert db.session.scalar(select(DaySalt.salt)) == b"a"

    def test_that_row_may_point_at_one_that_hangs_on_it(self, rosa, at_noon):
        notice = {"id": uuid4(), "account_id": rosa.id, "kind": "k", "dedupe": "d", "params": {},
                  "link_values": {}, "created_at": at_noon}  # fmt: skip
        letter = {"id": uuid4(), "channel": "sms", "tries": 0, "next_try_at": at_noon}
        with transaction(), together() as block:
            store(Notice, **notice)
            block.only_with(Letter, notice_id=notice["id"], **letter)
        assert (block.stored, how_many(Notice), how_many(Letter)) == (True, 1, 1)

    @pytest.mark.parametrize("is_there", [True, False])
    def test_where_another_asks_first_the_statement_itself_looks_again(self, is_there):
        with transaction():
            store(Signal, **signal(int(is_there)))
        with transaction(), together() as block:
            store(Signal, **signal(2))
            block.only_with(DaySalt, day=DAY, salt=b"a")
            block.only_while(IS_THERE, number="1")
        # Where there is one writer at a time nothing can have changed in between.
        stored = is_there or not on_postgres()
        assert (block.stored, how_many(DaySalt), how_many(Signal)) == (stored, stored, 1 + stored)

    def test_a_condition_needs_a_row_that_waits_for_it(self):
        with transaction(), together() as block:
            store(Signal, **signal(1))
            with pytest.raises(RuntimeError, match="hang"):
                block.only_while(IS_THERE, number="1")

    def test_sends_a_code_that_stands_in_several_rows_once(self, statements):
        same = uuid4()
        with transaction(), statements() as seen, together():
            store(Signal, **signal(1), cycle_key=same, network=b"n")
            store(Signal, **signal(2), cycle_key=same, network=b"n")
        if on_postgres():
            assert (seen[0].count("cycle_key_0"), seen[0].count("network_0")) == (2, 2)
        assert set(db.session.scalars(select(Signal.cycle_key))) == {same}
        assert set(db.session.scalars(select(Signal.network))) == {b"n"}

    def test_an_empty_block_asks_nothing(self, statements):
        with transaction(), statements() as seen, together():
            pass
        assert seen == []


@pytest.mark.usefixtures("database")
def test_alone_a_row_is_stored_at_once_and_a_second_one_is_refused():
    with transaction():
        store(DaySalt, day=DAY, salt=b"first")
        assert how_many(DaySalt) == 1
    with transaction():
        store_new(DaySalt, day=DAY, salt=b"second")
    assert db.session.scalar(select(DaySalt.salt)) == b"first"
    with pytest.raises(IntegrityError), transaction():
        store(DaySalt, day=DAY, salt=b"third")


def test_what_hangs_together_may_not_point_at_nothing(engine_name, tmp_path, worker_id):
    letter = {"id": uuid4(), "channel": "sms", "tries": 0, "next_try_at": datetime.now(UTC)}

    def store_astray():
        with transaction(), together() as block:
            store(Signal, **signal())
            block.only_with(Letter, notice_id=uuid4(), **letter)

    # SQLite says so when it stores for good, so this one needs a database of its own.
    with house_of_its_own(engine_name, tmp_path, f"storing_{worker_id}"):
        with pytest.raises(IntegrityError):
            store_astray()
        assert (how_many(Letter), how_many(Signal)) == (0, 0)
        with pytest.raises(IntegrityError), transaction():
            store(Letter, notice_id=uuid4(), **letter)
