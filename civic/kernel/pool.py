"""Kept connections: whether the database still holds its end of one that is taken again."""

from __future__ import annotations

import select
from typing import Any

from sqlalchemy.exc import InvalidatePoolError


def insist_alive(connection: Any, _record: object, _holder: object) -> None:
    """Give out no connection to PostgreSQL whose other end is gone, without asking the database.

    Between two requests it has nothing to say. When its process ends, however it ends, the kernel
    closes the line, and there is something to be read: its last words, or that it is over. To ask
    `SELECT 1` instead, as pools do, would be one more way to the database for each request.

    Raises `InvalidatePoolError`, upon which the pool makes new connections: the others, kept since
    before, are most likely gone too.
    """
    if connection.closed or _has_something_to_read(connection.fileno()):
        raise InvalidatePoolError


def _has_something_to_read(line: int) -> bool:
    watch = select.poll()
    watch.register(line, select.POLLIN)
    return bool(watch.poll(0))
