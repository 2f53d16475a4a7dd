"""What happens to signals by the clock: they lose their order, and their salt."""

from __future__ import annotations

from civic.kernel import clock
from civic.kernel.jobs import job
from civic.signals import actions


@job
def mix_signals() -> None:
    """Every two minutes: what came lately loses its order."""
    actions.mix_signals(at=clock.now())


@job
def forget_the_day() -> None:
    """Every hour: salts of past days, and codes of long ago."""
    actions.forget_the_day(at=clock.now())
