"""What is known of a person, what a cycle asks, and a condition that stands or is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from civic.electorate.kinds import Match, Residence, Tie

# A date of birth that makes somebody older than this is looked at by people, not by a machine.
OLDEST_AGE = 110
# Where a condition is mended that no page mends.
COUNTER = "counter"


class State(StrEnum):
    """How a condition stands: met, to be mended, waiting for others, or only good to know."""

    MET = "met"
    MISSING = "missing"
    WAITING = "waiting"
    NOTE = "note"


@dataclass(frozen=True)
class VoterTerms:
    """What a cycle asks of its voters, besides their age; without more it believes what is said."""

    cycle_key: UUID | None = None
    residence: Residence = Residence.EITHER
    needs_roll: bool = False
    needs_match: bool = False
    oldest_age: int = OLDEST_AGE


AS_DECLARED = VoterTerms()


class Home(NamedTuple):
    """What a right to vote asks of a person's neighbourhood: where it lies, and the tie to it."""

    path: str
    tie: Tie


@dataclass(frozen=True)
class Check:
    """One condition; `mend` names the page that mends it, or the counter."""

    name: str
    state: State
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)
    mend: str | None = None


@dataclass(frozen=True)
class Entry:
    """How a person stands on the roll."""

    alive: bool
    birth_date: date
    area_code: str


@dataclass(frozen=True)
class Facts:
    """What is known of a person for this question; nothing of it says who it is."""

    mobile_confirmed: bool
    national_id_given: bool
    birth_date: date | None = None
    home_path: str | None = None
    tie: Tie | None = None
    roll_is_there: bool = False
    entry: Entry | None = None
    match: Match | None = None
    # Until when we ask the register again by ourselves; empty when we do not any more.
    asked_until: datetime | None = None
    took_part_on: date | None = None
