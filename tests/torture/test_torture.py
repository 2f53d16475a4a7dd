"""A few seconds of the torture: real processes, killed while people vote over HTTP."""

import time

import pytest
from click.testing import CliRunner

from civic.cli import cli
from civic.torture.journal import Attempt, Journal
from civic.torture.proof import prove
from civic.torture.runs import people_of, run_one
from civic.torture.scenarios import ALL
from civic.torture.servers import Lacking, fill, small_disk
from civic.torture.trial import Rule, trial_of, vote_in

BY_NAME = {one.name: one for one in ALL}
SECONDS = 2.0


@pytest.fixture(scope="module")
def city(engine_name):
    from civic.torture.city import new_city

    try:
        with new_city(engine_name) as running:
            yield running
    except Lacking as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def people(city):
    return people_of(city)


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["web", "close"])
def test_nothing_is_lost(city, people, name):
    row = run_one(city, people, BY_NAME[name], name, SECONDS)
    assert row.verdict == "ok"
    assert (row.lost, row.doubled) == (0, 0)
    assert row.kills
    assert row.acknowledged > 4


@pytest.mark.endurance
def test_what_was_acknowledged_and_is_not_there_is_found(city, people):
    vote = vote_in(city, people, "lost", Rule.GREEDY)
    with trial_of(city, people, vote, SECONDS) as trial:
        trial.crowd.start(4, trial.crowd.review_and_cast)
        while len(trial.journal.taken()) < 4:
            time.sleep(0.05)
        trial.crowd.stop()
        taken = trial.journal.taken()
        forget(trial.journal, taken[0])
        pretend(trial.journal, taken[1])
        verdict = prove(city, people, vote, trial.journal, trial.watcher)
    assert verdict.lost == 1
    assert any(fault.startswith("N2 ballots that nobody has sent") for fault in verdict.faults)


def forget(journal: Journal, attempt: Attempt) -> None:
    """As if somebody else had put this ballot into the box."""
    journal.attempts.remove(attempt)


def pretend(journal: Journal, attempt: Attempt) -> None:
    """As if one more vote had been acknowledged."""
    from dataclasses import replace
    from uuid import uuid4

    journal.attempts.append(replace(attempt, key=uuid4(), receipt=None))


def test_a_full_disk_is_full():
    try:
        with small_disk(1) as disk:
            ballast = fill(disk)
            with pytest.raises(OSError, match="No space"):
                (disk / "more").write_bytes(b"more")
            ballast.unlink()
            (disk / "more").write_bytes(b"more")
    except Lacking as missing:
        pytest.skip(f"allowed: {missing}")


def test_a_scenario_that_does_not_exist_is_refused_by_name():
    said = CliRunner().invoke(cli, ["torture", "--only", "nothing"])
    assert said.exit_code == 1
    assert "The scenarios are:" in said.output
