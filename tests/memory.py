"""Where tests write: into memory, where there is enough of it, for no test needs its files later.

Most of the time of a test that commits for real is waiting for a disk to say that it has written.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

ROOMY = 1_000_000_000  # bytes: containers often give /dev/shm only 64 MB


def roomy_place() -> Path:
    """The folder in which tests make theirs."""
    memory = Path("/dev/shm")  # noqa: S108 - the folders made in it have names nobody can guess
    if os.access(memory, os.W_OK) and _runs_programs(memory) and _has_room(memory):
        return memory
    return Path(tempfile.gettempdir())


def _runs_programs(folder: Path) -> bool:
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC


def _has_room(folder: Path) -> bool:
    return shutil.disk_usage(folder).free > ROOMY


def pytest_configure(config: pytest.Config) -> None:
    """Let the folders of `tmp_path` lie there; those of tests that passed are gone afterwards."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(roomy_place()))
