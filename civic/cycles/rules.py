"""What a cycle allows at a moment, and how its dates and pots must be."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from civic.cycles.kinds import BallotKind, Rule, Standing
from civic.cycles.phases import ALLOWS, PHASE_NAMES, SCHEDULE_ORDER, Ability, PhaseKind
from civic.electorate.facts import VoterTerms
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

FROZEN_SENTENCE = N_(
    "Voting has begun, so the rules of this cycle are frozen and cannot be changed any more."
)
# Above the first nobody young would vote; below the second live many who are simply old.
YOUNGEST_AT_MOST, OLDEST_AT_LEAST = 30, 100


class Frozen(StrEnum):
    """How far a cycle is settled."""

    NOT_YET = "not yet"
    REHEARSAL = "rehearsal"
    OFFICIAL = "official"


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


@dataclass(frozen=True)
class Plan:
    """What a new cycle is; a seed for ties is made of the names when none is given."""

    code: str
    title: str
    title_en: str | None = None
    tie_seed: str = ""
    minimum_age: int = 0
    standing: Standing = Standing.OFFICIAL


@dataclass(frozen=True)
class Terms:
    """What is settled about a pot: its money, what a ballot may hold, how it is counted."""

    amount: int
    ballot_kind: BallotKind
    max_choices: int | None
    rule: Rule
    rule_options: Mapping[str, Any] = field(default_factory=dict)


class PaperLine(NamedTuple):
    """A project on a paper as it is frozen."""

    number: int
    code: str
    title: str
    cost: int


def check_schedule(spans: Mapping[PhaseKind, tuple[datetime, datetime]]) -> None:
    """Phases end after they begin, stand in order and do not overlap; gaps are fine."""
    if not spans:
        raise RuleBroken(N_("Give at least one phase its dates."))
    before: tuple[PhaseKind, datetime] | None = None
    for kind in (kind for kind in SCHEDULE_ORDER if kind in spans):
        opens, closes = spans[kind]
        if closes <= opens:
            raise RuleBroken(
                N_("“%(phase)s” must end after it begins."),
                field=f"{kind}_closes",
                phase=PHASE_NAMES[kind],
            )
        if before is not None and opens < before[1]:
            raise RuleBroken(
                N_("“%(phase)s” begins before “%(earlier)s” is over."),
                field=f"{kind}_opens",
                phase=PHASE_NAMES[kind],
                earlier=PHASE_NAMES[before[0]],
            )
        before = kind, closes


def gaps(phases: Iterable[Span]) -> list[tuple[datetime, datetime]]:
    """The times between phases in which nothing is allowed."""
    ordered = sorted(phases, key=lambda phase: phase.opens_at)
    pairs = itertools.pairwise(ordered)
    return [(one.closes_at, two.opens_at) for one, two in pairs if one.closes_at < two.opens_at]


def check_terms(terms: Terms) -> None:
    """A pot holds money; a ballot of choices says how many; a minimum of votes is given."""
    if terms.amount <= 0:
        raise RuleBroken(N_("A pot must hold some money."), field="amount")
    if terms.ballot_kind is BallotKind.APPROVAL and not terms.max_choices:
        raise RuleBroken(
            N_("Say how many projects a ballot of this kind may hold."), field="max_choices"
        )
    if terms.max_choices is not None and terms.max_choices < 1:
        raise RuleBroken(N_("A ballot must be able to hold a project."), field="max_choices")
    least = terms.rule_options.get("threshold", 0)
    if terms.rule is Rule.GREEDY_THRESHOLD and (not isinstance(least, int) or least < 1):
        raise RuleBroken(N_("Give the minimum of votes for this rule."), field="threshold")


def check_voters(terms: VoterTerms, *, minimum_age: int) -> None:
    """Ages are those of people, and the oldest lies far above the youngest."""
    if not 0 <= minimum_age <= YOUNGEST_AT_MOST:
        raise RuleBroken(
            N_("Write an age between 0 and %(most)s."), field="minimum_age", most=YOUNGEST_AT_MOST
        )
    if terms.oldest_age and terms.oldest_age < OLDEST_AT_LEAST:
        raise RuleBroken(
            N_("Below %(least)s many live who would be sent to the counter for nothing; 0 asks "
               "nobody."),
            field="oldest_age",
            least=OLDEST_AT_LEAST,
        )  # fmt: skip


def shift_to(phases: Iterable[Span], kind: PhaseKind, at: datetime) -> timedelta:
    """How far all instants move so that this phase has been running for a while.

    An hour, or half of a shorter phase: long enough for the phase before to be wholly over, with
    the moments of grace that it gives to late ballots.
    """
    phase = next((phase for phase in phases if phase.kind is kind), None)
    if phase is None:
        raise RuleBroken(N_("This cycle has no such phase."))
    running_for = min(timedelta(hours=1), (phase.closes_at - phase.opens_at) / 2)
    return at - running_for - phase.opens_at


def check_move(shift: timedelta, *, frozen: Frozen) -> None:
    """Refuse to move dates that residents already vote under; a rehearsal may only go forward."""
    if frozen is Frozen.OFFICIAL:
        raise RuleBroken(FROZEN_SENTENCE)
    if frozen is Frozen.REHEARSAL and shift > timedelta(0):
        raise RuleBroken(
            N_("Voting has begun in this rehearsal; its clock can only be moved forward.")
        )


def instant(at: datetime) -> str:
    """A moment as the frozen rules write it: UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seed_of(*names: str) -> str:
    """A seed for the lot that anybody can make again from public names."""
    return hashlib.sha256(":".join(names).encode()).hexdigest()
