"""The sequencer: within a second what waits stands in the book, within a minute it is signed."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from civic.kernel import clock
from civic.kernel.db import db
from civic.ledger import actions, queries, signing

log = structlog.get_logger()
PAUSE = 0.5  # seconds between two looks
CHECK_EVERY = 60.0  # seconds between two comparisons with what the signer remembers


def run_sequencer(app: Flask, stop: threading.Event) -> None:
    """Write and sign until told to stop; a database or signer that is gone is waited for."""
    checked = float("-inf")
    while not stop.is_set():
        with app.app_context():
            try:
                if time.monotonic() >= checked + CHECK_EVERY:
                    check_all()
                    checked = time.monotonic()
                write_all()
            except DBAPIError as problem:
                log.warning("book not written", error=type(problem).__name__)
            finally:
                db.session.remove()
        stop.wait(PAUSE)


def write_all() -> None:
    """Write what waits, and have signed what is due."""
    for book_id in queries.books_with_waiting():
        while actions.write_lines(book_id) >= queries.BATCH // 2:
            pass
    sign_due()


def sign_due() -> None:
    """Have every book signed whose head is due."""
    at = clock.now()
    due = queries.books_to_sign(at - timedelta(seconds=signing.head_seconds()))
    for book_id in due:
        try:
            actions.sign_head(book_id, at=at)
        except signing.SignerSilent:
            log.warning("signer not reached")
            return


def check_all() -> bool:
    """Compare every book with what the signer remembers; a silent signer stops nobody."""
    try:
        return all([actions.check_extension(book.id) for book in queries.books()])
    except signing.SignerSilent:
        log.warning("signer not reached")
        return True
