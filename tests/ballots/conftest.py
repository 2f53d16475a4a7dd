"""A pot in the middle of its voting, with three projects, and a way to cast."""

from datetime import timedelta
from uuid import uuid4

import pytest

from civic.ballots import actions
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from tests import factories


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


@pytest.fixture
def pot(cycle, tree):
    return factories.make_pot(cycle, tree.sepidar, amount=1_000)


@pytest.fixture
def paper(pot):
    """Three projects: 300, 400 and 500 of the 1,000 toman in the pot."""
    return [
        factories.make_ballot_project(pot, cost=cost, title=title)
        for cost, title in ((300, "تاب"), (400, "پل"), (500, "کتابخانه"))
    ]


@pytest.fixture
def cast(pot, paper):
    """Cast a ballot for the projects at these places of the paper."""

    def casting(actor, *places, **changes):
        given = {"key": uuid4(), "at": clock.now(), "form_opened_at": clock.now(), "pot": pot}
        given |= changes
        choices = [paper[place].number for place in places]
        return actions.cast_ballot(actor, given.pop("pot"), choices, **given)

    return casting


@pytest.fixture
def closing(cycle):
    """The instant at which voting ends."""
    return next(phase.closes_at for phase in cycle.phases if phase.kind is PhaseKind.VOTING)


@pytest.fixture
def after(closing):
    """So many seconds after the end of voting."""
    return lambda seconds: closing + timedelta(seconds=seconds)
