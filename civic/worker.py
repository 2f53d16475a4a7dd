"""The worker: takes jobs off the queue and runs each inside the application."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask
from redis import RedisError
from rq import SimpleWorker
from rq.job import Job

import civic.schedule  # noqa: F401 - puts the jobs of every capability on the worker's list
from civic.kernel.db import db
from civic.kernel.jobs import DEAD_AFTER, ListedJob, show_life

log = structlog.get_logger()


class Worker(SimpleWorker):
    """One job after the other in one process; a job is a batch, so no fork is needed."""

    app: Flask

    def work(self, *args: Any, **kwargs: Any) -> bool:
        """Work, and show life meanwhile, so that what is begun is taken up again if we die."""
        ended = threading.Event()
        life = threading.Thread(target=self._show_life, args=(ended,), daemon=True)
        life.start()
        try:
            return super().work(*args, **kwargs)
        finally:
            ended.set()
            life.join()

    def _show_life(self, ended: threading.Event) -> None:
        while True:
            with suppress(RedisError):
                show_life(self.queues[0], self.name)
            if ended.wait(DEAD_AFTER / 3):
                return

    def perform_job(self, job: Job, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            try:
                return super().perform_job(job, *args, **kwargs)
            finally:
                db.session.remove()

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        log.error("job failed", job=job.id, exc_info=exc_info)


def make_worker(app: Flask) -> Worker:
    """A worker on the application's queue."""
    queue = app.extensions["queue"]
    worker = Worker(
        [queue], connection=queue.connection, serializer=queue.serializer, job_class=ListedJob
    )
    worker.app = app
    return worker
