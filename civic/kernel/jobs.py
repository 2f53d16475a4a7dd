"""Background work: enqueued after the commit, signed, and only what is on the list.

Whoever can write to Redis could otherwise run any function in the worker, also with a JSON
serializer: RQ imports whatever name it finds. Here a job is a signed list of a registered
name and ids; anything else is refused before it is looked at.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import structlog
from flask import Flask, current_app
from redis import Redis, RedisError
from rq import Queue
from rq.job import Job, JobStatus

from civic.kernel.db import after_commit

log = structlog.get_logger()
JOBS: dict[str, Callable[..., object]] = {}
F = TypeVar("F", bound=Callable[..., object])
QUEUE = "civic"
WAITING = {JobStatus.DEFERRED, JobStatus.SCHEDULED}
# A worker that has not shown life for so many seconds is taken for dead.
DEAD_AFTER = 15


class Forged(Exception):
    """A job that we did not write."""


def job(function: F) -> F:
    """Put a function on the list of what the worker may run; it takes ids as strings."""
    JOBS[_name(function)] = function
    return function


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__name__}"


class SignedSerializer:
    """JSON with an HMAC in front; refuses what was signed by nobody or by somebody else."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.__qualname__ = type(self).__qualname__  # RQ's worker asks its serializer for a name

    def dumps(self, *values: Any, **_options: Any) -> bytes:
        body = json.dumps(values[0]).encode()
        return hmac.digest(self.key, body, hashlib.sha256).hex().encode() + b"." + body

    def loads(self, data: bytes, **_options: Any) -> Any:
        mark, _, body = data.partition(b".")
        wanted = hmac.digest(self.key, body, hashlib.sha256).hex().encode()
        if not hmac.compare_digest(mark, wanted):
            raise Forged("A job with a wrong signature was refused.")
        return json.loads(body)


class ListedJob(Job):
    """A job that runs only if its function is on the list, and that knows no callbacks."""

    @property
    def func(self) -> Callable[..., object]:
        name = str(self.func_name)
        if name not in JOBS:
            raise Forged("A job that is not on the list was refused.")
        return JOBS[name]

    @property
    def success_callback(self) -> None:
        """None: callbacks are names in Redis too. We use none, so none is followed."""

    @property
    def failure_callback(self) -> None:
        """None; see `success_callback`."""

    @property
    def stopped_callback(self) -> None:
        """None; see `success_callback`."""


def make_queue(url: str, key: bytes) -> Queue:
    """The one queue, over Redis or Valkey at `url`."""
    connection = Redis.from_url(url, socket_timeout=5, health_check_interval=30)
    return Queue(
        QUEUE, connection=connection, serializer=SignedSerializer(key), job_class=ListedJob
    )


def init_queue(app: Flask) -> None:
    """Give the application its queue."""
    settings = app.config["CIVIC"]
    app.extensions["queue"] = make_queue(settings.redis_url, settings.jobs_key)


def enqueue(function: Callable[..., object], *ids: UUID | str) -> None:
    """Put a listed job on the queue once the running transaction is stored.

    A queue that cannot be reached loses nothing: what is owed stands in the database, and
    the periodic sweep of each capability finds it.
    """
    name = _name(function)
    if name not in JOBS:
        raise ValueError(f"Mark {name} with @job.")
    after_commit(_Put(name, tuple(str(one) for one in ids)))


def queue_answers() -> bool:
    """Can jobs be put on the queue now?"""
    queue: Queue = current_app.extensions["queue"]
    try:
        return bool(queue.connection.ping())
    except RedisError:
        return False


@contextmanager
def without_queue() -> Iterator[None]:
    """Put nothing on the queue meanwhile: a city that stands still finds what is owed later."""
    queue = current_app.extensions["queue"]
    current_app.extensions["queue"] = None
    try:
        yield
    finally:
        current_app.extensions["queue"] = queue


@dataclass(frozen=True)
class _Put:
    """A job to be put on the queue; equal ones are put there once."""

    name: str
    ids: tuple[str, ...]

    def __call__(self) -> None:
        _put(self.name, list(self.ids))


def _will_be_done(queue: Queue, old: Job) -> bool:
    """Does an equal job wait, or is a living worker at it?

    A worker that was killed leaves its job behind as begun, or as taken off the queue; RQ by
    itself would look after such jobs minutes later.
    """
    status = old.get_status(refresh=False)  # it may be done and gone by now
    if status is JobStatus.STARTED:
        return bool(queue.connection.exists(_life(str(old.worker_name))))
    if status is JobStatus.QUEUED:
        return queue.get_job_position(old.id) is not None
    return status in WAITING


def show_life(queue: Queue, worker: str) -> None:
    """Note that this worker lives; to be said again every few seconds."""
    queue.connection.set(_life(worker), 1, ex=DEAD_AFTER)


def _life(worker: str) -> str:
    return f"{QUEUE}:lives:{worker}"


def _put(name: str, ids: list[str]) -> None:
    queue: Queue | None = current_app.extensions["queue"]
    if queue is None:
        return
    key = hashlib.sha256(f"{name}:{ids}".encode()).hexdigest()[:40]
    try:
        old = queue.fetch_job(key)
        if old is None or not _will_be_done(queue, old):
            queue.enqueue(name, *ids, job_id=key, result_ttl=0, failure_ttl=7 * 86400)
    except Exception as error:
        # What the person did is stored: whatever ails the queue, they see no error page for it.
        log.warning("queue not reached", job=name, error=type(error).__name__)
