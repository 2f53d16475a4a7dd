"""Counting in the background."""

from __future__ import annotations

from uuid import UUID

from civic.cycles.queries import pot
from civic.kernel import clock
from civic.kernel.jobs import enqueue, job
from civic.results import actions, queries


@job
def count_due_pots() -> None:
    """Every minute: start a count for each closed box that has none."""
    for waiting in queries.pots_to_count():
        enqueue(count_box_of, waiting.id)


@job
def count_box_of(pot_id: str) -> None:
    """Count one pot; harmless to run twice or for a pot that is gone."""
    found = pot(UUID(pot_id))
    if found is not None and queries.count_of(found.id) is None:
        actions.count_pot(found, at=clock.now())
