"""The kinds of decisions and of reasons."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class DecisionKind(StrEnum):
    """What a moderator can do with a proposal."""

    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"
    MERGE = "merge"
    CARRY_UP = "carry_up"


class ReasonCode(StrEnum):
    """The short list of reasons; the text says the rest."""

    FITS = "fits"
    UNCLEAR = "unclear"
    PLACE_MISSING = "place_missing"
    TWIN = "twin"
    WIDER = "wider"
    NOT_MUNICIPAL = "not_municipal"
    PRIVATE_BENEFIT = "private_benefit"
    REPAIR = "repair"
    NAMES_PERSONS = "names_persons"
    SAFETY_CRITICAL = "safety_critical"
    OTHER = "other"


REASON_NAMES = {
    ReasonCode.FITS: N_("It fits the rules of the cycle"),
    ReasonCode.UNCLEAR: N_("It is not clear what should be built or changed"),
    ReasonCode.PLACE_MISSING: N_("The place is missing or not exact enough"),
    ReasonCode.TWIN: N_("It asks for the same as another proposal"),
    ReasonCode.WIDER: N_("It concerns more than this neighbourhood"),
    ReasonCode.NOT_MUNICIPAL: N_("It is not in the power of the municipality"),
    ReasonCode.PRIVATE_BENEFIT: N_("It serves one person or firm, not the neighbourhood"),
    ReasonCode.REPAIR: N_("It is a repair that 137 should do now, not a project"),
    ReasonCode.NAMES_PERSONS: N_("It names or shows persons"),
    ReasonCode.SAFETY_CRITICAL: N_("It is needed for safety and is not put to a vote"),
    ReasonCode.OTHER: N_("Another reason, given in the text"),
}
