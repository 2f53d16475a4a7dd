"""When two accounts may be joined, which of them stays, and what becomes of a second vote."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

TWO_PEOPLE = N_(
    "A paper was handed out for the national id of the other account, so somebody has shown that"
    " card: these are two people, and their accounts stay two."
)


def check_two_numbers(number: str, other: str) -> None:
    """Refuse one number given twice."""
    if number == other:
        raise RuleBroken(
            N_("These are the same number. Two accounts have two numbers."), field="other"
        )


def check_card(card: bytes, *known: bytes | None) -> None:
    """Refuse unless the card that was shown belongs to one of both accounts."""
    if card not in known:
        raise RuleBroken(
            N_(
                "Neither of these two accounts has this national id. The person first gives it on"
                " the page about their right to vote; if that is refused, ask for the number of"
                " the account that has it."
            ),
            field="national_id",
        )


def check_waiting(state: str) -> None:
    """Refuse to decide twice about the same two accounts."""
    if state != "asked":
        raise RuleBroken(N_("Somebody else has decided about these two accounts already."))


class Fate(StrEnum):
    """What becomes of the vote that was cast under the national id that goes."""

    NOTHING = "nothing"
    MOVE = "move"
    VOID = "void"


@dataclass(frozen=True)
class Slot:
    """How somebody stands in the boxes of one level: in which box, and with what."""

    pot: object
    has_ballot: bool
    on_paper: bool


def fate(going: Slot | None, staying: Slot | None, *, web_is_over: bool) -> Fate:
    """What becomes of the second vote, so that one stands and no only vote is lost.

    Where the web is over nobody casts any more: an only vote stays as it lies.
    """
    if going is None:
        return Fate.NOTHING
    if going.on_paper:
        raise RuleBroken(TWO_PEOPLE)
    if not going.has_ballot:
        return Fate.NOTHING
    if staying is not None and (staying.has_ballot or staying.on_paper):
        return Fate.VOID
    if web_is_over:
        return Fate.NOTHING
    return Fate.MOVE if staying is None or staying.pot == going.pot else Fate.VOID
