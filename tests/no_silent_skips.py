"""Where everything must run, a skipped test is a failed one, and none may be left out.

`.ci/run` sets CIVIC_EXPECT_ALL=1: a browser or a database that went missing there must not let the
run pass by testing less. A skip that is right everywhere says so: its reason begins "allowed:".
Nor may the run pass without the tests of endurance, or any others that were not chosen.
"""

from __future__ import annotations

import os

import pytest

ALLOWED = "allowed:"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Turn the skip of a test into a failure that gives the same reason."""
    report = yield
    return _insisted(report) if _must_run(report) else report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector):
    """The same for a module that skips itself while it is collected."""
    report = yield
    return _insisted(report) if _must_run(report) else report


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to begin where a mark, a word or an argument would leave tests out."""
    chosen = config.getoption("markexpr") or config.getoption("keyword")
    left_out = config.getoption("deselect") or config.getoption("ignore")
    if _everything() and (chosen or left_out):
        raise pytest.UsageError(
            f"Where everything must run, no test is left out: {chosen or left_out}"
        )


def _everything() -> bool:
    return os.environ.get("CIVIC_EXPECT_ALL") == "1"


def _must_run(report: pytest.TestReport | pytest.CollectReport) -> bool:
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    return _everything() and is_skip and not _reason(report).startswith(ALLOWED)


def _insisted(report):
    report.outcome = "failed"
    report.longrepr = f"Skipped where everything must run: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    where = report.longrepr
    text = where[2] if isinstance(where, tuple) else str(where)
    return text.removeprefix("Skipped: ")
