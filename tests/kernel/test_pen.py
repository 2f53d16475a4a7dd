"""The line of those who write to a SQLite database."""

import fcntl
import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, QueuePool

from civic.kernel import db
from civic.kernel.pen import StillTaken, Writer, pen_of

LONG, SHORT = 30, 0.2
# Another process: it says that it is here, takes the pen so many times, and says when it had it.
CHILD = """
import sqlite3, sys, time
from civic.kernel.pen import Writer
place, times, then = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
writer = sqlite3.connect(place, factory=Writer, isolation_level=None)
print("here", flush=True)
for _ in range(times):
    writer.take_pen(30)
    begun = time.monotonic_ns()
    writer.execute("BEGIN IMMEDIATE")
    print("writes", flush=True)
    time.sleep(then)
    ended = time.monotonic_ns()
    writer.commit()
    print(begun, ended, flush=True)
"""


@pytest.fixture(params=[NullPool, QueuePool])
def engine(tmp_path, request):
    engine = create_engine(f"sqlite:///{tmp_path}/civic.db", poolclass=request.param)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (name)")
    yield engine
    engine.dispose()


@pytest.fixture
def place(engine):
    return engine.url.database


def is_free(place):
    """Would a newcomer write at once?"""
    try:
        pen = pen_of(place)
        pen.give_back(pen.take(SHORT))
    except StillTaken:
        return False
    return True


def until_true(asked):
    until = time.monotonic() + LONG
    while not asked():
        assert time.monotonic() < until
        time.sleep(0.005)


def wait_for_line(place, long):
    until_true(lambda: len(pen_of(place)._line) == long)


@contextmanager
def child(place, *, times=1, then=0.0):
    command = [sys.executable, "-c", CHILD, place, str(times), str(then)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "here\n"
            yield process
        finally:
            process.kill()


def in_line(stack, place):
    """Another process that waits for the pen, which is ours."""
    since = time.monotonic_ns()
    process = stack.enter_context(child(place))
    until_true(lambda: somebody_stands_in_line(pen_of(place), since))
    return process


def somebody_stands_in_line(pen, since):
    """Did another process come after this moment?"""
    free = pen._lock(since, 0)
    if free:
        fcntl.lockf(pen._file, fcntl.LOCK_UN, 0, since)
    return not free


class TestThreads:
    def test_write_in_the_order_they_came(self, engine, place):
        names = [str(n) for n in range(12)]

        def write(name):
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})

        threads = [threading.Thread(target=write, args=(name,)) for name in names]
        with engine.begin() as connection:
            for long, thread in enumerate(threads, 2):
                thread.start()
                wait_for_line(place, long)
        for thread in threads:
            thread.join(LONG)
        with engine.connect() as connection:
            assert connection.scalars(text("SELECT name FROM things ORDER BY rowid")).all() == names

    def test_who_comes_back_at_once_stands_behind_who_waits(self, engine, place):
        def write():
            with engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO things VALUES ('waited')")

        thread = threading.Thread(target=write)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            thread.start()
            wait_for_line(place, 2)
            connection.commit()
            assert connection.scalar(text("SELECT name FROM things")) == "waited"
        thread.join(LONG)


class TestProcesses:
    def test_write_one_at_a_time(self, place):
        with child(place, times=15) as one, child(place, times=15) as two:
            said = [process.stdout.read() for process in (one, two)]
        rows = [line.split() for line in "".join(said).splitlines() if line != "writes"]
        wrote = sorted((int(begun), int(ended)) for begun, ended in rows)
        assert len(wrote) == 30
        assert all(ended < begun for (_, ended), (begun, _) in pairwise(wrote))

    def test_write_in_the_order_they_came(self, place):
        pen, moments = pen_of(place), []

        def take():
            turn = pen.take(LONG)
            moments.append(time.monotonic_ns())
            pen.give_back(turn)

        thread = threading.Thread(target=take)
        with ExitStack() as line:
            mine = pen.take(LONG)
            others = [in_line(line, place), in_line(line, place)]
            thread.start()
            wait_for_line(place, 2)
            others.append(in_line(line, place))
            pen.give_back(mine)
            take()
            thread.join(LONG)
            one, two, three = (int(who.stdout.read().split()[1]) for who in others)
        of_thread, back_again = moments
        assert one < two < of_thread < three < back_again

    @pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
    def test_the_pen_of_a_dead_process_is_free_at_once(self, engine, place, signal_number):
        with child(place, then=LONG) as process:
            assert process.stdout.readline() == "writes\n"
            assert not is_free(place)
            process.send_signal(signal_number)
            process.wait(LONG)
            begun = time.monotonic()
            with engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO things VALUES ('after')")
            assert time.monotonic() - begun < 2

    def test_who_died_in_line_holds_up_nobody(self, engine, place):
        with closing(writer_of(place)) as mine:
            mine.take_pen(LONG)
            with ExitStack() as line:
                process = in_line(line, place)
            assert process.returncode == -signal.SIGKILL
            mine.commit()
        assert is_free(place)

    def test_a_child_has_a_line_of_its_own(self, engine, place):
        pen = pen_of(place)
        with pen._guard, engine.connect():  # as another thread would hold it
            child = os.fork()
            if not child:
                os._exit(pen_of(place) is pen or not pen_of(place)._guard.acquire(timeout=1))
        assert os.waitpid(child, 0)[1] == 0


