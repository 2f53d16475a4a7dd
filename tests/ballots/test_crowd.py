"""Many at once, with real commits and threads, on a database of the test's own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm.attributes import set_committed_value

from civic.ballots import actions, keys, queries, voters
from civic.ballots.models import Ballot, BallotKey, CastKey, VoterSlot
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.kernel import clock
from civic.kernel.db import db, on_postgres
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.results import actions as results
from tests import factories
from tests.conftest import house_of_its_own

VOTERS, TABS = 20, 4


@pytest.fixture
def town(engine_name, tmp_path, worker_id):
    """An application on an empty database with twenty voters, a pot and a paper."""
    with house_of_its_own(engine_name, tmp_path, f"crowd_{worker_id}") as app:
        tree = factories.make_tree()
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        pot = factories.make_pot(cycle, tree.sepidar)
        projects = [factories.make_ballot_project(pot, cost=300) for _ in range(3)]
        people = [factories.make_resident(f"R{n}", tree.sepidar) for n in range(VOTERS)]
        town = SimpleNamespace(
            app=app, pot=pot.id, numbers=[p.number for p in projects],
            people=[p.id for p in people],
            closes=next(p.closes_at for p in cycle.phases if p.kind is PhaseKind.VOTING),
        )  # fmt: skip
        # On SQLite whoever reads outside a request holds the pen too: let go of it.
        db.session.remove()
        yield town


def cast(town, person_id, number, **changes):
    """Cast as a request of its own does: with its own session, and a commit."""
    given = {"key": uuid4(), "at": clock.now(), "form_opened_at": clock.now(), **changes}
    with town.app.app_context():
        person = factories.load(SimpleNamespace(id=person_id))
        ballot = actions.cast_ballot(person, cycles.pot(town.pot), [number], **given)
        return ballot.receipt


def together(calls):
    """Run every call in a thread of its own, let go at the same moment."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def how_many(model):
    return db.session.scalar(select(func.count()).select_from(model))


class TestTogether:
    def test_four_tabs_of_each_voter_make_one_live_ballot_each(self, town):
        receipts = together(
            [
                lambda person=person, tab=tab: cast(town, person, town.numbers[tab % 3])
                for person in town.people
                for tab in range(TABS)
            ]
        )
        assert len(set(receipts)) == VOTERS * TABS == how_many(Ballot)
        assert len(list(queries.openings(town.pot))) == queries.turnout(town.pot) == VOTERS
        assert how_many(VoterSlot) == how_many(Participation) == VOTERS
        heads = select(func.count()).select_from(Ballot).where(Ballot.replaces_id.is_(None))
        assert db.session.scalar(heads) == VOTERS

    def test_one_press_sent_many_times_is_one_ballot(self, town):
        key = uuid4()
        press = lambda: cast(town, town.people[0], town.numbers[0], key=key)  # noqa: E731
        receipts = together([press] * 25) + [press() for _ in range(25)]
        assert (len(receipts), len(set(receipts)), how_many(Ballot)) == (50, 1, 1)


class TestTheKeyTogether:
    def test_many_first_voters_make_one_key(self, town):
        together([lambda p=p: cast(town, p, town.numbers[0]) for p in town.people])
        row = db.session.scalars(select(BallotKey)).one()
        assert keys.fingerprint_of(keys.found_in_file(row.cycle_id)) == row.fingerprint
        pot = cycles.pot(town.pot)
        people = [factories.load(SimpleNamespace(id=p)) for p in town.people]
        assert all(voters.ballot_of(person, pot).receipt for person in people)
        assert how_many(BallotKey) == 1

    def test_of_two_who_confirm_at_once_one_is_told_that_it_is_done(self, town):
        cast(town, town.people[0], town.numbers[0])
        at, staff = published(town), administrators("ABC")
        act(town, results.ask_to_destroy_key, staff[0], at)
        said = together([lambda s=s: act(town, results.destroy_key, s, at) for s in staff[1:]])
        assert (sorted(said)[0], "was destroyed" in sorted(said)[1]) == ("", True)
        row = db.session.scalars(select(BallotKey)).one()
        assert (row.asked_by_id, row.destroyed_at) == (staff[0], at)
        assert not keys.file_of(row.cycle_id).exists()

    def test_of_two_who_ask_at_once_one_is_the_first(self, town):
        cast(town, town.people[0], town.numbers[0])
        at, staff = published(town), administrators("AB")
        said = together([lambda s=s: act(town, results.ask_to_destroy_key, s, at) for s in staff])
        assert (sorted(said)[0], "asked for already" in sorted(said)[1]) == ("", True)


def published(town):
    """Publish the result of the pot; the moment at which its key may go."""
    line = queries.paper(SimpleNamespace(id=town.pot))[0]
    set_committed_value(line, "pot", cycles.pot(town.pot))
    at = clock.now()
    factories.make_line(line)
    db.session.remove()
    return at + timedelta(days=11)


