"""What a district mayor can do with a project on the desk."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class RulingKind(StrEnum):
    """What a district mayor can do with a project on the desk."""

    APPROVE = "approve"
    RETURN = "return"
    ESCALATE = "escalate"


RULING_NAMES = {
    RulingKind.APPROVE: N_("Approve"),
    RulingKind.RETURN: N_("Return to the department"),
    RulingKind.ESCALATE: N_("Escalate to headquarters"),
}
