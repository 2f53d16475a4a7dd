"""The sweeps behind signing in: codes that no message has carried yet, and codes past use."""

from __future__ import annotations

from civic.accounts import letters, queries
from civic.kernel import clock
from civic.kernel.jobs import enqueue, job


@job
def send_unsent_codes() -> None:
    """Every few seconds: codes whose message was lost on the way to the queue or the gateway."""
    for code_id in queries.codes_unsent(clock.now()):
        enqueue(letters.send_sign_in_code, code_id)


@job
def forget_old_codes() -> None:
    """Every hour: wipe and remove codes that are past use."""
    letters.forget_old_codes(at=clock.now())
