"""People cast with the account that goes at the moment it goes: threads, and real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from civic.accounts.queries import mobile_of
from civic.ballots import actions
from civic.ballots import queries as ballots
from civic.ballots.models import BallotVoid
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.joining import actions as joining
from civic.joining import queries
from civic.kernel import clock
from civic.kernel.db import SQLITE_SETTINGS, db
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from tests import factories
from tests.conftest import house_of_its_own

PAIRS = 12


@pytest.fixture
def town(engine_name, tmp_path, worker_id, monkeypatch):
    """Twelve people with two accounts each, who have voted with the right one."""
    monkeypatch.setitem(SQLITE_SETTINGS, "busy_timeout", "120000")
    with house_of_its_own(engine_name, tmp_path, f"joins_{worker_id}") as app:
        yield made_town(app)


def made_town(app):
    tree = factories.make_tree()
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
    pot = factories.make_pot(cycle, tree.sepidar)
    number = factories.make_ballot_project(pot, cost=300).number
    actions.open_boxes(cycle, at=clock.now())
    clerk = factories.make_staff("Cora", Role.CLERK, area=tree.sepidar)
    town = SimpleNamespace(
        app=app, pot=pot.id, number=number, pairs=[],
        hana=factories.make_staff("Hana", Role.HEADQUARTERS).id,
    )  # fmt: skip
    for n in range(PAIRS):
        right, wrong = (factories.make_resident(f"R{n}{s}", tree.sepidar) for s in "ab")
        vote_as(right, pot, number)
        numbers = mobile_of(right), mobile_of(wrong)
        asked = joining.ask_join(clerk, right.national_id_lookup, *numbers, at=clock.now())
        town.pairs.append((asked.id, wrong.id))
    db.session.remove()
    return town


def vote_as(person, pot, number):
    at = clock.now()
    return actions.cast_ballot(person, pot, [number], key=uuid4(), form_opened_at=at, at=at)


def cast(town, person_id, gate):
    with town.app.app_context():
        person = factories.load(SimpleNamespace(id=person_id))
        pot = cycles.pot(town.pot)
        # On SQLite whoever reads holds the pen: let go of it, as the end of a request does.
        db.session.expunge_all()
        db.session.rollback()
        gate.wait(60)
        try:
            vote_as(person, pot, town.number)
        except RuleBroken:
            return "refused"
        return "cast"


def join(town, join_id, gate):
    with town.app.app_context():
        hana, asked = factories.load(SimpleNamespace(id=town.hana)), queries.join(join_id)
        db.session.expunge_all()
        db.session.rollback()
        gate.wait(60)
        joining.confirm_join(hana, asked, at=clock.now())
        return "joined"


def test_whoever_comes_first_one_vote_of_each_person_stands(town):
    answers = []
    with ThreadPoolExecutor(2) as pool:
        for n, (join_id, person_id) in enumerate(town.pairs):
            gate = threading.Barrier(2)
            calls = [(cast, person_id), (join, join_id)]
            both = [pool.submit(act, town, one, gate) for act, one in calls[:: (-1) ** n]]
            answers += [call.result() for call in both]
    assert answers.count("joined") == PAIRS
    cast_first = answers.count("cast")
    assert cast_first + answers.count("refused") == PAIRS
    assert ballots.turnout(town.pot) == PAIRS
    assert db.session.scalar(select(func.count()).select_from(BallotVoid)) == cast_first
