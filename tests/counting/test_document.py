"""A result as one object: every kind of rule, amounts in the currency of the election."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from civic import counting
from civic.counting import RULES, Election, Limits, Project, count
from civic.counting.document import document, money, text
from civic.counting.version import code_version, fingerprint

PAPER = [Project("a", 600), Project("b", 550), Project("c", 300)]
BALLOTS = [["a"], ["a", "b"], ["b"], ["c"], ["a"]]


@pytest.fixture
def election():
    """Four projects for ten, in hundredths of a currency."""
    return Election.of(PAPER, 1_000, BALLOTS, scale=100)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_can_be_written(election, rule):
    threshold = int(rule == "greedy-threshold")
    written = document(count(election, rule, threshold=threshold))
    assert json.loads(text(written)) == written
    assert written["rule"] == rule
    assert written["total_cost"] == sum(p["cost"] for p in written["projects"] if p["funded"])


def test_amounts_are_in_the_currency(election):
    written = document(count(election, "equal-shares"))
    assert (written["budget"], written["endowment"]) == (10, "2/1")
    assert [p["cost"] for p in written["projects"]] == [6, 5.5, 3]
    assert written["rounds"][0]["payment"] == "2/1"
    assert written["projects"][1]["reason_numbers"]["missing"] == 3.5


def test_points_are_written_where_there_are_any():
    election = Election.of(PAPER, 1_000, [{"a": 3}, {"b": 1}])
    assert [p["score"] for p in document(count(election))["projects"]] == [3, 1, 0]


def test_a_comparison_says_whose_winners_were_taken(election):
    written = document(count(election, "equal-shares", comparison="coverage"))
    assert set(written["preference"]) == {"mode", "taken", "one", "other", "equal"}


def test_the_load_of_phragmen_is_exact(election):
    assert document(count(election, "phragmen"))["rounds"][0]["load"] == "2/1"


def test_limits_are_part_of_it(election):
    limits = Limits(prefunded=("c",))
    assert document(count(election, limits=limits))["limits"]["prefunded"] == ["c"]


@pytest.mark.parametrize(("units", "scale", "amount"), [
    (1_050, 100, 10.5), (1_000, 100, 10), (7, 1, 7), (0, 100, 0), (99_999_999_999_999_901, 100,
     999_999_999_999_999.01),
])  # fmt: skip
def test_money_is_whole_wherever_it_is(units, scale, amount):
    assert money(units, scale) == amount
    assert isinstance(money(units, scale), int) == (units % scale == 0)


def library(folder, **changes):
    """A folder with a few modules in it, some at the top and some further down."""
    texts = {"count": "a = 1\n", "rules/greedy": "b = 2\n", "rules/deep/down": "c = 3\n"}
    for name, written in {**texts, **changes}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.py").write_text(written)
    return folder


class TestTheFingerprintOfTheCode:
    """It tells which code counted, wherever on a disk the code may lie."""

    def test_it_is_that_of_the_library_which_runs(self):
        assert code_version() == fingerprint(Path(counting.__file__).parent)
        assert re.fullmatch("counting-[0-9a-f]{16}", code_version())

    def test_neither_the_place_nor_what_is_no_code_is_part_of_it(self, tmp_path):
        one, other = library(tmp_path / "one"), library(tmp_path / "a/b")
        (other / "rules/notes.txt").write_text("nothing")

        assert fingerprint(one) == fingerprint(other)

    @pytest.mark.parametrize("name", ["count", "rules/greedy", "rules/deep/down", "rules/new"])
    def test_every_module_changes_it_however_deep_it_lies(self, tmp_path, name):
        one, other = library(tmp_path / "one"), library(tmp_path / "other", **{name: "d = 4\n"})

        assert fingerprint(one) != fingerprint(other)

    def test_the_folder_of_a_module_is_part_of_its_name(self, tmp_path):
        one, other = library(tmp_path / "one"), library(tmp_path / "other")
        (other / "rules/greedy.py").rename(other / "greedy.py")

        assert fingerprint(one) != fingerprint(other)
