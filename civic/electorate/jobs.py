"""The sweep behind the identity check: whoever waits for an answer of the register."""

from __future__ import annotations

from civic.electorate import checking, matching
from civic.kernel.jobs import job


@job
def ask_the_register() -> None:
    """Every few seconds: ask about newcomers, and again where there was no answer."""
    matcher = matching.matcher_of_city()
    if matcher is not None:
        checking.ask_about_everybody(matcher)
