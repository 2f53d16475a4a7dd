"""Desk and web at the same moment, with threads and real commits, on a database of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from civic.ballots import actions, queries, rules
from civic.ballots.models import Ballot, BallotVoid, VoterSlot
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import SQLITE_SETTINGS, db
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.ledger.actions import write_lines
from civic.ledger.models import Entry
from civic.polling import actions as polling
from tests import factories
from tests.conftest import house_of_its_own

PAIRS = 50


@pytest.fixture
def town(engine_name, tmp_path, worker_id, monkeypatch):
    """Fifty people of one neighbourhood, its open box, and two clerks."""
    # A hundred at once on one file: what is tried here is who wins, not who waits too long.
    monkeypatch.setitem(SQLITE_SETTINGS, "busy_timeout", "120000")
    with house_of_its_own(engine_name, tmp_path, f"desk_{worker_id}") as app:
        yield made_town(app)


def made_town(app):
    tree = factories.make_tree()
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
    pot = factories.make_pot(cycle, tree.sepidar)
    numbers = [factories.make_ballot_project(pot, cost=300).number for _ in range(3)]
    actions.open_boxes(cycle, at=clock.now())
    people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(PAIRS)]
    clerks = [factories.make_staff(f"C{n}", Role.CLERK, area=tree.sepidar) for n in range(2)]
    made = SimpleNamespace(
        app=app, pot=pot.id, cycle=cycle.id, numbers=numbers,
        people=[(p.id, p.national_id_lookup) for p in people], clerks=[c.id for c in clerks],
    )  # fmt: skip
    # On SQLite whoever reads outside a request holds the pen too: let go of it.
    db.session.remove()
    return made


def vote(town, person_id):
    with town.app.app_context():
        person = factories.load(SimpleNamespace(id=person_id))
        at = clock.now()
        given = {"key": uuid4(), "form_opened_at": at, "at": at}
        try:
            actions.cast_ballot(person, cycles.pot(town.pot), town.numbers[:1], **given)
        except RuleBroken as refused:
            return "refused" if refused.message == rules.ON_PAPER else refused.message
        return "cast"


def hand_out(town, clerk_id, key):
    with town.app.app_context():
        clerk = factories.load(SimpleNamespace(id=clerk_id))
        pot = cycles.pot(town.pot)
        handed = polling.hand_out(clerk, pot, key, papers_seen="y", at=clock.now())
        return "took out" if handed.took_out else "first"


def together(calls):
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(120)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def how_many(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def test_fifty_pairs_at_the_same_moment_make_no_double_vote(town):
    calls = []
    for n, (person, key) in enumerate(town.people):
        desk = lambda n=n, key=key: hand_out(town, town.clerks[n % 2], key)  # noqa: E731
        web = lambda person=person: vote(town, person)  # noqa: E731
        calls += [desk, web] if n % 2 else [web, desk]
    answers = together(calls)
    cast, taken = answers.count("cast"), answers.count("took out")
    # Whoever came second gave way: a vote was refused, or the paper took it out.
    assert cast + answers.count("refused") == taken + answers.count("first") == PAIRS
    assert how_many(Ballot) == cast == taken == how_many(BallotVoid)
    assert (queries.turnout(town.pot), list(queries.openings(town.pot))) == (0, [])
    assert how_many(VoterSlot, VoterSlot.paper) == PAIRS == queries.papers_given(town.pot)
    write_lines(town.cycle)
    assert how_many(Entry, Entry.kind == "void") == cast
