"""Crowds with numbers: everybody four times at once, and the close under load, again and again."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

from sqlalchemy import select

from civic.areas.models import Area
from civic.ballots import actions, queries
from civic.ballots.models import Ballot, Opening, VoterSlot
from civic.cycles import queries as cycles
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.ledger.kinds import LineKind
from civic.ledger.models import Waiting
from tests import factories
from tests.ballots.test_crowd import TABS, VOTERS, cast, how_many, together, town

assert town  # the fixture
# The site of a city has a dozen threads; so many requests it never has in hand at once.
WAVE = 8
REPEATS, MANY, CLOSINGS = 20, 200, 20


def four_times_each(town, people):
    """Let each of these people press the button in four tabs at the same moment."""
    receipts = []
    for start in range(0, len(people), WAVE):
        wave = people[start : start + WAVE]
        receipts += together(
            [
                lambda person=person, tab=tab: cast(town, person, town.numbers[tab % 3])
                for person in wave
                for tab in range(TABS)
            ]
        )
    return receipts


def one_live_ballot_each(town, people):
    """Assert that of all that was cast one ballot stands for each person, and no other."""
    live = db.session.scalars(select(VoterSlot.head_ballot_id)).all()
    assert len(live) == len(set(live)) == queries.turnout(town.pot) == len(people)
    assert len(list(queries.openings(town.pot))) == len(people)
    assert how_many(Participation) == len(people)
    firsts = db.session.scalars(select(Ballot.id).where(Ballot.replaces_id.is_(None))).all()
    assert len(firsts) == len(people)
    db.session.remove()


class TestEverybodyFourTimesAtOnce:
    def test_two_hundred_people_are_two_hundred_votes(self, town):
        area = cycles.pot(town.pot).area
        more = [factories.make_resident(f"M{n}", area).id for n in range(MANY - VOTERS)]
        people = town.people + more
        db.session.remove()
        receipts = four_times_each(town, people)
        assert len(set(receipts)) == MANY * TABS
        one_live_ballot_each(town, people)

    def test_again_and_again(self, town):
        for repeat in range(1, REPEATS + 1):
            four_times_each(town, town.people)
            assert how_many(Ballot) == repeat * VOTERS * TABS
            one_live_ballot_each(town, town.people)


# ── the close ─────────────────────────────────────────────────────────────────────────────────


class Rush:
    """People who cast over the close, each once, as fast as four threads can."""

    def __init__(self, town):
        self.town, self.taken, self.refused = town, {}, set()
        self.begun = threading.Event()
        times = {
            "at": town.closes + timedelta(seconds=60),
            "form_opened_at": town.closes - timedelta(seconds=1),
        }
        self.threads = [
            threading.Thread(target=self.go_on, args=(town.people[start::4], times))
            for start in range(4)
        ]
        for thread in self.threads:
            thread.start()

    def go_on(self, people, times):
        while True:
            for person in people:
                key = uuid4()
                try:
                    cast(self.town, person, self.town.numbers[0], key=key, **times)
                except RuleBroken:
                    self.refused.add(key)
                    return
                self.taken[person] = key
                self.begun.set()

    def end(self):
        for thread in self.threads:
            thread.join(30)


def closing(town):
    """Let people rush to the box while it is closed; what came of it, and how long it took."""
    rush = Rush(town)
    assert rush.begun.wait(30)
    time.sleep(0.1)
    begun = time.monotonic()
    with town.app.app_context():
        actions.close_box(cycles.pot(town.pot), at=town.closes + timedelta(seconds=120))
    waited = time.monotonic() - begun
    rush.end()
    return rush, waited


def just_the_acknowledged_are_counted(town, rush):
    """Assert that what stands is what was acknowledged, and what the closing line says."""
    found = select(Opening.nonce, Opening.ballot_id).join(
        Ballot, Ballot.id == Opening.ballot_id
    ).where(Ballot.pot_id == town.pot)  # fmt: skip
    keys = {ballot: UUID(bytes=nonce[32:]) for nonce, ballot in db.session.execute(found)}
    heads = select(VoterSlot.head_ballot_id).where(VoterSlot.pot_id == town.pot)
    standing = {keys[ballot] for ballot in db.session.scalars(heads)}
    assert standing == set(rush.taken.values())
    assert not rush.refused & set(keys.values())
    mine = Waiting.book_id == cycles.pot(town.pot).cycle_id
    said = db.session.scalars(select(Waiting.body).where(mine, Waiting.kind == LineKind.CLOSE))
    assert said.one()["stand"] == len(standing)
    db.session.remove()


def another(town):
    """The next vote of the same people."""
    before = cycles.pot(town.pot)
    city = db.session.get(Area, before.cycle.city_id)
    cycle = factories.make_cycle(city, phase=PhaseKind.VOTING)
    pot = factories.make_pot(cycle, before.area)
    project = factories.make_ballot_project(pot, cost=300)
    closes = next(p.closes_at for p in cycle.phases if p.kind is PhaseKind.VOTING)
    made = SimpleNamespace(
        app=town.app, people=town.people, pot=pot.id, numbers=[project.number], closes=closes,
    )  # fmt: skip
    db.session.remove()
    return made


def test_over_twenty_closes_what_was_acknowledged_is_counted(town, engine_name):
    waits = []
    for _ in range(CLOSINGS):
        vote = another(town)
        rush, waited = closing(vote)
        just_the_acknowledged_are_counted(vote, rush)
        assert len(rush.refused) == 4
        waits.append(waited)
    assert max(waits) < (1 if engine_name == "postgresql" else 10), waits
