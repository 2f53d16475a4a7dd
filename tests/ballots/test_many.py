"""Crowds with numbers: everybody four times at once, and the close under load, again and again."""

import gc
import threading
import time
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

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
from tests.ballots.test_crowd import TABS, cast, together, town

assert town  # the fixture
# Four tabs each: the site of a city has a dozen threads, so it never has so many in hand at once.
WAVE = 8
REPEATS, MANY, CLOSINGS = 20, 200, 20
# Casts in a second, the part of them that is sent before the close, and who sends them.
RATE, BEFORE, THREADS = 100, 0.75, 16
LONGEST_WAIT = 1  # seconds of whoever closes


@pytest.fixture
def crowd(town):
    """The same town with two hundred voters, in a process that looks at little garbage.

    As the site does when it starts: else all that the tests before have left behind is looked
    through while people vote, and for a second nobody gets an answer.
    """
    gc.collect()
    gc.freeze()
    yield grown(town, MANY)
    gc.unfreeze()


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


# ── everybody four times at once ──────────────────────────────────────────────────────────────


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


# ── the close ─────────────────────────────────────────────────────────────────────────────────


class Rush:
    """People who cast over the close, each once, every hundredth of a second one of them."""

    def __init__(self, town):
        self.town, self.taken, self.refused = town, {}, set()
        self.turns, self.spans, self.failures = count(), [], []
        self.first = threading.Event()
        self.times = {
            "at": town.closes + timedelta(seconds=60),
            "form_opened_at": town.closes - timedelta(seconds=1),
        }
        self.begun = time.monotonic()
        self.threads = [threading.Thread(target=self.go_on) for _ in range(THREADS)]
        for thread in self.threads:
            thread.start()

    def go_on(self):
        while (turn := next(self.turns)) < len(self.town.people):
            time.sleep(max(0.0, self.begun + turn / RATE - time.monotonic()))
            pressed = time.monotonic()
            try:
                self.press(self.town.people[turn], uuid4())
            except Exception as failure:
                self.failures.append(failure)
            self.spans.append((pressed, time.monotonic()))

    def press(self, person, key):
        try:
            cast(self.town, person, self.town.numbers[0], key=key, **self.times)
            self.taken[person] = key
            self.first.set()
        except RuleBroken:
            self.refused.add(key)

    def rate_until(self, moment):
        """How many were answered in a second, until this moment."""
        return sum(end <= moment for _, end in self.spans) / (moment - self.begun)

    def last_before(self, moment):
        """When the last of those was answered who had pressed the button before this moment."""
        return max((end for begin, end in self.spans if begin < moment), default=moment)

    def end(self):
        for thread in self.threads:
            thread.join(60)


class Close(NamedTuple):
    """How many a second voted before the close, how long the closer took, and for how much of
    that it was behind those who had pressed the button before it.
    """

    rate: float
    waited: float
    behind_others: float

    @property
    def is_quick(self):
        """Did the closer wait under a second? Where the machine is too slow for so many voters,
        what they take in front of it does not count.
        """
        kept_pace = self.rate > RATE * 0.9
        return self.waited - (0 if kept_pace else self.behind_others) < LONGEST_WAIT


def closing(town):
    """Let people rush to the box while it is closed."""
    with town.app.app_context():
        pot = cycles.pot(town.pot)
        db.session.remove()  # on SQLite whoever reads outside a request holds the pen
        rush = Rush(town)
        assert rush.first.wait(30)
        middle = rush.begun + BEFORE * len(town.people) / RATE
        time.sleep(max(0.0, middle - time.monotonic()))
        begun = time.monotonic()
        actions.close_box(pot, at=town.closes + timedelta(seconds=120))
        done = time.monotonic()
    rush.end()
    behind_others = min(max(0.0, rush.last_before(begun) - begun), done - begun)
    return rush, Close(rush.rate_until(begun), done - begun, behind_others)


def just_the_acknowledged_are_counted(town, rush):
    """Assert that what stands is what was acknowledged, and what the closing line says."""
    assert rush.failures == []
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


def a_close(crowd):
    """One close under load in a vote of its own, with what was counted looked through."""
    vote = another(crowd)
    rush, close = closing(vote)
    just_the_acknowledged_are_counted(vote, rush)
    assert len(rush.taken) + len(rush.refused) == MANY
    assert rush.taken
    assert rush.refused
    return close


@pytest.mark.endurance
def test_over_twenty_closes_what_was_acknowledged_is_counted(crowd, measured):
    a_close(crowd)  # so that every thread has its connection; what is counted holds here as well
    closes = [a_close(crowd) for _ in range(CLOSINGS)]
    rates, waits = sorted(close.rate for close in closes), sorted(close.waited for close in closes)
    measured(
        f"{rates[0]:.0f} to {rates[-1]:.0f} casts a second before the close, half of them over"
        f" {rates[CLOSINGS // 2]:.0f}; the closer waited {waits[-1]:.2f} s at most"
    )
    assert [close for close in closes if not close.is_quick] == []
