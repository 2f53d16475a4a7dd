"""The verdicts of a sheet, and what is looked at before one is given."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Verdict(StrEnum):
    """What the department found."""

    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


VERDICT_NAMES = {Verdict.FEASIBLE: N_("Feasible"), Verdict.INFEASIBLE: N_("Not feasible")}


class Finding(StrEnum):
    """The answer to one of the checks."""

    YES = "yes"
    NO = "no"
    NOT_NEEDED = "not_needed"


FINDING_NAMES = {
    Finding.YES: N_("Yes"),
    Finding.NO: N_("No"),
    Finding.NOT_NEEDED: N_("Does not apply"),
}

# In the order in which an officer goes through them.
CHECKS = {
    "detailed_plan": N_("It fits the detailed plan of the district"),
    "municipal_land": N_("The land belongs to the municipality"),
    "technical": N_("It can be built technically"),
    "passive_defence": N_("Passive defence has been consulted"),
    "other_uses": N_("It takes no space from another use"),
}
