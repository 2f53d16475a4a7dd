"""One person with two accounts in the middle of a vote, a clerk, and the headquarters."""

from uuid import uuid4

import pytest

from civic.accounts.queries import mobile_of
from civic.ballots import actions
from civic.ballots import queries as ballots
from civic.cycles.phases import PhaseKind
from civic.joining import actions as joining
from civic.joining import queries
from civic.kernel import clock
from civic.kernel.roles import Role
from tests import factories


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


@pytest.fixture
def pot(cycle, tree):
    return factories.make_pot(cycle, tree.sepidar, amount=1_000)


@pytest.fixture
def narvan(cycle, tree):
    """The pot of another neighbourhood, with one project."""
    made = factories.make_pot(cycle, tree.narvan)
    factories.make_ballot_project(made)
    return made


@pytest.fixture
def paper(pot, narvan, cycle):
    made = [factories.make_ballot_project(pot, cost=cost) for cost in (300, 400)]
    actions.open_boxes(cycle, at=clock.now())
    return made


@pytest.fixture
def again(tree):
    """Rosa's second account, with a national id that she mistyped."""
    return factories.make_resident("Rosa again", tree.sepidar)


@pytest.fixture
def cora(tree):
    return factories.make_staff("Cora", Role.CLERK, area=tree.sepidar)


@pytest.fixture
def hana(tree):
    """Somebody of the headquarters."""
    return factories.make_staff("Hana", Role.HEADQUARTERS)


@pytest.fixture
def cast(pot, paper):
    """Cast a ballot for the project at this place of the paper."""

    def casting(actor, place, *, pot=pot):
        at = clock.now()
        numbers = [ballots.paper(pot)[place].number]
        return actions.cast_ballot(actor, pot, numbers, key=uuid4(), form_opened_at=at, at=at)

    return casting


@pytest.fixture
def ask(cora):
    """Let the clerk ask that two accounts be joined; the card is that of the first."""

    def asking(stays, goes, *, uses=None, card=None, by=None):
        used = uses or stays
        other = goes if used is stays else stays
        numbers = mobile_of(used), mobile_of(other)
        card = card or stays.national_id_lookup
        return joining.ask_join(by or cora, card, *numbers, at=clock.now())

    return asking


@pytest.fixture
def join(ask, hana):
    """Ask and confirm."""

    def joining_both(stays, goes, **more):
        asked = queries.join(ask(stays, goes, **more).id)
        return joining.confirm_join(hana, asked, at=clock.now())

    return joining_both
