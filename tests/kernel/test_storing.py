"""Rows past the unit of work: one at a time, and several at once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from civic.kernel.db import db, on_postgres, transaction
from civic.kernel.storing import store, together
from civic.signals.models import DaySalt, Signal

DAY = date(2026, 11, 22)


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

    def test_an_empty_block_asks_nothing(self, statements):
        with transaction(), statements() as seen, together():
            pass
        assert seen == []


@pytest.mark.usefixtures("database")
def test_alone_a_row_is_stored_at_once_and_a_second_one_is_refused():
    with transaction():
        store(DaySalt, day=DAY, salt=b"first")
        assert how_many(DaySalt) == 1
    with pytest.raises(IntegrityError), transaction():
        store(DaySalt, day=DAY, salt=b"third")
