"""The kinds of cycles, ballots and counting rules, with their names and plain words."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class Standing(StrEnum):
    """Whether a cycle decides, or is a rehearsal whose clock may be moved at any time."""

    OFFICIAL = "official"
    REHEARSAL = "rehearsal"


class BallotKind(StrEnum):
    """What a ballot may hold: up to k projects, or any that fit into the pot together."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"


class Rule(StrEnum):
    """How a pot is counted; the completion is a part of the rule's name."""

    GREEDY = "greedy"
    GREEDY_NO_SKIP = "greedy-no-skip"
    GREEDY_THRESHOLD = "greedy-threshold"
    GREEDY_PER_COST = "greedy-per-cost"
    EQUAL_SHARES = "equal-shares"
    EQUAL_SHARES_ADD1 = "equal-shares/add1"
    EQUAL_SHARES_ADD1U = "equal-shares/add1-utilitarian"
    PHRAGMEN = "phragmen"
    BOS = "bos"


STANDING_NAMES = {
    Standing.OFFICIAL: N_("Official"),
    Standing.REHEARSAL: N_("Rehearsal"),
}
BALLOT_NAMES = {
    BallotKind.APPROVAL: N_("Choose up to a number"),
    BallotKind.KNAPSACK: N_("Spend the pot"),
}
RULE_NAMES = {
    Rule.GREEDY: N_("Most votes first"),
    Rule.GREEDY_NO_SKIP: N_("Most votes first, stop at the first that does not fit"),
    Rule.GREEDY_THRESHOLD: N_("Most votes first, with a minimum of votes"),
    Rule.EQUAL_SHARES: N_("Method of Equal Shares"),
    Rule.GREEDY_PER_COST: N_("Most votes for the money first"),
    Rule.EQUAL_SHARES_ADD1: N_("Method of Equal Shares (Add1)"),
    Rule.EQUAL_SHARES_ADD1U: N_("Method of Equal Shares (Add1U)"),
    Rule.PHRAGMEN: N_("Phragmén's method"),
    Rule.BOS: N_("Equal shares with bounded overspending"),
}
RULE_WORDS = {
    Rule.GREEDY: N_(
        "Projects are taken by their number of votes, the most first; one that no longer fits into "
        "the pot is passed over."
    ),
    Rule.GREEDY_NO_SKIP: N_(
        "Projects are taken by their number of votes, the most first, until the first one that no "
        "longer fits into the pot."
    ),
    Rule.GREEDY_THRESHOLD: N_(
        "Only projects with the minimum of votes take part; the most votes come first, and one "
        "that no longer fits is passed over."
    ),
    Rule.EQUAL_SHARES: N_(
        "The pot is divided equally among the voters; a project is funded when those who chose it "
        "can pay for it with their shares. Every part of the neighbourhood gets its say."
    ),
    Rule.EQUAL_SHARES_ADD1: N_(
        "The pot is divided equally among the voters; a project is funded when those who chose it "
        "can pay for it with their shares. The shares are then raised step by step until the pot "
        "is used up."
    ),
    Rule.GREEDY_PER_COST: N_(
        "Projects are taken by their votes for each toman of their cost, the most first; one that "
        "no longer fits into the pot is passed over."
    ),
    Rule.EQUAL_SHARES_ADD1U: N_(
        "The pot is divided equally among the voters; a project is funded when those who chose it "
        "can pay for it with their shares. The shares are raised step by step, and what is left in "
        "the end goes to the projects with the most votes that still fit."
    ),
    Rule.PHRAGMEN: N_(
        "Every project that is funded weighs on those who chose it; the next one is always the "
        "one whose voters would bear the least, until it no longer fits into the pot."
    ),
    Rule.BOS: N_(
        "The pot is divided equally among the voters, and voters may overspend their shares a "
        "little for a project they can almost pay for, so that the pot is used up."
    ),
}
