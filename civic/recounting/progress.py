"""One line that tells how far a long count is, where somebody watches a terminal."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

# A count that is done by then, in seconds, needs no telling.
PATIENCE = 1.0
# By then whoever reads the output of a program wants to know as well.
LONG = 20.0


class Progress:
    """Called after every run of a count; writes over its own line, and takes it away at the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun_at = self._said_at = time.monotonic()
        self._warned = False
        self._wrote = False

    def __call__(self, runs: int, spent: int) -> None:
        now = time.monotonic()
        if self._stream.isatty() and now - self._said_at > PATIENCE:
            self._said_at, self._wrote = now, True
            self._stream.write(f"\r\x1b[Krun {runs:,}, {spent:,} spent")
            self._stream.flush()
        if not self._warned and now - self._begun_at > LONG:
            self._warned = True
            self._stream.write("civic: still counting; a larger --step ends sooner\n")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._wrote:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
