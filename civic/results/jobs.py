"""Counting in the background, and afterwards looking into what would have changed a result."""

from __future__ import annotations

import time
from uuid import UUID

from civic.counting import Outcome
from civic.counting.questions.margins import margins
from civic.cycles.queries import pot
from civic.kernel import clock
from civic.kernel.db import reading
from civic.kernel.jobs import enqueue, job
from civic.results import actions, queries, tally
from civic.results.rules import MOST_RUNS, may_be_explained

# How many seconds of work on one result the other jobs wait for.
PATIENCE = 5.0


@job
def count_due_pots() -> None:
    """Every minute: start a count for each closed box that has none."""
    for waiting in queries.pots_to_count():
        enqueue(count_box_of, waiting.id)


@job
def count_box_of(pot_id: str) -> None:
    """Count one pot; harmless to run twice or for a pot that is gone."""
    with reading():
        found = pot(UUID(pot_id))
        waits = found is not None and queries.count_of(found.id) is None
    if found is not None and waits:
        actions.count_pot(found, at=clock.now())


@job
def study_counts() -> None:
    """Take the counts that nobody has looked into yet, one job for each."""
    for count_id in queries.unstudied():
        enqueue(study_count, count_id)


@job
def study_count(count_id: str) -> None:
    """Work out what other rules would have chosen, and what every loser lacked.

    Each answer is kept as soon as it is known. The queue must not wait for long, so what is not
    known after some seconds is left to the next sweep, which goes on from there.
    """
    until = time.monotonic() + PATIENCE
    with reading():
        count = queries.count_with(UUID(count_id))
        if count is None:
            return
        election, outcome = tally.election_of(count.pot), Outcome.from_dict(count.outcome)
        unexplained = queries.unexplained(count)
    if count.alternatives is None:
        actions.note_alternatives(count, [*tally.alternatives(count.pot, election, outcome)])
    if outcome.runs > MOST_RUNS or not may_be_explained(count.pot.rule, count.ballots):
        return
    for line in unexplained:
        if time.monotonic() > until:
            return
        change = margins(election, outcome, line.project.code)
        actions.note_change(line, change.as_dict())
