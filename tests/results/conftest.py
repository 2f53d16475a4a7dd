import hashlib

import pytest

from civic.ballots.models import Ballot, BallotBox, Opening, VoterSlot
from civic.ballots.rules import commitment, receipt_of
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.results.actions import count_pot
from tests import factories


def fill_box(pot, ballots, *, state="closed"):
    """A box with these ballots (lists of project numbers), each by a voter of its own."""
    box = factories.keep(BallotBox(pot_id=pot.id, state="open", opened_at=clock.now()))
    for n, choices in enumerate(ballots):
        held = commitment(
            n.to_bytes(48, "big"), election=pot.cycle.code, area=pot.area.code, choices=choices
        )
        ballot = factories.keep(
            Ballot(pot_id=pot.id, commitment=held, receipt=receipt_of(held), channel="web")
        )
        factories.keep(
            Opening(ballot_id=ballot.id, nonce=n.to_bytes(48, "big"), choices=sorted(choices)),
            VoterSlot(
                pot_id=pot.id, voter_tag=_tag(pot, n), head_ballot_id=ballot.id
            ),
        )  # fmt: skip
    if state == "closed":
        box.state, box.closed_at = "closed", clock.now()
        factories.keep(box)
    return box


def _tag(pot, n):
    return hashlib.sha256(f"{pot.id}:{n}".encode()).digest()


@pytest.fixture
def pot(tree, at_noon):
    """A pot of 1,000 in Sepidar, in the counting phase, with a swing (400) and a bridge (700)."""
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.COUNTING)
    return factories.make_pot(cycle, tree.sepidar, amount=1_000)


@pytest.fixture
def swing(pot):
    return factories.make_ballot_project(pot, cost=400, title="تاب")


@pytest.fixture
def bridge(pot):
    return factories.make_ballot_project(pot, cost=700, title="پل")


@pytest.fixture
def box(pot, swing, bridge):
    """Sixty ballots: forty for the swing, twenty for the bridge."""
    return fill_box(pot, [[swing.number]] * 40 + [[bridge.number]] * 20)


@pytest.fixture
def counted(pot, box, at_noon):
    return count_pot(pot, at=at_noon)
