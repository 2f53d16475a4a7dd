"""The worker: takes jobs off the queue and runs each inside the application."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask
from rq import SimpleWorker
from rq.job import Job

import civic.schedule  # noqa: F401 - puts the jobs of every capability on the worker's list
from civic.kernel.db import db
from civic.kernel.jobs import ListedJob

log = structlog.get_logger()


class Worker(SimpleWorker):
    """One job after the other in one process; a job is a batch, so no fork is needed."""

    app: Flask

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
