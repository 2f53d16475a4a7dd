"""The stages of a municipal project, in their order."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Stage(StrEnum):
    """Where a project stands on its way through the municipality."""

    ROUTED = "routed"
    APPROVED = "approved"
    FUNDED = "funded"
    TENDERED = "tendered"
    CONTRACTED = "contracted"
    BUILDING = "building"
    HANDED_OVER = "handed_over"
    CONFIRMED = "confirmed"


STAGE_NAMES = {
    Stage.ROUTED: N_("Routed to the department"),
    Stage.APPROVED: N_("Approved into the budget"),
    Stage.FUNDED: N_("Money secured"),
    Stage.TENDERED: N_("Tender held"),
    Stage.CONTRACTED: N_("Contract notified"),
    Stage.BUILDING: N_("Construction"),
    Stage.HANDED_OVER: N_("Handed over"),
    Stage.CONFIRMED: N_("Confirmed by residents"),
}

ORDER = tuple(Stage)
DONE = frozenset({Stage.HANDED_OVER, Stage.CONFIRMED})
RUNNING = frozenset({Stage.FUNDED, Stage.TENDERED, Stage.CONTRACTED, Stage.BUILDING})
PLANNED = frozenset({Stage.ROUTED, Stage.APPROVED})


class Verdict(StrEnum):
    """What a resident says about a finished project: is it built as promised?"""

    YES = "yes"
    NO = "no"


class MoneyKind(StrEnum):
    """A station of the money: what was voted, approved, contracted and paid."""

    VOTED = "voted"
    APPROVED = "approved"
    CONTRACTED = "contracted"
    PAID = "paid"


MONEY_NAMES = {
    MoneyKind.VOTED: N_("Voted"),
    MoneyKind.APPROVED: N_("Approved"),
    MoneyKind.CONTRACTED: N_("Contracted"),
    MoneyKind.PAID: N_("Paid"),
}


class BlockKind(StrEnum):
    """What stands in the way of a project."""

    LAND = "land"
    PERMIT = "permit"
    UTILITY = "utility"
    FINANCE = "finance"
    CONTRACTOR = "contractor"
    SEASON = "season"


BLOCK_NAMES = {
    BlockKind.LAND: N_("Land or an opposing owner"),
    BlockKind.PERMIT: N_("A permit"),
    BlockKind.UTILITY: N_("Water, power, gas or telephone lines"),
    BlockKind.FINANCE: N_("Money"),
    BlockKind.CONTRACTOR: N_("The contractor"),
    BlockKind.SEASON: N_("The season"),
}
