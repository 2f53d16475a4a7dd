"""What the voters saw, written to the disk before and after each attempt."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

TAKEN, REFUSED_FROM, FAILED_FROM = 303, 400, 500


@dataclass
class Attempt:
    """One press of the button: by whom, with which key, for what, and what came of it."""

    voter: int
    key: UUID
    choices: list[int]
    form: dict[str, str]
    cookie: str
    status: int | None = None
    receipt: str | None = None
    # How the same press was answered when it was sent again.
    again: list[int] = field(default_factory=list)
    sent_at: float = 0.0
    answered_at: float = 0.0

    @property
    def is_taken(self) -> bool:
        """Did the city say that the vote is recorded?"""
        return self.status == TAKEN or TAKEN in self.again

    @property
    def is_refused(self) -> bool:
        """Did the city say no, in words?"""
        final = self.again[-1] if self.again else self.status
        return not self.is_taken and final is not None and REFUSED_FROM <= final < FAILED_FROM

    @property
    def is_unknown(self) -> bool:
        """Does nobody know what became of it?"""
        return not self.is_taken and not self.is_refused


class Journal:
    """All attempts about one pot, in order; each line is on the disk before we go on."""

    def __init__(self, file: Path) -> None:
        self.attempts: list[Attempt] = []
        self._file = file.open("a", buffering=1)
        self._lock = threading.Lock()

    def send(self, attempt: Attempt) -> None:
        """Note that an attempt is about to be sent."""
        attempt.sent_at = time.monotonic()
        self._write({"send": str(attempt.key), "voter": attempt.voter, "p": attempt.choices})
        with self._lock:
            self.attempts.append(attempt)

    def answer(self, attempt: Attempt, status: int | None) -> None:
        """Note what came back, or that nothing did."""
        attempt.status, attempt.answered_at = status, time.monotonic()
        self._write({"answer": str(attempt.key), "status": status})

    def repeat(self, attempt: Attempt, status: int | None) -> None:
        """Note what the same press was answered when it was sent again."""
        if status is not None:
            attempt.again.append(status)
        self._write({"again": str(attempt.key), "status": status})

    def receipt(self, attempt: Attempt, code: str) -> None:
        """Note the code that the voter was shown."""
        attempt.receipt = code
        self._write({"receipt": str(attempt.key), "code": code})

    def taken(self) -> list[Attempt]:
        """The attempts that were acknowledged."""
        return [attempt for attempt in list(self.attempts) if attempt.is_taken]

    def unknown(self) -> Iterator[Attempt]:
        """The attempts about which nothing is known."""
        return (attempt for attempt in list(self.attempts) if attempt.is_unknown)

    def unanswered(self) -> int:
        """How many attempts nobody answered at first."""
        return sum(attempt.status is None for attempt in self.attempts)

    def taken_after(self, moment: float) -> float | None:
        """When the first vote that was sent after a moment was acknowledged."""
        later = [
            attempt.answered_at
            for attempt in list(self.attempts)
            if attempt.status == TAKEN and attempt.sent_at > moment
        ]
        return min(later, default=None)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, said: dict[str, object]) -> None:
        line = json.dumps(said) + "\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
