"""A kept connection whose database went away is noticed before it is used."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from civic.kernel.pool import insist_alive
from tests.postgres import empty_database

MINE = text("SELECT pg_backend_pid()")
END = text("SELECT pg_terminate_backend(:pid, 5000)")


@pytest.fixture
def kept(worker_id):
    """An engine that keeps connections, and one that ends them."""
    url = empty_database(f"pool_{worker_id}")
    engines = create_engine(url, pool_events=[(insist_alive, "checkout")]), create_engine(url)
    yield engines
    for engine in engines:
        engine.dispose()


def end(engine, pids):
    with engine.connect() as connection:
        return [connection.scalar(END, {"pid": pid}) for pid in pids]


@pytest.mark.postgres
def test_a_connection_is_kept_as_long_as_it_lives(kept):
    engine, _ = kept
    pids = set()
    for _ in range(5):
        with engine.connect() as connection:
            pids.add(connection.scalar(MINE))
    assert len(pids) == 1


@pytest.mark.postgres
def test_one_that_ended_is_replaced_before_anybody_notices(kept):
    engine, other = kept
    with engine.connect() as one, engine.connect() as two:
        before = [one.scalar(MINE), two.scalar(MINE)]
    assert end(other, before) == [True, True]
    with engine.connect() as one, engine.connect() as two:
        after = [one.scalar(MINE), two.scalar(MINE)]
    assert not set(before) & set(after)


@pytest.mark.postgres
def test_without_the_look_it_would_be_used(kept):
    _, engine = kept
    with engine.connect() as connection:
        before = connection.scalar(MINE)
    looking, _ = kept
    end(looking, [before])
    with pytest.raises(OperationalError, match="terminat"), engine.connect() as connection:
        connection.scalar(MINE)


@pytest.mark.postgres
def test_one_that_we_closed_ourselves_is_replaced_too(kept):
    engine, _ = kept
    with engine.connect() as connection:
        before = connection.scalar(MINE)
        driver = connection.connection.dbapi_connection
    driver.close()
    with engine.connect() as connection:
        assert connection.scalar(MINE) != before
