"""Which tie gives the right to vote, and what a register can answer."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Tie(StrEnum):
    """What ties a person to a neighbourhood."""

    LIVES = "lives"
    WORKS = "works"


TIE_NAMES = {Tie.LIVES: N_("I live here"), Tie.WORKS: N_("I work or study here")}


class Residence(StrEnum):
    """Which tie gives the right to vote in a cycle."""

    EITHER = "either"
    LIVES = "lives"
    WORKS = "works"

    def takes(self, tie: Tie | None) -> bool:
        """Does this tie give the right to vote? Who has named no tie yet is asked elsewhere."""
        return tie is None or self is Residence.EITHER or self.value == tie.value


RESIDENCE_NAMES = {
    Residence.EITHER: N_("who lives, works or studies there"),
    Residence.LIVES: N_("only who lives there"),
    Residence.WORKS: N_("only who works or studies there"),
}


class Match(StrEnum):
    """What a register says to the question whether a mobile number belongs to a national id."""

    MATCHED = "matched"
    NOT_MATCHED = "not_matched"
    UNAVAILABLE = "unavailable"
