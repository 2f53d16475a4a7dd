"""The checks themselves: what they say, and that they can say no."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from click.testing import CliRunner

from civic import checks
from civic.cli import cli
from tests.contracts import EdgesStayHome

ROOT = Path(__file__).parents[2]


class TestRunChecks:
    def test_a_clean_one_is_a_line_with_its_seconds(self, capsys):
        assert checks.run_checks({"order": ["echo", "never shown"]}) == 0

        assert capsys.readouterr().out.split()[:2] == ["order", "ok"]

    def test_one_that_is_not_shows_what_it_said(self, capsys):
        outcome = checks.run_checks({"good": ["true"], "bad": ["sh", "-c", "echo line 7; exit 1"]})

        assert outcome == 1
        assert "line 7" in capsys.readouterr().out


class TestTest:
    @pytest.fixture
    def ran(self, monkeypatch):
        """The names of the checks and the arguments of pytest, as they would have run."""
        seen: list[object] = []
        monkeypatch.setattr(checks, "run_checks", lambda named: seen.append(list(named)) or 0)
        monkeypatch.setattr(checks, "_pytest", lambda arguments: seen.append(arguments) or 0)
        return seen

    def test_alone_it_runs_every_check_and_says_what_it_leaves_out(self, ran, capsys):
        assert checks.test([]) == 0

        assert ran == [list(checks.ALL), [*checks.SPREAD, "-m", "not endurance"]]
        assert "`python3 -m civic test --all` runs them too" in capsys.readouterr().out

    def test_with_all_of_it_nothing_is_left_out(self, ran, capsys):
        said = CliRunner().invoke(cli, ["test", "--all"])

        assert (said.exit_code, said.output) == (0, "")
        assert ran == [list(checks.ALL), checks.SPREAD]
        assert "-m" not in checks.SPREAD

    def test_before_a_change_lands_all_of_it_runs_and_nothing_may_be_skipped(self):
        *_, expects, runs = (ROOT / ".ci/run").read_text().splitlines()

        assert expects == "export CIVIC_EXPECT_ALL=1"
        assert runs == "exec python3 -m civic test --all"

    def test_with_arguments_it_is_pytest_after_a_quick_look(self, ran):
        checks.test(["-k", "ballot"])

        assert ran == [["ruff check"], ["-k", "ballot"]]

    def test_bad_style_fails_it_but_the_tests_still_run(self, ran, monkeypatch):
        monkeypatch.setattr(checks, "run_checks", lambda named: 1)

        assert checks.test_all() == 1
        assert ran == [checks.SPREAD]

    def test_a_missing_browser_is_said_aloud(self, ran, monkeypatch, capsys):
        monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

        checks.test([])

        assert "NO CHROMIUM WAS FOUND" in capsys.readouterr().out


class TestNoSilentSkips:
    def outcome(self, folder, reason, *more, expect_all):
        (folder / "test_it.py").write_text(
            "import pytest\n\n\n"
            f"def test_it():\n    pytest.skip({reason!r})\n\n\n"
            "@pytest.mark.endurance\ndef test_for_long():\n    pass\n"
        )
        (folder / "pytest.ini").write_text("[pytest]\nmarkers = endurance\n")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_silent_skips", *more]
        place = [f"--rootdir={folder}", "-p", "no:cacheprovider", str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "CIVIC_EXPECT_ALL": expect_all}
        ended = subprocess.run(
            [*command, *place],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.stdout + ended.stderr

    def test_a_skip_fails_where_everything_must_run(self, tmp_path):
        said = self.outcome(tmp_path, "no browser", expect_all="1")

        assert "1 failed" in said
        assert "Skipped where everything must run: no browser" in said

    def test_a_skip_that_is_right_everywhere_stays_one(self, tmp_path):
        assert "1 skipped" in self.outcome(tmp_path, "allowed: no data", expect_all="1")

    def test_elsewhere_a_skip_is_a_skip(self, tmp_path):
        assert "1 skipped" in self.outcome(tmp_path, "no browser", expect_all="")

    @pytest.mark.parametrize("spread", [["-n0"], ["-n1"]], ids=["one", "spread"])
    def test_where_everything_must_run_no_test_may_be_left_out(self, tmp_path, spread):
        chosen = [*checks.WITHOUT_THE_LONG_ONES, *spread]

        said = self.outcome(tmp_path, "allowed: no data", *chosen, expect_all="1")

        assert "Where everything must run, no test is left out: not endurance" in said
        assert "1 skipped" not in said

    def test_elsewhere_it_may(self, tmp_path):
        said = self.outcome(tmp_path, "no data", *checks.WITHOUT_THE_LONG_ONES, expect_all="")

        assert "1 skipped, 1 deselected" in said


class TestEdgesStayHome:
    @pytest.mark.parametrize(
        ("importer", "edge", "is_kept"),
        [
            pytest.param("civic.ballots.views", "civic.ballots.forms", True, id="its own"),
            pytest.param("civic.ballots.views", "civic.accounts.forms", False, id="another's"),
            pytest.param("civic.app", "civic.ballots.views", True, id="the application mounts"),
            pytest.param("civic.results.actions", "civic.ballots.jobs", False, id="another's job"),
            pytest.param("civic.ballots.forms", "civic.kernel.forms", True, id="the kernel's"),
        ],
    )
    def test_an_edge_is_for_its_capability(self, importer, edge, is_kept):
        graph = grimp.ImportGraph()
        graph.add_import(importer=importer, imported=edge)
        options = {"edges": ["views", "forms", "jobs"], "mounted_by": ["civic.app"]}

        contract = EdgesStayHome("edges", {}, options)

        assert contract.check(graph, verbose=False).kept is is_kept
