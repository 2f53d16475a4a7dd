"""What tests measured, said at the end of the run: seconds and rates that a verdict would hide."""

from __future__ import annotations

from collections.abc import Callable

import pytest

MEASURED = "measured"


@pytest.fixture
def measured(record_property) -> Callable[[str], None]:
    """Say a sentence about what was measured in this test."""
    return lambda sentence: record_property(MEASURED, sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the sentences, each with the test that it comes from."""
    said = [
        f"{report.nodeid.partition('::')[2]}: {sentence}"
        for reports in (terminalreporter.stats.get(word, ()) for word in ("passed", "failed"))
        for report in reports
        for name, sentence in report.user_properties
        if name == MEASURED and report.when == "call"
    ]
    if said:
        terminalreporter.section(MEASURED)
        terminalreporter.write_line("\n".join(said))