class TestGivenBack:
    def test_at_the_commit_and_at_the_rollback(self, engine, place):
        with engine.connect() as connection:
            for end in (connection.commit, connection.rollback):
                connection.exec_driver_sql("INSERT INTO things VALUES ('one')")
                assert not is_free(place)
                end()
                assert is_free(place)

    def test_not_with_a_savepoint(self, engine, place):
        with Session(engine) as session:
            session.execute(text("INSERT INTO things VALUES ('one')"))
            for end in ("commit", "rollback"):
                getattr(session.begin_nested(), end)()
                assert not is_free(place)
        assert is_free(place)

    def test_after_an_exception(self, engine, place):
        def fail():
            with engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO void VALUES (1)")

        with pytest.raises(OperationalError, match="no such table"):
            fail()
        assert is_free(place)

    def test_with_a_connection_that_is_no_good(self, engine, place):
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            assert not is_free(place)
            connection.invalidate()
            assert is_free(place)

    def test_with_a_connection_that_left_the_pool(self, engine, place):
        with engine.connect() as connection:
            connection.detach()
            connection.exec_driver_sql("SELECT 1")
            assert not is_free(place)
        assert is_free(place)

    def test_with_a_connection_that_was_forgotten(self, engine, place):
        connection = engine.connect()
        connection.exec_driver_sql("SELECT 1")
        assert not is_free(place)
        del connection
        gc.collect()
        assert is_free(place)

    def test_when_somebody_without_a_place_in_line_writes(self, engine, place, monkeypatch):
        monkeypatch.setitem(db.SQLITE_SETTINGS, "busy_timeout", "50")
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), engine.begin():
            pass
        assert is_free(place)
        other.close()


class TestPatience:
    def test_ends_with_what_sqlite_says(self, engine, place, monkeypatch):
        monkeypatch.setattr(db, "PATIENCE", SHORT)
        with engine.begin():
            with pytest.raises(OperationalError, match="database is locked"), engine.begin():
                pass
            assert len(pen_of(place)._line) == 1
        assert is_free(place)

    def test_ends_while_another_process_writes(self, engine, place, monkeypatch):
        monkeypatch.setattr(db, "PATIENCE", SHORT)
        with child(place, then=LONG) as process:
            assert process.stdout.readline() == "writes\n"
            with pytest.raises(OperationalError, match="database is locked"), engine.begin():
                pass
        assert is_free(place)

    def test_of_one_does_not_let_others_past(self, engine, place):
        pen = pen_of(place)
        first = pen.take(LONG)
        with ExitStack() as line:
            process = in_line(line, place)
            with pytest.raises(StillTaken):
                pen.take(0.01)
            pen.give_back(first)
            assert process.stdout.readline() == "writes\n"


class TestNoLine:
    @pytest.mark.parametrize(("method", "waits"), [("GET", False), ("HEAD", False), ("POST", True)])
    def test_for_a_page_that_reads(self, engine, place, method, waits):
        with Flask("asked").test_request_context(method=method), engine.connect() as connection:
            connection.exec_driver_sql("SELECT * FROM things").all()
            assert is_free(place) is not waits

    def test_for_a_part_that_only_reads(self, engine, place):
        token = db._reads.set(True)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT * FROM things").all()
                assert is_free(place)
        finally:
            db._reads.reset(token)

    def test_before_a_database_in_memory(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE things (name)")
            assert connection.connection.driver_connection._turn is None
        assert list(tmp_path.iterdir()) == []
        engine.dispose()

    def test_where_no_file_can_be(self, engine, place):
        os.remove(f"{place}-pen")
        os.mkdir(f"{place}-pen")
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO things VALUES ('one')")
            assert connection.connection.driver_connection._turn is None

    def test_when_its_file_was_removed(self, engine, place):
        os.remove(f"{place}-pen")
        with engine.begin():
            assert not is_free(place)
        assert is_free(place)


def writer_of(place):
    return sqlite3.connect(place, factory=Writer, isolation_level=None)
