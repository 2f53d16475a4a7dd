"""What is done to a city while its people vote."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from redis import Redis, RedisError

from civic import running
from civic.cycles.kinds import Rule
from civic.ledger import queries as ledger
from civic.torture.closing import (
    close_under_load,
    kill_the_counter,
    kill_the_database_of_the_counter,
)
from civic.torture.proof import reading
from civic.torture.servers import fill
from civic.torture.trial import Trial

ENGINES = ("sqlite", "postgresql")
WORKERS = 2
FULL_FOR = 3.0


@dataclass(frozen=True)
class Scenario:
    """A disturbance by name, where it applies, and by which rule is counted."""

    name: str
    says: str
    disturb: Callable[[Trial], object]
    engines: tuple[str, ...] = ENGINES
    # It needs a small disk, and so a city of its own, of so many megabytes by engine.
    disk: int = 0
    rule: Rule = Rule.GREEDY
    # A guard is taken away, and votes must be lost: else the other scenarios prove nothing.
    is_control: bool = False


def kill_web(trial: Trial) -> None:
    """Kill a web worker: another one takes its place."""
    turns = iter(range(10_000))

    def well(moment: float) -> bool:
        return trial.city.web_workers() >= WORKERS and trial.cast_since(moment)

    trial.strike_on(lambda: trial.city.kill_a_web_worker(next(turns)), well)


def kill_sequencer(trial: Trial) -> None:
    """Kill the sequencer: the next one goes on with the book."""
    size = 0

    def blow() -> None:
        nonlocal size
        trial.city.kill(running.SEQUENCER)
        size = _lines(trial)

    trial.strike_on(blow, lambda _moment: _lines(trial) > size)


def _lines(trial: Trial) -> int:
    with reading(trial.city):
        return ledger.size_of(trial.vote.cycle_id)


def kill_signer(trial: Trial) -> None:
    """Kill the signer: it remembers what it signed."""
    longest = 0

    def blow() -> None:
        nonlocal longest
        trial.city.kill(running.SIGNER)
        longest = trial.watcher.longest

    trial.strike_on(blow, lambda _moment: trial.watcher.longest > longest)


def empty_queue(trial: Trial) -> None:
    """Empty Valkey, and kill it: votes do not need it."""
    queue = Redis.from_url(trial.city.settings.redis_url, socket_timeout=5)
    turns = iter(range(10_000))

    def blow() -> None:
        if next(turns) % 2:
            trial.city.kill(running.QUEUE)
        else:
            queue.flushall()

    def well(moment: float) -> bool:
        try:
            return bool(queue.ping()) and trial.cast_since(moment)
        except RedisError:
            return False

    trial.strike_on(blow, well)


def kill_worker(trial: Trial) -> None:
    """Kill the worker of jobs: votes do not need it either."""
    trial.strike_on(lambda: trial.city.kill(running.WORKER), trial.cast_since)


def kill_database(trial: Trial) -> None:
    """Kill PostgreSQL's first process, and start it again."""
    postgres = trial.city.postgres
    assert postgres is not None  # noqa: S101 - the scenario is for this engine only

    def blow() -> None:
        postgres.kill()
        time.sleep(0.3)
        postgres.start()

    trial.strike_on(blow, trial.cast_since)


def kill_hasty_database(trial: Trial) -> None:
    """Let PostgreSQL acknowledge before it writes, and then kill it."""
    postgres = trial.city.postgres
    assert postgres is not None  # noqa: S101 - the scenario is for this engine only
    # Now that the box is open: before, the site would have refused to open it like this.
    postgres.change("synchronous_commit", "off")
    postgres.change("wal_writer_delay", "10s")
    kill_database(trial)


def kill_all(trial: Trial) -> None:
    """Kill everything that writes at the same moment: site, worker, sequencer."""

    def blow() -> None:
        for name in (running.WEB, running.WORKER, running.SEQUENCER):
            trial.city.kill_group(name)

    trial.strike_on(blow, trial.cast_since)


def fill_disk(trial: Trial) -> None:
    """Fill the disk of the database until nothing can be written, and free it again."""
    time.sleep(trial.seconds / 3)
    ballast = fill(trial.city.disk)
    begun = time.monotonic()
    trial.kills += 1
    while time.monotonic() < begun + FULL_FOR or not trial.crowd.failures:
        if time.monotonic() > begun + trial.seconds + FULL_FOR:
            trial.faults.append("the full disk hindered nobody")
            break
        time.sleep(0.1)
    os.unlink(ballast)
    trial.kills -= 1
    trial.strike(partial(_start_if_down, trial), trial.cast_since)
    time.sleep(trial.seconds / 3)


def _start_if_down(trial: Trial) -> None:
    postgres = trial.city.postgres
    if postgres is not None:
        postgres.start()


ALL = (
    Scenario("web", "kill -9 of a web worker", kill_web),
    Scenario("sequencer", "kill -9 of the sequencer", kill_sequencer),
    Scenario("signer", "kill -9 of the signer", kill_signer),
    Scenario("worker", "kill -9 of the worker of jobs", kill_worker),
    Scenario("queue", "Valkey emptied, and killed", empty_queue),
    Scenario("everything", "kill -9 of site, worker and sequencer at once", kill_all),
    Scenario("database", "kill -9 of PostgreSQL", kill_database, ("postgresql",)),
    Scenario("close", "the box is closed under load, counted, exported", close_under_load),
    Scenario(
        "counting",
        "kill -9 of the worker while it counts",
        kill_the_counter,
        rule=Rule.EQUAL_SHARES_ADD1,
    ),
    Scenario(
        "counting-database",
        "kill -9 of PostgreSQL while it is counted",
        kill_the_database_of_the_counter,
        ("postgresql",),
        rule=Rule.EQUAL_SHARES_ADD1,
    ),
    Scenario(
        "control-hasty-database",
        "kill -9 of PostgreSQL that acknowledges before it writes",
        kill_hasty_database,
        ("postgresql",),
        is_control=True,
    ),
    Scenario("disk", "the disk of the database is full", fill_disk, disk=64),
)
