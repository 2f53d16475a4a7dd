"""The processes that `up` looks after: each in a group of its own, so that none outlives it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

_LIBC = ctypes.CDLL(None)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of linux/prctl.h
BREATH = 0.05  # seconds between two looks


class Stopped(Exception):
    """Somebody asked everything to stop."""


class Died(Exception):
    """A part ended although nobody asked it to."""


@dataclass
class Part:
    """One running piece of the platform, and how long it may take to say goodbye."""

    name: str
    process: subprocess.Popen[bytes]
    patience: float

    def ask_to_stop(self) -> None:
        """Ask politely."""
        with suppress(ProcessLookupError):
            self.process.terminate()

    def see_off(self, until: float) -> None:
        """Wait for the goodbye; afterwards make sure that nothing of the group is left."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Household:
    """Every running part, watched together and stopped in an order that loses nothing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.parts: list[Part] = []
        self._asked_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_the_wish)

    def start(self, name: str, command: list[str], *, patience: float) -> None:
        """Start a part that runs until it is stopped."""
        self.parts.append(Part(name, self._spawn(command), patience))

    def run(self, name: str, command: list[str]) -> None:
        """Run a step that has to end well before the next one begins."""
        step = Part(name, self._spawn(command), patience=1)
        try:
            self.wait_until(lambda: step.process.poll() is not None)
        finally:
            step.ask_to_stop()
            step.see_off(time.monotonic() + step.patience)
        if step.process.returncode != 0:
            raise Died(f"{name} failed; what it said is above")

    def wait_until(self, is_so: Callable[[], bool], *, within: float = float("inf")) -> None:
        """Wait for something, but not past a wish to stop or the death of a part."""
        until = time.monotonic() + within
        while not is_so():
            self._look_around()
            if time.monotonic() > until:
                raise Died(f"the platform did not answer within {within:.0f} seconds")
            time.sleep(BREATH)

    def watch(self) -> None:
        """Stay until somebody asks to stop, or a part dies."""
        self.wait_until(lambda: False)

    def stop(self, *order: Iterable[str]) -> None:
        """Stop group after group: those who make work first, those who keep data last."""
        for names in order:
            leaving = [part for part in self.parts if part.name in set(names)]
            for part in leaving:
                part.ask_to_stop()
            asked = time.monotonic()
            for part in leaving:
                part.see_off(asked + part.patience)

    def _look_around(self) -> None:
        if self._asked_to_stop:
            raise Stopped
        for part in self.parts:
            code = part.process.poll()
            if code is not None:
                raise Died(f"{part.name} stopped unexpectedly ({_ending(code)})")

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there are no threads here
        )

    def _note_the_wish(self, *_: object) -> None:
        self._asked_to_stop = True


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _die_with_parent() -> None:
    """Ask the kernel to end this process when `up` itself is killed the hard way."""
    _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
