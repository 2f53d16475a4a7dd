"""The verifier as a module, which no package of ours may import, and a way to run it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.verify.city import honest, write

PROGRAM = Path(__file__).parents[2] / "verify" / "civic_verify.py"


@pytest.fixture(scope="session")
def verifier():
    spec = importlib.util.spec_from_file_location("civic_verify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(verifier, capsys):
    """Run a command in this process: its exit code and what it said."""

    def running(*words):
        code = verifier.main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out + said.err

    return running


@pytest.fixture
def check(run, tmp_path):
    """Write a folder and check it by a command."""

    def checking(files, command="log", *words):
        return run(command, write(tmp_path / "export", files), *words)

    return checking


@pytest.fixture(scope="session")
def export(tmp_path_factory):
    """An honest city and its folder, which nobody may change."""
    city = honest()
    return city, write(tmp_path_factory.mktemp("honest"), city.files(counted=True))
