"""The pen of a SQLite database: who wants to write waits for their turn, in the order they came.

SQLite lets one write at a time and knows no line: whoever finds it taken looks again after a
while, and who looks at the right moment is next. In a crowd somebody then waits for seconds, and
it may be the one who closes the box. So our writers stand in line before they ask SQLite. The
line decides nothing but the order; that only one writes is still for SQLite to see to.

A turn is a moment of the clock that all processes of a machine share, and a lock on that byte of
an empty file beside the database. Whoever is next locks all bytes up to their own, which nobody
can while an earlier one stands in line or writes. When a process dies, however it dies, the kernel
gives back its locks. To itself a process is no obstacle, so only the first of its line asks.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from contextlib import suppress
from functools import cache

LOOK_EVERY = 0.001  # seconds between two looks at what other processes do


class StillTaken(Exception):
    """It was not our turn in time."""


class Turn:
    """A place in the line."""

    def __init__(self) -> None:
        self.moment, self.first_here = time.monotonic_ns(), threading.Event()


class Pen:
    """The line before one database, as this process sees it."""

    def __init__(self, database: str) -> None:
        self._database, self._file = database, -1
        self._line: deque[Turn] = deque()
        # One thread takes it twice when a lost connection is cleared away in the middle.
        self._guard = threading.RLock()

    def take(self, patience: float) -> Turn:
        """Stand in line until it is our turn; StillTaken after so many seconds."""
        until = time.monotonic() + patience
        turn = self._stand_in_line()
        try:
            self._lock(turn.moment, 1)
            if not turn.first_here.wait(patience):
                raise StillTaken
            while not self._lock(0, turn.moment + 1):
                if time.monotonic() > until:
                    raise StillTaken
                # Not locked yet if somebody who came a moment later was first to lock theirs.
                self._lock(turn.moment, 1)
                time.sleep(LOOK_EVERY)
        except BaseException:
            self._leave(turn, turn.moment)
            raise
        return turn

    def give_back(self, turn: Turn) -> None:
        """Let the next one write."""
        self._leave(turn, 0)

    def _stand_in_line(self) -> Turn:
        with self._guard:
            if not self._line:
                self._file = _file_beside(self._database)
            turn = Turn()
            self._line.append(turn)
            self._line[0].first_here.set()
        return turn

    def _leave(self, turn: Turn, since: int) -> None:
        with self._guard:
            self._line.remove(turn)
            if self._line:
                fcntl.lockf(self._file, fcntl.LOCK_UN, turn.moment + 1 - since, since)
                self._line[0].first_here.set()
            else:
                os.close(self._file)  # and with it all locks

    def _lock(self, since: int, length: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, since)
        except (BlockingIOError, PermissionError):
            return False
        return True


def _file_beside(database: str) -> int:
    """The open file of locks; whoever may write the database may write it."""
    mode = os.stat(database).st_mode & 0o666
    return os.open(f"{database}-pen", os.O_RDWR | os.O_CREAT, mode)


@cache
def pen_of(database: str) -> Pen:
    """The one line of this process before a database."""
    return Pen(database)


# The line of the parent is nothing to a child; one of its threads may even have held the guard.
os.register_at_fork(after_in_child=pen_of.cache_clear)


class Writer(sqlite3.Connection):
    """A connection that gives the pen back once what it wrote is stored or undone."""

    _pen: Pen | None = None
    _turn: Turn | None = None

    def take_pen(self, patience: float) -> None:
        """Wait for our turn to write; a database in memory is ours alone and has no line."""
        _number, _name, file = self.execute("PRAGMA database_list").fetchone()
        if file and not self._turn:
            self._pen = pen_of(file)
            # Where no file of locks can be, SQLite lets in whoever looks at the right moment.
            with suppress(OSError):
                self._turn = self._pen.take(patience)

    def commit(self) -> None:
        """Store what was written."""
        super().commit()
        self._give_back()

    def rollback(self) -> None:
        """Undo what was written."""
        super().rollback()
        self._give_back()

    def close(self) -> None:
        """Let go of the database."""
        try:
            super().close()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        turn, self._turn = self._turn, None
        if self._pen and turn:
            self._pen.give_back(turn)