def administrators(names):
    ids = [factories.make_staff(name, Role.ADMIN).id for name in names]
    db.session.remove()
    return ids


def act(town, action, person_id, at):
    """Do it as a request of its own does; the sentence of a refusal, if it is refused."""
    with town.app.app_context():
        person = factories.load(SimpleNamespace(id=person_id))
        try:
            action(person, cycles.pot(town.pot).cycle, at=at)
        except RuleBroken as refusal:
            return str(refusal)
        return ""


class Casters:
    """Threads that cast in the grace, again and again, until the box is shut in their face."""

    def __init__(self, town):
        self.acknowledged, self.refused, self.begun = {}, [], threading.Event()
        self.town, self.late = (
            town,
            {
                "at": town.closes + timedelta(seconds=60),
                "form_opened_at": town.closes - timedelta(seconds=1),
            },
        )
        self.threads = [
            threading.Thread(target=self.keep_casting, args=(town.people[start::4],))
            for start in range(4)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        assert self.begun.wait(30)
        time.sleep(0.4)
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join(30)

    def keep_casting(self, mine):
        while True:
            for person in mine:
                try:
                    code = cast(self.town, person, self.town.numbers[0], **self.late)
                except RuleBroken:
                    self.refused.append(person)
                    return
                self.acknowledged[person] = code
                self.begun.set()


def close(town):
    """Close the box beside the casters; the seconds it took."""
    begun = time.monotonic()
    with town.app.app_context():
        actions.close_box(cycles.pot(town.pot), at=town.closes + timedelta(seconds=120))
    return time.monotonic() - begun


def test_at_the_close_what_was_acknowledged_is_what_is_counted(town):
    with Casters(town) as casters:
        waited = close(town)
    pot = cycles.pot(town.pot)
    ballots = {
        person: voters.ballot_of(factories.load(SimpleNamespace(id=person)), pot)
        for person in town.people
    }
    found = {person: ballot.receipt for person, ballot in ballots.items() if ballot}
    assert found == casters.acknowledged
    assert len(list(queries.openings(town.pot))) == len(casters.acknowledged) >= 4
    assert (len(casters.refused), how_many(CastKey)) == (4, 0)
    assert waited < 1


class TestWhoComesWhileTheBoxIsClosed:
    """Whoever votes just then waits for whoever closes the box, and is refused by what they did."""

    LATE = timedelta(seconds=60)

    @pytest.fixture
    def closing(self, town, monkeypatch):
        """The box is closed beside us, and stays on the point of being so until it may."""
        held, may_end = threading.Event(), threading.Event()
        really = actions.book.close

        def slowly(*given, **named):
            held.set()
            assert may_end.wait(30)
            return really(*given, **named)

        monkeypatch.setattr(actions.book, "close", slowly)
        thread = threading.Thread(target=close, args=(town,))

        @contextmanager
        def begun():
            thread.start()
            assert held.wait(30)
            try:
                yield may_end
            finally:
                may_end.set()
                thread.join(30)

        return begun

    def late_press(self, town, person, key=None):
        given = {"at": town.closes + self.LATE, "form_opened_at": town.closes - self.LATE}
        try:
            return cast(town, person, town.numbers[1], key=key or uuid4(), **given)
        except RuleBroken as refusal:
            return str(refusal)

    def test_a_first_and_a_changed_vote_are_refused_and_a_press_sent_again_finds_its_own(
        self, town, closing
    ):
        first, again, key = town.people[0], town.people[1], uuid4()
        stands = cast(town, again, town.numbers[0])
        sent_twice = cast(town, town.people[2], town.numbers[0], key=key)
        presses = ((first, None), (again, None), (town.people[2], key))
        with ThreadPoolExecutor(3) as pool:
            with closing() as may_end:
                said = [pool.submit(self.late_press, town, *press) for press in presses]
                wait_for_the_lock(town, 3)
                may_end.set()
            said = [one.result(30) for one in said]
        assert all(one.startswith("Voting ended on") for one in said[:2]), said
        assert said[2] == sent_twice
        assert how_many(Ballot) == how_many(VoterSlot) == queries.turnout(town.pot) == 2
        mine = voters.ballot_of(factories.load(SimpleNamespace(id=again)), cycles.pot(town.pot))
        assert mine.receipt == stands


def wait_for_the_lock(town, many):
    """Wait until so many stand before the box; on SQLite they stand before the database."""
    if not on_postgres():
        time.sleep(0.5)
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    until = time.monotonic() + 30
    with db.engine.connect() as connection:
        while connection.scalar(waiting) < many:
            assert time.monotonic() < until
            time.sleep(0.02)
