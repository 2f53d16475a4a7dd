"""The verbs that prepare the database and run one part of the platform each."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress

import click

from civic.config import SignerSettings
from civic.inside import with_app

# How much less of the processor the worker gets where others want it, in the steps of `nice`.
GIVES_WAY = 10


@click.command()
@with_app
def migrate() -> None:
    """Bring the database to the newest migration."""
    from flask import current_app

    from civic.tables import upgrade

    upgrade(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@with_app
def worker() -> None:
    """Run the worker that does background jobs."""
    from flask import current_app

    from civic.running import insist_on_queue
    from civic.worker import make_worker

    insist_on_queue(current_app.config["CIVIC"])
    # Whoever waits for a page goes before a letter, above all in the last minute of a vote.
    os.nice(GIVES_WAY)
    worker = make_worker(current_app._get_current_object())  # type: ignore[attr-defined]
    worker.work(logging_level="WARNING")


@click.command()
@with_app
def tick() -> None:
    """Run the timer that starts the periodic jobs."""
    from flask import current_app

    from civic.schedule import run_timer

    run_timer(current_app._get_current_object(), _wish_to_stop())  # type: ignore[attr-defined]


@click.command()
@with_app
def sequencer() -> None:
    """Run the sequencer, which writes the public book and has it signed."""
    from flask import current_app

    from civic.ledger.sequencer import run_sequencer

    run_sequencer(current_app._get_current_object(), _wish_to_stop())  # type: ignore[attr-defined]


@click.command()
def signer() -> None:
    """Run the signer of the book's heads; it has its own key and needs no database."""
    from civic.home import environment_for
    from civic.ledger.signer import serve

    told = SignerSettings.read(environment_for(os.environ))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        serve(*told)


def _wish_to_stop() -> threading.Event:
    """An event that is set when somebody asks this process to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


PARTS = (migrate, worker, tick, sequencer, signer)
