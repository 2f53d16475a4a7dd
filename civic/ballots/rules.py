"""What a ballot may hold, until when it is taken, and the codes that stand for it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from civic.cycles.kinds import BallotKind
from civic.cycles.rules import Span
from civic.kernel.canonical import canonical
from civic.kernel.errors import RuleBroken
from civic.kernel.money import Toman
from civic.kernel.roles import N_
from civic.kernel.text import latin_digits

# Who opened the review page before the close may still press the button for this long: nobody
# loses a vote because the city was slow in its last minute.
GRACE = timedelta(seconds=120)
CODE_DIGITS = 24
DOCUMENT_DIGITS = 12
T = TypeVar("T")


class Line(Protocol):
    """A project on the paper."""

    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def cost(self) -> int: ...


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class Limits:
    """What a ballot about a pot may hold."""

    kind: BallotKind
    amount: int
    most: int | None


def check_choices(choices: Sequence[int], paper: Mapping[int, Line], limits: Limits) -> list[int]:
    """Refuse what the paper or the limits do not allow; the choice in ascending order."""
    if not choices:
        raise RuleBroken(N_("Choose at least one project."), field="choices")
    if len(set(choices)) != len(choices):
        raise RuleBroken(N_("Each project can be chosen only once."), field="choices")
    if not set(choices) <= paper.keys():
        raise RuleBroken(N_("One of these projects is not on this ballot."), field="choices")
    if limits.most is not None and len(choices) > limits.most:
        raise RuleBroken(
            N_(
                "You chose %(chosen)s projects, %(over)s too many: "
                "a ballot for this pot holds at most %(most)s."
            ),
            field="choices",
            chosen=len(choices),
            over=len(choices) - limits.most,
            most=limits.most,
        )
    if limits.kind is BallotKind.KNAPSACK:
        check_fits([paper[number] for number in choices], limits.amount)
    return sorted(choices)


def check_fits(chosen: Collection[Line], amount: int) -> None:
    """Refuse a choice that costs more than the pot, and say what to take away."""
    over = sum(line.cost for line in chosen) - amount
    if over <= 0:
        return
    line = to_remove(chosen, over)
    message = (
        N_(
            "Your choice costs %(over)s more than the pot holds. "
            "Take one project away to fit, for example “%(title)s”."
        )
        if line.cost >= over
        else N_(
            "Your choice costs %(over)s more than the pot holds. "
            "Take some projects away, “%(title)s” first."
        )
    )
    raise RuleBroken(message, field="choices", over=Toman(over), title=line.title)


def to_remove(chosen: Iterable[L], over: int) -> L:
    """The cheapest project whose going is enough; if none is, the dearest."""
    by_cost = sorted(chosen, key=lambda line: (line.cost, line.number))
    return next((line for line in by_cost if line.cost >= over), by_cost[-1])


def check_clock(voting: Span | None, at: datetime, form_opened_at: datetime) -> None:
    """Ballots are taken from the opening up to the close, and shortly after from open forms."""
    if voting is None:
        raise RuleBroken(NO_VOTING)
    if at < voting.opens_at:
        raise RuleBroken(N_("Voting opens on %(opens)s."), opens=voting.opens_at)
    in_grace = form_opened_at < voting.closes_at and at < voting.closes_at + GRACE
    if at >= voting.closes_at and not in_grace:
        raise RuleBroken(CLOSED, closes=voting.closes_at)


NO_VOTING = N_("There is no voting in this cycle.")
CLOSED = N_("Voting ended on %(closes)s. No ballot can be cast any more.")
ON_PAPER = N_(
    "You were given a paper for this vote at the counter, so the paper counts and nothing can be"
    " cast here any more. If you were not there, please tell the city headquarters."
)


def commitment(nonce: bytes, *, election: str, area: str | int, choices: Sequence[int]) -> bytes:
    """The hash by which a ballot is held fast without showing it."""
    said = canonical({"e": election, "d": area, "p": sorted(choices)})
    return hashlib.sha256(b"pb-ballot-v1\0" + nonce + said.encode()).digest()


def receipt_of(commitment: bytes) -> str:
    """The 24 digits that a voter takes home."""
    return str(int.from_bytes(commitment, "big") % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def digits_of(typed: str | None) -> str:
    """What was typed, in Latin digits and without blanks and dashes."""
    return "".join(c for c in latin_digits(typed) if not c.isspace() and c not in "-–—\u200c")


def is_document_number(typed: str | None) -> bool:
    """Is it as long as the number of a document, and so no receipt?"""
    digits = digits_of(typed)
    return len(digits) == DOCUMENT_DIGITS and digits.isascii() and digits.isdigit()


def read_code(typed: str | None) -> str | None:
    """A receipt code as people type it, in any digits, with blanks or dashes; else nothing."""
    digits = digits_of(typed)
    return digits if len(digits) == CODE_DIGITS and digits.isascii() and digits.isdigit() else None


def in_groups(code: str) -> list[str]:
    """A code in groups of four, to be read aloud."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]


def shuffled(things: Iterable[T], key: Mapping[T, str], seed: str) -> list[T]:
    """An order that favours nobody and that anybody can make again from the public seed."""
    return sorted(things, key=lambda t: hashlib.sha256(f"{seed}:{key[t]}".encode()).digest())


def rounded(count: int) -> int:
    """A number of voters as it may be shown while voting runs: whole tens, downwards."""
    return count - count % 10


def lock_key(pot_bytes: bytes) -> int:
    """The number of a pot's lock: PostgreSQL names advisory locks by a signed 64-bit integer."""
    return int.from_bytes(hashlib.sha256(b"pot" + pot_bytes).digest()[:8], "big", signed=True)
