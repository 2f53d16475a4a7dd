"""The checks themselves: what they say, and that they can say no."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from civic import checks
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

    def test_alone_it_runs_everything(self, ran):
        assert checks.test([]) == 0

        assert ran == [list(checks.ALL), checks.SPREAD]

    def test_with_arguments_it_is_pytest_after_a_quick_look(self, ran):
        checks.test(["-k", "ballot"])

        assert ran == [["ruff check"], ["-k", "ballot"]]

    def test_bad_style_fails_it_but_the_tests_still_run(self, ran, monkeypatch):
        monkeypatch.setattr(checks, "run_checks", lambda named: 1)

        assert checks.test([]) == 1
        assert ran == [checks.SPREAD]

    def test_a_missing_browser_is_said_aloud(self, ran, monkeypatch, capsys):
        monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

        checks.test([])

        assert "NO CHROMIUM WAS FOUND" in capsys.readouterr().out


class TestNoSilentSkips:
    def outcome(self, folder, reason, *, expect_all):
        (folder / "test_it.py").write_text(
            f"import pytest\n\n\ndef test_it():\n    pytest.skip({reason!r})\n"
        )
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_silent_skips"]
        place = [f"--rootdir={folder}", "-p", "no:cacheprovider", str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "CIVIC_EXPECT_ALL": expect_all}
        ended = subprocess.run(
            [*command, *place],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.stdout

    def test_a_skip_fails_where_everything_must_run(self, tmp_path):
        said = self.outcome(tmp_path, "no browser", expect_all="1")

        assert "1 failed" in said
        assert "Skipped where everything must run: no browser" in said

    def test_a_skip_that_is_right_everywhere_stays_one(self, tmp_path):
        assert "1 skipped" in self.outcome(tmp_path, "allowed: no data", expect_all="1")

    def test_elsewhere_a_skip_is_a_skip(self, tmp_path):
        assert "1 skipped" in self.outcome(tmp_path, "no browser", expect_all="")


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
