"""The end of a vote while people still cast: the close, and the count that is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime

from civic import running
from civic.ballots import actions as ballots
from civic.ballots.rules import GRACE
from civic.config import REPOSITORY
from civic.counting import Outcome
from civic.cycles.queries import pot
from civic.demo.crowd import fill_box
from civic.kernel import clock
from civic.kernel.db import db, transaction
from civic.results import tally
from civic.results.actions import publish_result
from civic.results.models import Count
from civic.results.queries import count_of, lines_of
from civic.torture.proof import as_counted, reading, settle
from civic.torture.town import PROJECTS, head_of_office
from civic.torture.trial import Trial

COUNTED_WITHIN = 120.0
LONGEST_WAIT = 1.0
KILLS = 5
COUNTING = "civic.results.jobs.count_box_of"


def close_under_load(trial: Trial) -> None:
    """Close the box while people cast, count, publish, and let the stand-alone program recount."""
    time.sleep(trial.seconds / 2)
    trial.kills += 1
    trial.recovery = _close(trial)
    if trial.recovery > LONGEST_WAIT:
        trial.faults.append(f"the closer waited {trial.recovery:.1f} s, longer than a second")
    trial.crowd.wait()
    _wait_for_count(trial, time.monotonic())
    _compare(trial)
    settle(trial.city, trial.vote)
    _publish(trial)
    _check_export(trial)


def kill_the_counter(trial: Trial) -> None:
    """Kill the worker in the middle of counting, again and again."""
    _kill_while_counting(trial, lambda: trial.city.kill(running.WORKER))


def kill_the_database_of_the_counter(trial: Trial) -> None:
    """Kill PostgreSQL in the middle of counting, again and again."""
    postgres = trial.city.postgres
    assert postgres is not None  # noqa: S101 - the scenario is for this engine only

    def blow() -> None:
        postgres.kill()
        time.sleep(0.3)
        postgres.start()

    _kill_while_counting(trial, blow)


def _kill_while_counting(trial: Trial, blow: Callable[[], object]) -> None:
    trial.strangers = _fill(trial, int(trial.seconds * 2_500))
    time.sleep(trial.seconds / 4)
    _close(trial)
    trial.crowd.wait()
    last, moment = time.monotonic(), clock.now()
    while trial.kills < KILLS and _begun(trial, moment):
        time.sleep(trial.chance.uniform(0, 0.4))
        if _count(trial) is not None:
            break
        blow()
        trial.kills += 1
        last, moment = time.monotonic(), clock.now()
    if not trial.kills:
        trial.faults.append("it was counted too fast to be killed")
    _wait_for_count(trial, last)
    trial.recovery = time.monotonic() - last
    _compare(trial)


def _fill(trial: Trial, voters: int) -> int:
    """Put many ballots of people without accounts into the box, so that counting takes a while."""
    with trial.city.app.app_context():
        about = pot(trial.vote.pot_id)
        assert about is not None  # noqa: S101 - for the type checker
        ballots.open_boxes(about.cycle, at=clock.now())
        with transaction():
            fill_box(about, {}, range(voters))
        db.session.remove()
    return voters


def _close(trial: Trial) -> float:
    """Close the box beside those who cast; the seconds that it took."""
    with trial.city.app.app_context():
        about = pot(trial.vote.pot_id)
        assert about is not None  # noqa: S101 - for the type checker
        db.session.rollback()
        begun = time.monotonic()
        ballots.close_box(about, at=trial.vote.closes_at + GRACE)
        waited = time.monotonic() - begun
        db.session.remove()
    return waited


def _begun(trial: Trial, since: datetime) -> bool:
    """Wait until a worker has begun to count after a moment; false when it is counted already."""
    queue = trial.city.app.extensions["queue"]
    until = time.monotonic() + COUNTED_WITHIN
    while time.monotonic() < until and _count(trial) is None:
        for _ in range(200):
            ids = queue.started_job_registry.get_job_ids(cleanup=False)
            jobs = [queue.fetch_job(one) for one in ids]
            if any(
                job and job.func_name == COUNTING and (job.started_at or since) > since
                for job in jobs
            ):
                return True
            time.sleep(0.005)
    return False


def _count(trial: Trial) -> Count | None:
    with reading(trial.city):
        return count_of(trial.vote.pot_id)


def _wait_for_count(trial: Trial, since: float) -> None:
    while _count(trial) is None:
        if time.monotonic() > since + COUNTED_WITHIN:
            trial.faults.append(f"not counted after {COUNTED_WITHIN:.0f} s")
            return
        time.sleep(0.1)


def _compare(trial: Trial) -> None:
    """N5 and N6: what was counted is what stands, and another count of it gives the same."""
    with reading(trial.city):
        about, count = pot(trial.vote.pot_id), count_of(trial.vote.pot_id)
        if about is None or count is None:
            return
        election = tally.election_of(about)
        mine: Outcome = tally.count_box(about, election)
        if as_counted(mine.as_dict()) != as_counted(count.outcome):
            trial.faults.append("N6 another count gives another result")
        if len(lines_of(count)) != PROJECTS:
            trial.faults.append("N6 the stored result is not whole")
        people = len({one.voter for one in trial.journal.taken()})
        if count.ballots != people + trial.strangers:
            trial.faults.append(f"N5 {count.ballots} counted, {people} voters acknowledged")


def _publish(trial: Trial) -> None:
    with trial.city.app.app_context():
        count = count_of(trial.vote.pot_id)
        if count is not None:
            publish_result(head_of_office(trial.town), count, at=trial.vote.closes_at + GRACE)
        db.session.remove()


def _check_export(trial: Trial) -> None:
    """Export the cycle and count it again by the program that knows nothing of ours."""
    folder = trial.city.home / f"export-{trial.vote.code}"
    export = running.verb("export", "cycle", trial.vote.code, str(folder))
    program = [sys.executable, str(REPOSITORY / "verify/civic_verify.py"), "recount", str(folder)]
    for command in (export, program):
        done = subprocess.run(
            command, env=trial.city.environment, cwd=REPOSITORY, text=True, check=False,
            capture_output=True,
        )  # fmt: skip
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            trial.faults.append(f"the stand-alone program refuses: {said[-300:]}")
            return
