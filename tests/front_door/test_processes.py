"""The household of processes: watched together, stopped in order, and none left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from civic.processes import Died, Household, Stopped

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


@pytest.fixture
def household():
    """A household whose members are gone after the test, and whose signals are handed back."""
    watched = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in watched}
    household = Household(os.environ)
    yield household
    household.stop([part.name for part in household.parts])
    for number, handler in before.items():
        signal.signal(number, handler)


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def says_so(file: Path, *, then: str) -> list[str]:
    return python(f"import pathlib; {then}; pathlib.Path({str(file)!r}).touch(); time.sleep(60)")


def wait_for(is_so, *, within=5.0) -> bool:
    """The kernel takes a moment to end what it was told to end."""
    until = time.monotonic() + within
    while not is_so() and time.monotonic() < until:
        time.sleep(0.01)
    return bool(is_so())


def is_alive(pid: int) -> bool:
    return Path("/proc", str(pid), "exe").exists()


class TestStop:
    def test_one_that_does_not_listen_is_ended_after_its_patience(self, household, tmp_path):
        household.start("deaf", says_so(tmp_path / "up", then=STUBBORN.strip("; ")), patience=0.3)
        household.wait_until((tmp_path / "up").exists, within=10)
        began = time.monotonic()

        household.stop(["deaf"])

        assert not is_alive(household.parts[0].process.pid)
        assert 0.3 <= time.monotonic() - began < 5

    def test_its_children_go_with_it(self, household, tmp_path):
        pids = tmp_path / "pid"
        script = f"sleep 60 & echo $! > {pids}; wait"
        household.start("parent", ["sh", "-c", script], patience=2)
        household.wait_until(lambda: pids.exists() and pids.read_text() != "", within=10)

        household.stop(["parent"])

        assert wait_for(lambda: not is_alive(int(pids.read_text())))

    def test_the_first_group_is_gone_before_the_second_is_asked(self, household):
        household.start("web", ["sleep", "60"], patience=2)
        household.start("worker", ["sleep", "60"], patience=2)
        web, worker = (part.process for part in household.parts)

        household.stop(["worker"])

        assert not is_alive(worker.pid)
        assert web.poll() is None


class TestWatch:
    def test_a_wish_to_stop_is_heard(self, household):
        household.start("web", ["sleep", "60"], patience=2)
        os.kill(os.getpid(), signal.SIGTERM)

        with pytest.raises(Stopped):
            household.watch()

    def test_a_death_is_named(self, household):
        household.start("The worker", python("raise SystemExit(7)"), patience=2)

        with pytest.raises(Died, match=r"The worker stopped unexpectedly \(exit code 7\)"):
            household.watch()

    def test_a_violent_death_is_named_by_its_signal(self, household):
        household.start("The queue", ["sleep", "60"], patience=2)
        household.parts[0].process.kill()

        with pytest.raises(Died, match=r"The queue stopped unexpectedly \(signal SIGKILL\)"):
            household.watch()

    def test_waiting_has_an_end(self, household):
        with pytest.raises(Died, match="did not answer"):
            household.wait_until(lambda: False, within=0.1)


class TestRun:
    def test_a_step_that_works_is_over_afterwards(self, household, tmp_path):
        household.run("Touching", ["touch", str(tmp_path / "done")])

        assert (tmp_path / "done").exists()

    def test_a_step_that_fails_is_named(self, household):
        with pytest.raises(Died, match="Bringing the database up to date failed"):
            household.run("Bringing the database up to date", ["false"])

    def test_a_wish_to_stop_ends_the_step_as_well(self, household):
        os.kill(os.getpid(), signal.SIGTERM)
        began = time.monotonic()

        with pytest.raises(Stopped):
            household.run("Sleeping", ["sleep", "60"])

        assert time.monotonic() - began < 5
