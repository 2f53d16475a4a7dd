"""A pot in the middle of its voting, two clerks, and a person who comes to the counter."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from civic.ballots import actions
from civic.ballots.actions import open_boxes
from civic.cycles.phases import PhaseKind
from civic.kernel import clock, crypto
from civic.kernel.roles import Role
from civic.polling import actions as polling
from tests import factories


def key_of(national_id):
    """By what a person with this national id is found."""
    return crypto.lookup_key("national-id", national_id)


@pytest.fixture
def cycle(tree):
    made = factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")
    made.minimum_age = 15
    return factories.keep(made)


@pytest.fixture
def pot(cycle, tree):
    return factories.make_pot(cycle, tree.sepidar, amount=1_000)


@pytest.fixture
def narvan_pot(cycle, tree):
    return factories.make_pot(cycle, tree.narvan)


@pytest.fixture
def paper(pot, narvan_pot, cycle):
    """Three projects: 300, 400 and 500 of the 1,000 toman in the pot; the box is open."""
    made = [
        factories.make_ballot_project(pot, cost=cost, title=title)
        for cost, title in ((300, "تاب"), (400, "پل"), (500, "کتابخانه"))
    ]
    open_boxes(cycle, at=clock.now())
    return made


@pytest.fixture
def cora(tree):
    """A clerk of Sepidar's counter."""
    return factories.make_staff("Cora", Role.CLERK, area=tree.sepidar)


@pytest.fixture
def cyrus(tree):
    """Another clerk of the district."""
    return factories.make_staff("Cyrus", Role.CLERK, area=tree.district)


@pytest.fixture
def hana(tree):
    """Somebody else of the headquarters."""
    return factories.make_staff("Hana", Role.HEADQUARTERS)


@pytest.fixture
def cast(pot, paper):
    """Cast a ballot on the web for the projects at these places of the paper."""

    def casting(actor, *places, key=None, at=None):
        at = at or clock.now()
        numbers = [paper[place].number for place in places]
        return actions.cast_ballot(
            actor, pot, numbers, key=key or uuid4(), at=at, form_opened_at=at
        )

    return casting


@pytest.fixture
def hand(pot, paper, cora):
    """Hand a paper to a person with an account, or to whoever has this national id."""

    def handing(whom, *, clerk=None, seen="y", at=None):
        key = key_of(whom) if isinstance(whom, str) else whom.national_id_lookup
        return polling.hand_out(clerk or cora, pot, key, papers_seen=seen, at=at or clock.now())

    return handing


@pytest.fixture
def times(cycle):
    """When voting opens and ends."""
    voting = next(phase for phase in cycle.phases if phase.kind is PhaseKind.VOTING)
    return SimpleNamespace(opens=voting.opens_at, closes=voting.closes_at)
