"""The recount from a file, as an observer runs it: a process without settings or database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from civic.counting import RULES as KNOWN
from civic.recounting.commands import RULES
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


def test_the_help_names_every_rule():
    assert set(RULES.replace(" or", ",").replace(" ", "").split(",")) == set(KNOWN)


def test_winners_stand_one_a_line_in_the_order_funded(file):
    answer = recount(file, "--rule", "greedy")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "7\n9\n", "")


def test_the_whole_outcome_as_json(file):
    answer = recount(file, "--rule", "equal-shares", "--completion", "add1", "--json")
    outcome = json.loads(answer.stdout)
    assert outcome["format"] == "civic-count/1"
    assert (outcome["rule"], outcome["completion"]) == ("equal-shares", "add1")
    assert outcome["winners"] == ["7", "9"]
    assert outcome["total_cost"] == 900.5
    assert [(p["id"], p["cost"], p["votes"], p["funded"]) for p in outcome["projects"]] == [
        ("7", 600.5, 3, True), ("8", 500, 2, False), ("9", 300, 1, True),
    ]  # fmt: skip
    assert all(project["reason"].endswith(".") for project in outcome["projects"])


def test_a_minimum_of_votes_counts(file):
    answer = recount(file, "--rule", "greedy-threshold", "--threshold", "2")
    assert answer.stdout == "7\n"


def test_the_lot_is_drawn_from_the_given_seed(file):
    answer = recount(file, "--ties", "votes,cost,lot:1405", "--json")
    assert json.loads(answer.stdout)["seed"] == "1405"


def test_every_key_of_the_json_is_documented(file):
    answer = recount(file, "--rule", "equal-shares", "--json", "--explain", "--compare", "greedy",
                     "--comparison", "coverage")  # fmt: skip
    described = (ROOT / "docs/counting.md").read_text()
    for key in keys(json.loads(answer.stdout)):
        assert f"`{key}`" in described


def keys(value):
    if isinstance(value, dict):
        for key, inside in value.items():
            yield key
            # Numbers of a sentence have the names of its placeholders.
            yield from keys(inside) if key != "reason_numbers" else ()
    if isinstance(value, list):
        for inside in value:
            yield from keys(inside)


def test_each_project_is_explained_with_what_would_have_helped(file):
    answer = recount(file, "--rule", "greedy", "--explain")
    ids, sentences = answer.stdout.splitlines()[:2], answer.stdout.splitlines()[2:]
    assert ids == ["7", "9"]
    assert sentences[0] == (
        "7: It came number 1 by votes, and its cost of 600.5 fitted into the 1,000.5 that was left."
    )
    assert sentences[2].startswith("8: It stood in place 2; when its turn came 400 was left")
    assert "at a cost of 400" in sentences[2]


def test_the_sentences_are_persian_for_who_asks(file):
    answer = recount(file, "--explain", "--language", "fa")
    assert "از نظر رأی در جایگاه ۱ بود" in answer.stdout


def test_another_rule_is_shown_beside(file):
    answer = recount(file, "--rule", "greedy", "--compare", "greedy-no-skip")
    assert "lost by greedy-no-skip: 9" in answer.stdout
    assert "spent: 900.5 → 600.5" in answer.stdout


def test_what_is_odd_is_said_and_counted(file):
    file.write_text(file.read_text().replace(";7\n", ";7,7\n", 1))
    answer = recount(file)
    assert (answer.returncode, answer.stdout) == (0, "7\n9\n")
    assert "Line" in answer.stderr


def test_the_limits_of_the_file_are_kept_for_who_asks(file):
    text = file.read_text().replace("currency;PLN", "neighborhoods;A\nbudget_per_neighborhood;400")
    text = text.replace(";name;selected", ";name;selected;neighborhood")
    for ending in (";Skwer;1", ";=Most;0", ";Zegar;1"):
        text = text.replace(ending, ending + ";A")
    file.write_text(text)
    assert recount(file, "--limit", "file").stdout == "9\n"


def test_limits_are_kept(file):
    answer = recount(file, "--limit", "conflict:7,8", "--limit", "prefund:8")
    assert answer.stdout == "8\n9\n"


@pytest.mark.parametrize("options", [
    ("--rule", "dictator"), ("--completion", "add2"), ("--ties", "dice"), ("--threshold", "-1"),
    ("--rule", "equal-shares", "--completion", "add2"), ("--utility", "joy"), ("--step", "0"),
    ("--scores", "borda"), ("--limit", "conflict:7"), ("--limit", "prefund:77"),
    ("--comparison", "mood"), ("--compare", "dictator"), ("--kernel", "abacus"),
    ("--rule", "greedy-threshold"),
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
