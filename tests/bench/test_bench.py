"""The measurements run; what they measure is not judged here."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from civic.bench.casting import measure_casting
from civic.bench.commands import bench
from civic.bench.counting import RULES, measure_folder
from civic.bench.pages import measure_pages
from civic.cycles.phases import PhaseKind
from tests import factories
from tests.results.test_elections import SMALL


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "wola.pb").write_text(SMALL.format(rule="greedy", skwer=1))
    return tmp_path


def test_a_file_is_counted_by_every_rule(folder):
    rows = list(measure_folder(folder))
    assert [row.ballots for row in rows] == [4] * len(RULES)
    assert {row.distinct for row in rows} == {3}
    assert all(row.peak_mb > 0 and row.tally > 0 for row in rows)


def test_a_broken_file_says_what_is_wrong_in_its_line(folder):
    (folder / "wola.pb").write_text("nonsense")
    assert all(row.refused for row in measure_folder(folder))


def test_the_verb_prints_a_table(folder):
    answer = CliRunner().invoke(bench, ["counting", str(folder)])
    assert answer.exit_code == 0
    assert answer.output.count("wola.pb") == len(RULES)


def test_pages_are_measured(app, database, tree, at_noon):
    rows = {row.page: row for row in measure_pages(app, rounds=2)}
    assert {"home", "areas", "proposals", "results", "projects"} <= set(rows)
    assert all(row.status == 200 and 0 < row.gzipped < row.raw for row in rows.values())
    assert rows["home"].statements > 0


def test_casting_is_measured(database, tree, rosa, at_noon):
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
    pot = factories.make_pot(cycle, tree.sepidar)
    factories.make_ballot_project(pot)
    row = measure_casting(rosa, pot, casts=2, at=at_noon)
    assert row.per_second > 0
    assert row.ratio > 0
