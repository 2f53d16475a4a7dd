"""Minutes and protocols are written by themselves, soon after what they are about."""

from __future__ import annotations

from civic.documents import actions, queries
from civic.kernel import clock
from civic.kernel.jobs import job
from civic.results.queries import count_with


@job
def write_due_documents() -> None:
    """Issue what is due; each once, however often this runs."""
    for count_id in queries.results_without_minutes():
        count = count_with(count_id)
        if count is not None:
            actions.write_minutes(count, at=clock.now())
    for recount in queries.recounts_without_protocol():
        count = count_with(recount.count_id)
        if count is not None:
            actions.write_protocol(recount, count, at=clock.now())
