"""The signer as a process: it answers at its socket and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

from civic.config import REPOSITORY


def test_the_signer_needs_no_key_of_the_city(tmp_path):
    place = tmp_path / "s.sock"
    environment = {
        "PATH": os.environ["PATH"], "SIGNER_HOME": str(tmp_path / "own"),
        "SIGNER_SOCKET": str(place), "TRUSTED_HOSTS": "city.example", "REDIS_URL": "unix:///x",
        "DATABASE_URL": "postgresql://nobody@nowhere/none",
    }  # fmt: skip
    command = [sys.executable, "-m", "civic", "signer"]
    with subprocess.Popen(command, env=environment, cwd=REPOSITORY) as process:
        said = ask_when_there(place, {"do": "key"})
        process.send_signal(signal.SIGTERM)

    assert said["key"].startswith("city.example+")
    assert process.returncode == 0
    assert not place.exists()
    assert [file.name for file in (tmp_path / "own").iterdir()] == ["signer.key"]


def ask_when_there(place, request):
    while not place.exists():
        time.sleep(0.05)
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(place))
        end.sendall(json.dumps(request).encode() + b"\n")
        return json.loads(end.makefile().readline())
