"""Setting up on a bare machine: which way is taken, and when nothing has to be done."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from civic import __main__ as front_door

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A fresh clone with an environment that runs, but in which nothing was installed."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    pins = tmp_path / "requirements.txt"
    pins.write_text("flask==1\n")
    monkeypatch.setattr(front_door, "ROOT", tmp_path)
    monkeypatch.setattr(front_door, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(front_door, "PYTHON", python)
    return tmp_path


@pytest.fixture
def machine(monkeypatch):
    """Describe a machine: its programs, the modules of its Python, and whether we are root."""

    def describe(*, programs=(), modules=(), user=1000):
        monkeypatch.setattr(front_door.shutil, "which", lambda name: name in programs or None)
        monkeypatch.setattr(front_door, "python_has", lambda name, python=None: name in modules)
        monkeypatch.setattr(front_door.os, "geteuid", lambda: user)

    return describe


class TestWayToInstall:
    def test_uv_is_taken_where_it_is(self, machine):
        machine(programs=["uv", "apt-get"], modules=["ensurepip", "pip"], user=0)

        assert front_door.way_to_install() is front_door.install_with_uv

    def test_else_the_standard_library_does_it(self, machine):
        machine(modules=["ensurepip", "pip"])

        assert front_door.way_to_install() is front_door.install_with_venv

    def test_a_pip_outside_helps_where_ensurepip_was_left_out(self, machine):
        machine(programs=["apt-get"], modules=["pip"], user=0)

        assert front_door.way_to_install() is front_door.install_with_outer_pip

    def test_root_on_a_bare_debian_asks_debian(self, machine):
        machine(programs=["apt-get"], user=0)

        assert front_door.way_to_install() is front_door.install_with_debian

    def test_anybody_else_is_told_the_one_command(self, machine):
        machine(programs=["apt-get"])

        with pytest.raises(front_door.CannotSetUp, match="apt-get install --yes python3-venv"):
            front_door.way_to_install()


class TestSetUp:
    @pytest.fixture
    def installed(self, clone, monkeypatch):
        """What was installed, in order."""
        done: list[str] = []
        monkeypatch.setattr(
            front_door, "way_to_install", lambda: lambda pins: done.append(pins.read_text())
        )
        return done

    def test_installs_once(self, clone, installed):
        front_door.set_up(clone / "requirements.txt")
        front_door.set_up(clone / "requirements.txt")

        assert installed == ["flask==1\n"]

    def test_installs_again_when_the_pins_change(self, clone, installed):
        pins = clone / "requirements.txt"
        front_door.set_up(pins)
        pins.write_text("flask==2\n")
        front_door.set_up(pins)

        assert installed == ["flask==1\n", "flask==2\n"]

    def test_installs_again_when_the_python_of_the_environment_is_gone(self, clone, installed):
        front_door.set_up(clone / "requirements.txt")
        front_door.PYTHON.unlink()
        front_door.set_up(clone / "requirements.txt")

        assert len(installed) == 2

    def test_a_failed_install_is_tried_again(self, clone, monkeypatch):
        def fail(_pins):
            raise front_door.CannotSetUp("no network")

        monkeypatch.setattr(front_door, "way_to_install", lambda: fail)
        with pytest.raises(front_door.CannotSetUp):
            front_door.set_up(clone / "requirements.txt")

        assert not front_door.is_set_up(clone / "requirements.txt")

    def test_leaves_a_command_that_is_this_front_door(self, clone, installed):
        front_door.set_up(clone / "requirements.txt")

        script = clone / ".venv" / "bin" / "civic"
        assert script.stat().st_mode & 0o111
        assert 'run_module("civic"' in script.read_text()

    def test_a_step_that_fails_gives_its_last_words(self):
        with pytest.raises(front_door.CannotSetUp, match=r"(?s)step failed.*no space left"):
            front_door.run("sh", "-c", "echo no space left; exit 3")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        pytest.param([], "requirements.txt", id="help"),
        pytest.param(["up"], "requirements.txt", id="up"),
        pytest.param(["export", "test"], "requirements.txt", id="a word that looks like a verb"),
        pytest.param(["test", "-k", "x"], "requirements-test.txt", id="test"),
        pytest.param(["shots", "out"], "requirements-test.txt", id="pictures need a browser"),
    ],
)
def test_each_verb_gets_the_packages_that_it_needs(arguments, name):
    assert front_door.requirements_for(arguments).name == name


def test_the_front_door_needs_nothing_but_the_standard_library():
    outcome = subprocess.run(
        ["python3", "-S", "-I", "-c", f"import runpy; runpy.run_path({front_door.__file__!r})"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr


class TestPins:
    @pytest.fixture(params=["requirements.txt", "requirements-test.txt"])
    def pins(self, request):
        return (ROOT / request.param).read_text()

    def test_hold_every_declared_package(self, pins):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        declared = {re.split(r"[\[>=<]", line)[0] for line in project["dependencies"]}

        assert declared <= set(re.findall(r"^([a-z0-9-]+)==", pins, re.MULTILINE))

    def test_name_no_registry(self, pins):
        assert "://" not in pins

    def test_have_a_hash_for_every_package(self, pins):
        entries = re.split(r"\n(?=\S)", pins.strip())

        assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
