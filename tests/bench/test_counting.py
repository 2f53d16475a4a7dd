"""Counting is measured; what is measured is not judged here."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from civic.bench import counting, ours
from civic.bench.commands import bench
from civic.bench.methods import Method, peak_mb
from civic.bench.synthetic import Size, draw
from civic.counting import count
from tests.results.test_elections import SMALL

NUMPY = ("numpy",)
SHARES = Method("equal-shares")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "wola.pb").write_text(SMALL.format(rule="greedy", skwer=1))
    return tmp_path


@pytest.fixture
def alone(monkeypatch):
    """As where pabutools is not installed."""
    monkeypatch.setattr(counting, "is_installed", lambda: False)


def answers(monkeypatch, **by_program):
    """Let every process answer this: the program's last word and what it found."""
    monkeypatch.setattr(counting, "is_installed", lambda: True)
    monkeypatch.setattr(
        counting, "ask", lambda program, *_, **__: by_program[program.rpartition(".")[2]]
    )


class TestOurs:
    def test_a_file_is_counted_in_a_process_of_its_own(self, folder, alone):
        wanted = counting.wanted(["greedy", "equal-shares/add1"], NUMPY)

        rows = list(counting.measure_folder(folder, wanted))

        assert [(row.ballots, row.distinct, row.rule) for row in rows] == [
            ("4", "3", "greedy"),
            ("4", "3", "equal-shares/add1"),
        ]
        assert all(float(row.load) > 0 and float(row.tally) > 0 for row in rows)
        assert all(int(row.peak) > 10 for row in rows)

    def test_a_broken_file_says_what_is_wrong_in_its_line(self, folder, alone):
        (folder / "wola.pb").write_text("nonsense")

        (row,) = counting.measure_folder(folder, counting.wanted(kernels=NUMPY))

        assert row.kernel.startswith("Line 1")

    def test_a_rule_that_does_not_exist_says_so_too(self, folder, alone):
        (row,) = counting.measure_folder(folder, counting.wanted(["dice"], NUMPY))

        assert "no rule dice" in row.kernel

    def test_the_program_prints_one_line(self, folder, capsys):
        ours.main(str(folder / "wola.pb"), SHARES, "numpy")

        told = json.loads(capsys.readouterr().out)
        assert told["distinct"] == 3
        assert told["winners"]

    def test_long_work_is_done_once_and_short_work_again(self, monkeypatch):
        done = []
        ours.timed(lambda: done.append(1))
        assert len(done) == ours.AGAIN

        monkeypatch.setattr(ours, "SHORT", 0.0)
        ours.timed(lambda: done.append(1))
        assert len(done) == ours.AGAIN + 1

    def test_memory_is_that_of_this_process(self):
        assert peak_mb() > 10


class TestBesideTheReferee:
    MINE = {
        "ballots": 9,
        "distinct": 3,
        "load": 0.5,
        "tally": 0.5,
        "peak_mb": 50,
        "winners": ["a", "b"],
    }
    THEIRS = {"load": 10, "tally": 90, "peak_mb": 900, "winners": ["b", "a"]}

    def measured(self, folder, rule="equal-shares"):
        (row,) = counting.measure_folder(folder, counting.wanted([rule], NUMPY))
        return row

    def test_it_says_how_many_times_faster_and_whether_the_winners_agree(self, folder, monkeypatch):
        answers(monkeypatch, ours=self.MINE, referee=self.THEIRS)

        row = self.measured(folder)

        assert (row.faster, row.faster_from_file) == ("180 / 180", "100 / 100")
        assert row.winners == "same"

    def test_other_winners_cannot_be_overlooked(self, folder, monkeypatch):
        answers(monkeypatch, ours=self.MINE, referee={**self.THEIRS, "winners": ["a"]})

        assert self.measured(folder).winners == "DIFFERENT"

    def test_a_count_that_was_ended_is_longer_than_that(self, folder, monkeypatch):
        answers(monkeypatch, ours=self.MINE, referee={"over": 60})

        row = self.measured(folder)

        assert (row.plain, row.faster, row.winners) == (">60", ">120 / >120", "")

    def test_a_count_that_failed_gives_its_last_words(self, folder, monkeypatch):
        answers(monkeypatch, ours=self.MINE, referee={"refused": "MemoryError"})

        assert self.measured(folder).plain == "MemoryError"

    @pytest.mark.parametrize("rule", ["greedy-no-skip", "equal-shares/add1"])
    def test_what_it_has_not_is_not_asked_of_it(self, folder, monkeypatch, rule):
        answers(monkeypatch, ours=self.MINE)

        assert self.measured(folder, rule).plain == ""

    def test_a_process_that_takes_too_long_is_ended(self):
        told = counting.ask("civic.bench.ours", "9000000x300", SHARES, "numpy", limit=1)

        assert told == {"over": 1}

    def test_a_process_that_breaks_is_heard(self, folder):
        told = counting.ask("civic.bench.ours", folder / "none.pb", SHARES, "numpy")

        assert "none.pb" in told["refused"]


class TestDrawnElections:
    def test_the_same_seed_draws_the_same_ballots(self):
        one, other = (draw(Size(500, 20)).election() for _ in range(2))

        assert one.sha256 == other.sha256
        assert one.voters == 500
        assert draw(Size(500, 20), seed=1).election().sha256 != one.sha256

    def test_portions_make_no_difference_to_the_number_of_ballots(self, monkeypatch):
        monkeypatch.setattr("civic.bench.synthetic.PORTION", 100)

        assert draw(Size(250, 20)).election().voters == 250

    def test_something_wins_and_something_loses(self):
        outcome = count(draw(Size(2_000, 30)).election(), "equal-shares", "add1")

        assert 0 < len(outcome.winners) < 30

    def test_a_size_is_read_as_it_is_written(self):
        assert Size.named("5000000x300") == (5_000_000, 300, 8)
        assert str(Size.named("10x20x3")) == "10x20x3"


class TestTheVerb:
    def test_it_prints_a_table(self, folder, alone):
        answer = CliRunner().invoke(bench, ["counting", str(folder), "--kernel", "numpy"])

        assert answer.exit_code == 0, answer.output
        assert "wola" in answer.output
        assert "--with-pabutools" in answer.output

    def test_it_prints_the_referees_columns_where_it_is_installed(self, folder, monkeypatch):
        answers(monkeypatch, ours=TestBesideTheReferee.MINE, referee=TestBesideTheReferee.THEIRS)

        answer = CliRunner().invoke(
            bench, ["counting", str(folder), "--rules", "equal-shares", "--kernel", "numpy"]
        )

        assert "180 / 180" in answer.output

    def test_drawn_ballots_need_no_folder(self, monkeypatch):
        monkeypatch.setattr(counting, "FLAT", [Size(100, 10)])

        answer = CliRunner().invoke(
            bench,
            ["counting", "--synthetic", "200x10", "--rules", "greedy", "--kernel", "numpy"],
        )

        assert answer.exit_code == 0, answer.output
        assert "200x10x8" in answer.output
        assert "100x10x8" in answer.output

    def test_the_referee_is_installed_on_demand(self, folder, alone, monkeypatch):
        asked = []
        monkeypatch.setattr("subprocess.run", lambda words, **_: asked.append(words))

        CliRunner().invoke(bench, ["counting", "--with-pabutools"])

        ((python, *_, pins),) = asked
        assert python == sys.executable
        assert pins.endswith("requirements-oracle.txt")
