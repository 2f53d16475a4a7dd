"""The recount from a file, as an observer runs it: a process without settings or database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.results.test_elections import SMALL

ROOT = Path(__file__).parents[2]


def recount(path, *options):
    # Not even the settings that this test itself runs with.
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "civic", "recount", str(path), *options],
        cwd=ROOT, env=plain, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "wola.pb"
    path.write_text(SMALL.format(rule="greedy", skwer=1))
    return path


def test_winners_stand_one_a_line_in_the_order_funded(file):
    answer = recount(file, "--rule", "greedy")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "7\n9\n", "")


def test_the_whole_outcome_as_json(file):
    answer = recount(file, "--rule", "equal-shares", "--completion", "add1", "--json")
    outcome = json.loads(answer.stdout)
    assert outcome["options"]["completion"] == "add1"
    assert len(outcome["lines"]) == 3


def test_a_minimum_of_votes_counts(file):
    answer = recount(file, "--rule", "greedy-threshold", "--threshold", "2")
    assert answer.stdout == "7\n"


def test_the_lot_is_drawn_from_the_given_seed(file):
    answer = recount(file, "--ties", "votes,cost,lot:1405", "--json")
    assert json.loads(answer.stdout)["options"]["seed"] == "1405"


@pytest.mark.parametrize("options", [
    ("--rule", "dictator"), ("--completion", "add2"), ("--ties", "dice"), ("--threshold", "-1"),
])  # fmt: skip
def test_a_wrong_option_is_one_line_and_exit_2(file, options):
    answer = recount(file, *options)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert len(answer.stderr.splitlines()) == 1


def test_a_broken_or_missing_file_is_one_line_and_exit_2(file, tmp_path):
    file.write_text(file.read_text().replace("num_votes;4", "num_votes;5"))
    for path in (file, tmp_path / "nowhere.pb"):
        answer = recount(path)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert len(answer.stderr.splitlines()) == 1


def test_real_winners_of_an_official_count(reference):
    path = reference / "pabulib" / "Netherlands_Assen_2024.pb"
    answer = recount(path, "--rule", "equal-shares", "--completion", "add1")
    assert answer.stdout.split() == ["3", "9", "2", "11", "13", "14", "5", "6", "12"]
