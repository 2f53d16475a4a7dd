"""What the city's clock does with proposals."""

from __future__ import annotations

from civic.kernel import clock
from civic.kernel.jobs import job
from civic.proposals.leftovers import lapse
from civic.proposals.queries import left_over


@job
def lapse_left_overs() -> None:
    """Now and then: close the proposals for which nobody did in time what they waited for."""
    at = clock.now()
    for proposal in left_over(at):
        lapse(proposal, at=at)
