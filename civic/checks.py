"""The verbs `test`, `lint` and `fix`: every check there is, with its name and its seconds.

`test` alone runs everything that is over within minutes, and `test --all` the tests of endurance
too. `test ARGUMENTS` is for the person at work: a quick look at the style, then pytest with the
arguments as they are. Bad style never keeps the tests from running.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from civic.config import REPOSITORY

# Read by the settings: an operator's environment must not steer the tests, nor touch real data.
KEPT_OUT = ("DATABASE_URL", "REDIS_URL", "CIVIC_HOME", "DEMO", "TRUSTED_HOSTS", "HTTPS")
CORES = str(min(os.cpu_count() or 1, 4))
# One test after another to whoever is free. Groups that want one process (all that walk through one
# city) are marked, but pytest-xdist 3.8 cannot tell pytest 9.2: until it can, each makes its own.
SPREAD = ["-n", CORES, "--dist", "loadgroup"]
# Crowds that vote again and again, and real processes that are killed: they take minutes.
WITHOUT_THE_LONG_ONES = ["-m", "not endurance"]

PYTHON = sys.executable
QUICK = {"ruff check": [PYTHON, "-m", "ruff", "check", "--quiet", "."]}
# The slow ones first, so that the short ones fill the gap beside them.
ALL = {
    "types (mypy)": [PYTHON, "-m", "mypy"],
    "templates (djlint)": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "layers (import-linter)": [str(Path(PYTHON).parent / "lint-imports"), "--no-logo"],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    **QUICK,
}
FIXES = (
    [PYTHON, "-m", "ruff", "check", "--fix", "."],
    [PYTHON, "-m", "ruff", "format", "."],
)


@dataclass(frozen=True)
class Verdict:
    """What one check found."""

    name: str
    is_clean: bool
    seconds: float
    output: str


def test(arguments: list[str]) -> int:
    """Run every check but the long tests, or a quick one and pytest; 0 when all is well."""
    if arguments:
        return _run(QUICK, arguments)
    click.echo("The tests of endurance are left out; `python3 -m civic test --all` runs them too.")
    return _run(ALL, [*SPREAD, *WITHOUT_THE_LONG_ONES])


def test_all() -> int:
    """Run every check and every test there is; 0 when all is well."""
    return _run(ALL, SPREAD)


def _run(checks: Mapping[str, list[str]], arguments: list[str]) -> int:
    style = run_checks(checks)
    _mention_a_missing_browser()
    return _pytest(arguments) or style


def lint() -> int:
    """Check style, types, templates and layers; 0 when all are clean."""
    return run_checks(ALL)


def fix() -> int:
    """Mend what can be mended without a thought; 0 when nothing is left to do by hand."""
    return max(subprocess.run(command, cwd=REPOSITORY, check=False).returncode for command in FIXES)


def chromium() -> str | None:
    """The browser for the tests that need one: what CHROMIUM names, or what is installed."""
    named = os.environ.get("CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)


def run_checks(checks: Mapping[str, list[str]]) -> int:
    """Run checks side by side and print a line for each; 0 when all are clean."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        verdicts = list(pool.map(_check, checks, checks.values()))
    for verdict in verdicts:
        word = "ok" if verdict.is_clean else "NOT CLEAN"
        click.echo(f"{verdict.name:<24} {word:<10} {verdict.seconds:5.1f} s")
        if not verdict.is_clean:
            click.echo(verdict.output)
    return 0 if all(verdict.is_clean for verdict in verdicts) else 1


def _check(name: str, command: list[str]) -> Verdict:
    started = time.monotonic()
    ended = subprocess.run(
        command,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Verdict(name, ended.returncode == 0, time.monotonic() - started, ended.stdout)


def _pytest(arguments: list[str]) -> int:
    kept = {name: value for name, value in os.environ.items() if name not in KEPT_OUT}
    command = [PYTHON, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, env=kept, check=False).returncode


def _mention_a_missing_browser() -> None:
    if chromium() is None:
        click.secho(
            "NO CHROMIUM WAS FOUND: the browser tests are skipped. Install one "
            "(apt-get install chromium), or name it with CHROMIUM=/path/to/it.",
            fg="yellow",
            bold=True,
        )
