"""Crowds with numbers: everybody four times at once, again and again."""

import time
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from civic.areas.models import Area
from civic.ballots import queries
from civic.ballots.models import Ballot, VoterSlot
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.kernel.db import db
from tests import factories
from tests.ballots.test_crowd import TABS, cast, together, town

assert town  # the fixture
# Four tabs each: the site of a city has a dozen threads, so it never has so many in hand at once.
WAVE = 8
REPEATS, MANY = 20, 200


@pytest.fixture
def crowd(town):
    """The same town with two hundred voters."""
    return grown(town, MANY)


def grown(town, voters):
    """The same town with so many voters."""
    area = cycles.pot(town.pot).area
    more = voters - len(town.people)
    town.people += [factories.make_resident(f"M{n}", area).id for n in range(more)]
    db.session.remove()
    return town


def another(town):
    """The next vote of the same people: a pot of its own, with an empty box."""
    before = cycles.pot(town.pot)
    city = db.session.get(Area, before.cycle.city_id)
    cycle = factories.make_cycle(city, phase=PhaseKind.VOTING)
    pot = factories.make_pot(cycle, before.area)
    projects = [factories.make_ballot_project(pot, cost=300) for _ in range(3)]
    closes = next(p.closes_at for p in cycle.phases if p.kind is PhaseKind.VOTING)
    made = SimpleNamespace(
        app=town.app, people=town.people, pot=pot.id, closes=closes,
        numbers=[project.number for project in projects],
    )  # fmt: skip
    db.session.remove()
    return made


def four_times_each(town):
    """Let everybody press the button in four tabs at the same moment."""
    receipts = []
    for start in range(0, len(town.people), WAVE):
        wave = town.people[start : start + WAVE]
        receipts += together(
            [
                lambda person=person, tab=tab: cast(town, person, town.numbers[tab % 3])
                for person in wave
                for tab in range(TABS)
            ]
        )
    return receipts


def one_live_ballot_each(town, receipts):
    """Assert that of all that was cast one ballot stands for each person, and no other."""
    voters = len(town.people)
    assert len(set(receipts)) == voters * TABS == number(Ballot.pot_id, town)
    heads = select(VoterSlot.head_ballot_id).where(VoterSlot.pot_id == town.pot)
    live = db.session.scalars(heads).all()
    assert len(live) == len(set(live)) == queries.turnout(town.pot) == voters
    assert len(list(queries.openings(town.pot))) == voters
    assert number(Participation.pot_key, town) == voters
    assert number(Ballot.pot_id, town, Ballot.replaces_id.is_(None)) == voters
    db.session.remove()


def number(column, town, *more):
    """How many rows are about this vote."""
    return db.session.scalar(select(func.count()).where(column == town.pot, *more))


@pytest.mark.endurance
def test_twenty_times_two_hundred_people_are_two_hundred_votes(crowd, measured):
    begun = time.monotonic()
    for _ in range(REPEATS):
        vote = another(crowd)
        assert number(Ballot.pot_id, vote) == 0
        db.session.remove()
        one_live_ballot_each(vote, four_times_each(vote))
    seconds = time.monotonic() - begun
    measured(f"{REPEATS * MANY * TABS} casts, four of each person at once, in {seconds:.0f} s")
