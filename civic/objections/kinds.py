"""What an objection can be about."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class ObjectionKind(StrEnum):
    """The matters on which a result can be challenged."""

    COUNT = "count"
    ELIGIBILITY = "eligibility"
    PROCEDURE = "procedure"
    CONDUCT = "conduct"
    OTHER = "other"


KIND_NAMES = {
    ObjectionKind.COUNT: N_("The count"),
    ObjectionKind.ELIGIBILITY: N_("Who was allowed to vote"),
    ObjectionKind.PROCEDURE: N_("How the vote was run"),
    ObjectionKind.CONDUCT: N_("How somebody behaved"),
    ObjectionKind.OTHER: N_("Something else about the vote"),
}
KIND_HINTS = {
    ObjectionKind.COUNT: N_("Numbers, winners, or a receipt that was not counted"),
    ObjectionKind.ELIGIBILITY: N_("Somebody was kept from voting, or voted without the right to"),
    ObjectionKind.PROCEDURE: N_("Dates, rules, the paper, the counter"),
    ObjectionKind.CONDUCT: N_("Pressure, promises, help that was none"),
}
