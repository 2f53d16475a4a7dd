"""What the oracles stand on is pinned like everything else, and fits beside the tests' packages."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.counting.oracles.elections import ROOT

PINS = (ROOT / "requirements-oracle.txt").read_text()
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\$", re.MULTILINE)


def pinned(text):
    return {(name, marker): version for name, version, marker in PIN.findall(text)}


def test_every_package_of_the_group_is_pinned():
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["oracle"]
    names = {re.split(r"[<=>]", line)[0] for line in group}

    assert names <= {name for name, _ in pinned(PINS)}


def test_every_pin_has_a_hash_and_none_names_a_registry():
    entries = re.split(r"\n(?=\S)", PINS.strip())

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in PINS


@pytest.mark.parametrize("other", ["requirements.txt", "requirements-test.txt"])
def test_packages_of_both_lists_have_the_same_version(other):
    ours, theirs = pinned(PINS), pinned((ROOT / other).read_text())

    assert ours.keys() & theirs.keys()
    assert {pin: ours[pin] for pin in ours.keys() & theirs.keys()} == {
        pin: theirs[pin] for pin in ours.keys() & theirs.keys()
    }


def test_nothing_that_is_shipped_needs_them():
    group = {"pabutools", "numba", "gurobipy", "pulp"}

    assert group.isdisjoint(name for name, _ in pinned((ROOT / "requirements.txt").read_text()))
