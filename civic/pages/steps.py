"""What a resident can do now: one step for each phase of the cycle."""

from __future__ import annotations

from typing import NamedTuple

from civic.cycles.phases import PhaseKind
from civic.kernel.roles import N_


class Step(NamedTuple):
    """What is going on, what you can do, and the button that leads there."""

    title: str
    text: str
    button: str
    endpoint: str


STEPS: dict[PhaseKind, Step] = {
    PhaseKind.IDEAS: Step(
        N_("Ideas are being collected"),
        N_("Say what your street needs. It takes five minutes, and you can stop and come back."),
        N_("Make a proposal"),
        "proposals.start",
    ),
    PhaseKind.SCREENING: Step(
        N_("Proposals are being checked"),
        N_("Elites of the neighbourhood screen them, departments check feasibility and cost."),
        N_("See the proposals"),
        "proposals.index",
    ),
    PhaseKind.BALLOT: Step(
        N_("The ballot is published"),
        N_("Read what can be chosen and what it costs before voting opens."),
        N_("See the ballot"),
        "ballots.index",
    ),
    PhaseKind.VOTING: Step(
        N_("Voting is open"),
        N_("Choose what the money of your neighbourhood is spent on. You can change your vote."),
        N_("Vote"),
        "ballots.index",
    ),
    PhaseKind.COUNTING: Step(
        N_("The votes are being counted"),
        N_("The boxes are closed. The result is published with its reasons."),
        N_("Results"),
        "results.index",
    ),
    PhaseKind.RESULTS: Step(
        N_("The results are published"),
        N_("See what won and why, and count it again yourself."),
        N_("See the results"),
        "results.index",
    ),
    PhaseKind.DELIVERY: Step(
        N_("What was chosen is being built"),
        N_("Follow each project: its stages, its money and its pictures."),
        N_("See the projects"),
        "projects.index",
    ),
}
