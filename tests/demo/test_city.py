"""The demo city is one city, however often it is made, and somebody in it holds every role."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.accounts.models import Account
from civic.accounts.queries import account_by_mobile
from civic.alarms.models import Alarm
from civic.audit.queries import check_chain
from civic.ballots.models import Ballot, BallotProject
from civic.cycles.models import Cycle, Pot
from civic.cycles.phases import PhaseKind
from civic.cycles.rules import phase_at
from civic.demo import making, people
from civic.demo.making import Size
from civic.invariants import check_all
from civic.joining.models import AccountJoin
from civic.kernel.db import db, transaction
from civic.kernel.roles import STAFF, Role
from civic.notifications.models import Letter
from civic.objections.models import Objection
from civic.polling import queries
from civic.proposals.models import Proposal
from civic.proposals.states import State
from civic.results.models import Count, ResultLine

SMALL = Size(residents=24, crowd_percent=6, every=2)


class Undone(Exception):
    """Raised to forget what was made."""


def contents():
    """What a visitor would see of the city, without ids and moments."""
    proposals = select(
        Cycle.code, Proposal.number, Proposal.title, Proposal.state, Proposal.cost,
        Proposal.supports, Proposal.picture,
    ).join(Cycle, Cycle.id == Proposal.cycle_id)  # fmt: skip
    lines = select(BallotProject.title, ResultLine.votes, ResultLine.funded).join(
        ResultLine, ResultLine.project_id == BallotProject.id
    )
    people_ = select(Account.name).order_by(Account.name)
    return [sorted(map(str, db.session.execute(rows))) for rows in (proposals, lines, people_)]


def contents_of_a_city_then_undone(now):
    with suppress(Undone), transaction():
        making.make_city(now=now, size=SMALL)
        seen = contents()
        raise Undone
    return seen


@pytest.mark.endurance
def test_two_runs_make_the_same_city(database, at_noon):
    first = contents_of_a_city_then_undone(at_noon)
    assert making.is_empty()
    making.make_city(now=at_noon + timedelta(hours=7), size=SMALL)
    assert contents() == first
    assert all(len(rows) > 15 for rows in first)


def test_a_finished_round_and_one_in_its_voting(database, at_noon):
    making.make_city(now=at_noon, size=SMALL)
    last, now = db.session.scalars(select(Cycle).order_by(Cycle.code)).all()
    assert (last.code, now.code) == ("1404", "1405")
    assert phase_at(last.phases, at_noon).kind is PhaseKind.DELIVERY
    assert phase_at(now.phases, at_noon).kind is PhaseKind.VOTING
    states = set(db.session.scalars(select(Proposal.state)))
    assert states >= {State.SELECTED, State.NOT_SELECTED, State.ON_BALLOT, State.SUBMITTED}
    assert db.session.scalar(select(func.count()).select_from(Ballot)) > 100
    assert all(db.session.scalars(select(Count.published_at)))
    assert check_chain().whole
    # What happened before is history: nobody gets a letter about it.
    assert not db.session.scalars(select(Letter.id).where(Letter.sent_at.is_(None))).all()


def test_somebody_holds_every_role(database, at_noon):
    city = making.make_city(now=at_noon, size=Size(residents=12, crowd_percent=1, every=20))
    held = {role for person in city.staff.values() for role in person.roles}
    assert held == STAFF
    rana = account_by_mobile(people.RANA)
    rana.as_of = at_noon
    assert not rana.is_staff
    assert rana.national_id_lookup
    assert city.officer_of("demo-6-green").holds(Role.OFFICER, city.departments["demo-6-green"])


def test_the_counter_and_the_commission_have_something_to_do(database, at_noon, browser):
    city = making.make_city(now=at_noon, size=SMALL)
    [bag] = queries.bags_of(db.session.scalars(select(Pot.id)).all())
    assert (bag.batch.physical_count, bag.typed, bag.differing, bag.settled) == (6, 6, 1, 4)
    objection = db.session.scalars(select(Objection)).one()
    assert objection.state == "rejected"
    found = select(Alarm.state, Alarm.gravity).order_by(Alarm.raised_at)
    assert [tuple(row) for row in db.session.execute(found)] == [
        ("cleared", "note"),
        ("new", "alarm"),
    ]
    assert db.session.scalar(select(AccountJoin.state)) == "asked"
    office = browser.sign_in(city.headquarters)
    for endpoint in ("assist.batches", "polling.bags", "alarms.index", "joining.index"):
        assert office.get(endpoint).select(".card, table"), endpoint
    assert {one.says: many for one, many in check_all() if many} == {}
