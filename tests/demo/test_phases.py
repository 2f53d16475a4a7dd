"""The running cycle of the demo can be tried in every phase, one after another."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from civic.ballots.models import Ballot, BallotBox
from civic.cycles.models import Pot
from civic.cycles.phases import PhaseKind
from civic.cycles.queries import running_cycle
from civic.cycles.rules import phase_at
from civic.demo import making
from civic.demo.making import Size
from civic.demo.moving import move_to
from civic.kernel.db import db
from civic.projects.models import Project
from civic.proposals.models import Proposal
from civic.proposals.states import State
from civic.results.models import Count

SMALL = Size(residents=20, crowd_percent=6, every=3)


def states(cycle):
    return set(db.session.scalars(select(Proposal.state).where(Proposal.cycle_id == cycle.id)))


def boxes(cycle):
    found = select(BallotBox.state).join(Pot, Pot.id == BallotBox.pot_id)
    return set(db.session.scalars(found.where(Pot.cycle_id == cycle.id)))


def on_paper(cycle):
    found = select(func.count()).select_from(Ballot).join(Pot, Pot.id == Ballot.pot_id)
    return db.session.scalar(found.where(Pot.cycle_id == cycle.id, Ballot.channel == "paper"))


def counts(cycle):
    found = select(Count).join(Pot, Pot.id == Count.pot_id).where(Pot.cycle_id == cycle.id)
    return db.session.scalars(found).all()


@pytest.fixture
def city(database, at_noon):
    return making.make_city(now=at_noon, size=SMALL)


def test_every_phase_in_turn_without_a_fresh_cycle(city, at_noon):
    move = {}
    first = move_to(PhaseKind.IDEAS, now=at_noon, size=SMALL)
    assert first.fresh
    assert first.cycle.code == "1405-2"
    assert State.SUBMITTED in states(first.cycle)
    for kind in list(PhaseKind)[1:]:
        moved = move[kind] = move_to(kind, now=at_noon, size=SMALL)
        assert not moved.fresh
        assert moved.cycle.code == "1405-2"
        assert phase_at(moved.cycle.phases, at_noon).kind is kind
        assert running_cycle(at_noon).code == "1405-2", "the site shows the cycle that was moved"
        _looks_like(kind, moved.cycle)


def _looks_like(kind, cycle):
    if kind is PhaseKind.SCREENING:
        assert {State.SUBMITTED, State.ACCEPTED} & states(cycle)
        assert State.ON_BALLOT not in states(cycle)
    elif kind is PhaseKind.BALLOT:
        assert State.ON_BALLOT in states(cycle)
        assert not boxes(cycle)
    elif kind is PhaseKind.VOTING:
        assert boxes(cycle) == {"open"}
    elif kind is PhaseKind.COUNTING:
        assert boxes(cycle) == {"closed"}
        assert not counts(cycle)
        assert on_paper(cycle) == 5, "six sheets were typed, and one of them is spoiled"
    else:
        assert all(count.published_at for count in counts(cycle))
        assert State.SELECTED in states(cycle)
        routed = select(Project.id).where(Project.cycle_id == cycle.id)
        assert bool(db.session.scalars(routed).all()) == (kind is PhaseKind.DELIVERY)


@pytest.mark.endurance
def test_an_earlier_phase_is_tried_in_a_fresh_cycle(city, at_noon):
    forward = move_to(PhaseKind.RESULTS, now=at_noon, size=SMALL)
    assert (forward.cycle.code, forward.fresh) == ("1405", False)
    back = move_to(PhaseKind.VOTING, now=at_noon, size=SMALL)
    assert (back.cycle.code, back.fresh) == ("1405-2", True)
    assert boxes(forward.cycle) == {"closed"}
    assert boxes(back.cycle) == {"open"}


@pytest.mark.endurance
def test_back_and_forth_it_is_always_the_cycle_begun_last(city, at_noon):
    for kind, code in (
        (PhaseKind.IDEAS, "1405-2"),
        (PhaseKind.BALLOT, "1405-2"),
        (PhaseKind.SCREENING, "1405-3"),
        (PhaseKind.BALLOT, "1405-3"),
    ):
        moved = move_to(kind, now=at_noon, size=SMALL)
        assert (moved.cycle.code, running_cycle(at_noon).code) == (code, code), kind
