"""The table phase × what it allows. Time drives the phase; the phase drives everything else."""

from __future__ import annotations

from enum import StrEnum

from civic.kernel.roles import N_


class PhaseKind(StrEnum):
    """The phases of a cycle in their order."""

    IDEAS = "ideas"
    SCREENING = "screening"
    BALLOT = "ballot"
    VOTING = "voting"
    COUNTING = "counting"
    RESULTS = "results"
    DELIVERY = "delivery"


class Ability(StrEnum):
    """What somebody may want to do in a cycle."""

    PROPOSE = "propose"
    SUPPORT = "support"
    MEND_PROPOSAL = "mend_proposal"
    SCREEN = "screen"
    APPRAISE = "appraise"
    COMPOSE_BALLOT = "compose_ballot"
    SEE_BALLOT = "see_ballot"
    CAST = "cast"
    COUNT = "count"
    PUBLISH_RESULT = "publish_result"
    ROUTE = "route"
    DELIVER = "deliver"


PHASE_NAMES = {
    PhaseKind.IDEAS: N_("Ideas"),
    PhaseKind.SCREENING: N_("Screening and costing"),
    PhaseKind.BALLOT: N_("Ballot published"),
    PhaseKind.VOTING: N_("Voting"),
    PhaseKind.COUNTING: N_("Counting"),
    PhaseKind.RESULTS: N_("Results and objections"),
    PhaseKind.DELIVERY: N_("Delivery"),
}

ABILITY_NAMES = {
    Ability.PROPOSE: N_("hand in proposals"),
    Ability.SUPPORT: N_("support proposals"),
    Ability.MEND_PROPOSAL: N_("mend proposals that were returned"),
    Ability.SCREEN: N_("decide about proposals"),
    Ability.APPRAISE: N_("check feasibility and cost"),
    Ability.COMPOSE_BALLOT: N_("put feasible projects on the ballot"),
    Ability.SEE_BALLOT: N_("read the ballot"),
    Ability.CAST: N_("vote"),
    Ability.COUNT: N_("count the votes"),
    Ability.PUBLISH_RESULT: N_("publish results"),
    Ability.ROUTE: N_("hand chosen projects to departments"),
    Ability.DELIVER: N_("build, and report on the building"),
}

ALLOWS: dict[PhaseKind, frozenset[Ability]] = {
    PhaseKind.IDEAS: frozenset(
        {Ability.PROPOSE, Ability.SUPPORT, Ability.MEND_PROPOSAL, Ability.SCREEN, Ability.APPRAISE}
    ),
    PhaseKind.SCREENING: frozenset(
        {
            Ability.SUPPORT,
            Ability.MEND_PROPOSAL,
            Ability.SCREEN,
            Ability.APPRAISE,
            Ability.COMPOSE_BALLOT,
        }
    ),
    PhaseKind.BALLOT: frozenset({Ability.SEE_BALLOT, Ability.COMPOSE_BALLOT}),
    PhaseKind.VOTING: frozenset({Ability.SEE_BALLOT, Ability.CAST}),
    PhaseKind.COUNTING: frozenset({Ability.SEE_BALLOT, Ability.COUNT, Ability.PUBLISH_RESULT}),
    PhaseKind.RESULTS: frozenset(
        {Ability.SEE_BALLOT, Ability.COUNT, Ability.PUBLISH_RESULT, Ability.ROUTE}
    ),
    PhaseKind.DELIVERY: frozenset({Ability.SEE_BALLOT, Ability.ROUTE, Ability.DELIVER}),
}

SCHEDULE_ORDER = tuple(PhaseKind)
