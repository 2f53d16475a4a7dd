"""What an alarm may be about, how grave it is, and how it stands with the commission."""

from __future__ import annotations

from enum import StrEnum


class AlarmKind(StrEnum):
    """The pattern that was seen."""

    ONE_NETWORK = "network:votes"
    BUSY_NETWORK = "network:people"
    SAME_AGE = "age:burst"
    AREA_BURST = "area:burst"
    AREA_FULL = "area:full"
    ONE_PHONE = "phone:persons"
    CODES_GUESSED = "codes:guessed"
    CODES_UNUSED = "codes:unused"
    ASSISTANT = "assistant:line"
    RECOUNT_DIFFERS = "recount:differs"
    RULE_BROKEN = "rule:broken"


class Gravity(StrEnum):
    """A note is read when there is time; an alarm is told at once."""

    NOTE = "note"
    ALARM = "alarm"


class AlarmState(StrEnum):
    """How far the commission is with it."""

    NEW = "new"
    LOOKED_AT = "looked_at"
    CLEARED = "cleared"
    ASKED = "asked"
    PASSED = "passed"


class Deed(StrEnum):
    """What happened to an alarm."""

    RAISED = "raised"
    GREW = "grew"
    LOOKED = "looked"
    CLEARED = "cleared"
    ASKED = "asked"
    PASSED = "passed"


class Answer(StrEnum):
    """What a person said who was called: whether they took part, never what they chose."""

    YES = "yes"
    NO = "no"
    NOT_REACHED = "not_reached"
