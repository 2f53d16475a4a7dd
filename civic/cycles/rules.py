"""What a cycle allows at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from civic.cycles.phases import ALLOWS, PHASE_NAMES, Ability, PhaseKind
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_


class Span(Protocol):
    """A phase in time, half open: the opening instant belongs to it, the closing does not."""

    @property
    def kind(self) -> PhaseKind: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...


def phase_at(phases: Iterable[Span], at: datetime) -> Span | None:
    """The phase that runs at a moment; none before the first, after the last, or in a gap."""
    return next((phase for phase in phases if phase.opens_at <= at < phase.closes_at), None)


def allows(phases: Iterable[Span], ability: Ability, at: datetime) -> bool:
    """Does the phase of this moment allow it?"""
    phase = phase_at(phases, at)
    return phase is not None and ability in ALLOWS[phase.kind]


def next_chance(phases: Iterable[Span], ability: Ability, at: datetime) -> Span | None:
    """The next phase to come that allows it."""
    coming = [phase for phase in phases if phase.opens_at > at and ability in ALLOWS[phase.kind]]
    return min(coming, key=lambda phase: phase.opens_at, default=None)


def check_allowed(phases: Iterable[Span], ability: Ability, at: datetime) -> None:
    """Refuse what the phase of this moment does not allow, and say when it will."""
    phases = list(phases)
    if allows(phases, ability, at):
        return
    coming = next_chance(phases, ability, at)
    if coming is not None:
        raise RuleBroken(N_("This opens on %(opens)s."), opens=coming.opens_at)
    now = phase_at(phases, at)
    if now is not None:
        raise RuleBroken(
            N_("This is over in the present phase of the cycle: %(phase)s."),
            phase=PHASE_NAMES[now.kind],
        )
    raise RuleBroken(N_("This cycle does not run now."))
