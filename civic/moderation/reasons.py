"""Sentences for the reasons that come up again and again; a moderator may write better ones."""

from __future__ import annotations

from civic.kernel.roles import N_
from civic.moderation.kinds import DecisionKind, ReasonCode

TEMPLATES = {
    ReasonCode.UNCLEAR: N_(
        "Please say in more detail what should be built or changed, so that a department can"
        " work out what it costs."
    ),
    ReasonCode.PLACE_MISSING: N_(
        "Please say exactly where it is: the street and the next crossing, or the name of the park."
    ),
    ReasonCode.NOT_MUNICIPAL: N_(
        "The municipality may not do this. Please turn to the office that is in charge of it."
    ),
    ReasonCode.PRIVATE_BENEFIT: N_(
        "This budget is for what everybody in the neighbourhood can use."
    ),
    ReasonCode.REPAIR: N_(
        "This is a repair and should be done now, not after a vote. Please call 137 with the place."
    ),
    ReasonCode.NAMES_PERSONS: N_(
        "The text or the picture shows who somebody is. Please take that out and hand it in again."
    ),
    ReasonCode.SAFETY_CRITICAL: N_(
        "This is needed for safety. It is passed on to the department and not put to a vote."
    ),
}

# Which reasons fit which decision, in the order in which they are offered.
FITTING = {
    DecisionKind.RETURN: (
        ReasonCode.UNCLEAR, ReasonCode.PLACE_MISSING, ReasonCode.NAMES_PERSONS, ReasonCode.OTHER,
    ),
    DecisionKind.REFUSE: (
        ReasonCode.NOT_MUNICIPAL, ReasonCode.PRIVATE_BENEFIT, ReasonCode.REPAIR,
        ReasonCode.SAFETY_CRITICAL, ReasonCode.NAMES_PERSONS, ReasonCode.OTHER,
    ),
}  # fmt: skip
