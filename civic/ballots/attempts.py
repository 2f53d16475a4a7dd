"""What the watch over the vote hears of a cast: the hour and the area, never which ballot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from civic.accounts.models import Account
from civic.cycles.models import Pot
from civic.signals.actions import Attempt, keep_signal
from civic.signals.kinds import SignalKind

# Who helps with the cast that runs now. An assisted vote is cast as every other one is.
_assistant: ContextVar[UUID | None] = ContextVar("assistant", default=None)


@contextmanager
def assisted_by(assistant_id: UUID) -> Iterator[None]:
    """Votes that are cast inside are noted as those with which this person helped."""
    token = _assistant.set(assistant_id)
    try:
        yield
    finally:
        _assistant.reset(token)


def is_assisted() -> bool:
    """Does somebody help with the cast that runs now? Then the voter is told of that instead."""
    return _assistant.get() is not None


def note_vote(actor: Account, pot: Pot, before: UUID | None, *, at: datetime) -> None:
    """Keep a signal that somebody voted, and only whether a ballot of theirs stood there before."""
    kind = SignalKind.VOTE_CHANGED if before else SignalKind.VOTE_FIRST
    _keep(actor, pot, kind, at)


def note_refusal(actor: Account, pot: Pot, *, at: datetime) -> None:
    """Keep a signal that somebody wanted to vote and was refused."""
    _keep(actor, pot, SignalKind.VOTE_REFUSED, at)


def _keep(actor: Account, pot: Pot, kind: SignalKind, at: datetime) -> None:
    attempt = Attempt(
        kind,
        phone=actor.mobile_lookup,
        born=actor.birth_date,
        cycle_key=pot.cycle_id,
        area_code=pot.area.code,
        assistant_id=_assistant.get(),
    )
    keep_signal(attempt, at=at)
