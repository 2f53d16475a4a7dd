"""What the command prints: for pipes, for terminals, for programs, and on the way."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner

from civic.counting import CountingError
from civic.recounting import progress
from civic.recounting.answers import answer
from civic.recounting.commands import recount
from civic.recounting.options import Wanted, method_of, tie_rule
from civic.recounting.report import bar
from tests.results.test_elections import SMALL

USUAL = {
    "rule": "greedy", "utility": None, "completion": "none", "step": None, "threshold": 0,
    "ties": "votes,cost", "scores": None, "limits": (), "comparison": "", "compare": "",
    "explain": False, "language": "en", "kernel": None, "as_json": False,
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "wola.pb"
    path.write_text(SMALL.format(rule="greedy", skwer=1))
    return path


def said(path, width=None, **options):
    return "".join(answer(path, Wanted(**{**USUAL, **options}), width))


def test_a_pipe_gets_the_ids(path):
    assert said(path) == "7\n9\n"


def test_a_terminal_gets_a_table_with_bars(path):
    drawn = said(path, width=80)
    assert "█" * 24 in drawn
    assert "2 of 3 projects for 900.5 of 1,000.5; 4 ballots, 100.0% with a winner" in drawn


def test_sentences_come_in_both_languages(path):
    assert "7: It came number 1 by votes" in said(path, explain=True)
    assert "۶۰۰٫۵" in said(path, explain=True, language="fa")


def test_a_sentence_can_name_another_project(path):
    assert "project 8" in said(path, rule="greedy-no-skip", explain=True)


def test_another_rule_beside(path):
    beside = said(path, compare="equal-shares/add1-utilitarian")
    assert "gained by equal-shares/add1-utilitarian: –" in beside


def test_the_whole_as_json(path):
    whole = json.loads(said(path, as_json=True, explain=True, compare="greedy-no-skip"))
    assert whole["compared"]["lost"] == ["9"]
    change = {project["id"]: project["change"] for project in whole["projects"]}
    assert change["7"] is None
    assert (change["8"]["votes"], change["8"]["sentence"][-1]) == (1, ".")


def test_json_without_extras(path):
    assert "compared" not in json.loads(said(path, as_json=True))


def test_the_threshold_and_the_step_of_the_file_are_used(path):
    path.write_text(path.read_text().replace(
        "currency;PLN", "currency;PLN\nmin_project_score_threshold;2\nadd1_step;2.5"))  # fmt: skip
    assert said(path, rule="greedy-threshold") == "7\n"
    whole = json.loads(said(path, rule="equal-shares", completion="add1", as_json=True))
    assert whole["step"] == 2.5


def test_notes_about_the_file_are_said_beside(path, capsys):
    path.write_text(path.read_text().replace("M;7\n", "M;7,7\n", 1))
    assert said(path) == "7\n9\n"
    assert "Line 22" in capsys.readouterr().err


@pytest.mark.parametrize("options", [("--rule", "dictator"), ("--limit", "file:x")])
def test_what_is_wrong_is_one_line(path, options):
    result = CliRunner().invoke(recount, [str(path), *options])
    assert result.exit_code == 2
    assert result.output.startswith("civic: wola.pb: ")
    assert len(result.output.splitlines()) == 1


def test_the_command_prints_the_ids(path):
    result = CliRunner().invoke(recount, [str(path)])
    assert (result.exit_code, result.output) == (0, "7\n9\n")


def test_a_missing_file_is_one_line(tmp_path):
    result = CliRunner().invoke(recount, [str(tmp_path / "nowhere.pb")])
    assert (result.exit_code, result.output) == (
        2,
        "civic: nowhere.pb: No such file or directory\n",
    )


def test_the_limits_of_the_file(path):
    assert said(path, limits=("file",)) == "7\n9\n"
    assert said(path, limits=("conflict:7,9",)) == "7\n"


def test_ties_are_read():
    rule = tie_rule("votes, lot:1405,,order")
    assert (rule.steps, rule.seed) == (("votes", "lot", "order"), "1405")
    with pytest.raises(CountingError, match="dice"):
        tie_rule("dice")


def test_methods_are_read():
    assert method_of("equal-shares/add1") == ("equal-shares", "add1")
    assert method_of("greedy") == ("greedy", "none")
    with pytest.raises(CountingError, match="dictator"):
        method_of("dictator")


@pytest.mark.parametrize(("share", "letters"), [(0, ""), (-1, ""), (1, 24), (0.5, 12)])
def test_a_bar_has_its_length(share, letters):
    assert len(bar(share)) == (letters or 0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class TestProgress:
    def test_a_long_count_tells_a_terminal_how_far_it_is(self, monkeypatch):
        monkeypatch.setattr(progress, "PATIENCE", -1.0)
        stream = Terminal()
        with progress.Progress(stream) as told:
            told(1_234, 5_000_000)
        assert "run 1,234, 5,000,000 spent" in stream.getvalue()
        assert stream.getvalue().endswith("\r\x1b[K")

    def test_a_short_one_is_silent(self):
        stream = Terminal()
        with progress.Progress(stream) as told:
            told(1, 2)
        assert stream.getvalue() == ""

    def test_a_very_long_one_says_once_what_to_do(self, monkeypatch):
        monkeypatch.setattr(progress, "LONG", -1.0)
        stream = io.StringIO()
        with progress.Progress(stream) as told:
            told(1, 2)
            told(2, 2)
        assert stream.getvalue().count("--step") == 1
