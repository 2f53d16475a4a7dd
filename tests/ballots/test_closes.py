"""The close under load, again and again: what was acknowledged is what is counted."""

import threading
import time
from datetime import timedelta
from itertools import count
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from civic.ballots import actions
from civic.ballots.models import Ballot, Opening, VoterSlot
from civic.cycles import queries as cycles
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.ledger.kinds import LineKind
from civic.ledger.models import Waiting
from tests.ballots.test_crowd import cast, town
from tests.ballots.test_many import MANY, another, crowd

assert town  # the fixtures
assert crowd
CLOSINGS = 20
# Casts in a second, the part of them that is sent before the close, and who sends them.
RATE, BEFORE, THREADS = 100, 0.75, 16
LONGEST_WAIT = 1  # seconds of whoever closes


class Rush:
    """People who cast over the close, each once, every hundredth of a second one of them."""

    def __init__(self, town):
        self.town, self.taken, self.refused = town, {}, set()
        self.turns, self.answered, self.failures = count(), [], []
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
            try:
                self.press(self.town.people[turn], uuid4())
            except Exception as failure:
                self.failures.append(failure)
            self.answered.append(time.monotonic())

    def press(self, person, key):
        try:
            cast(self.town, person, self.town.numbers[0], key=key, **self.times)
            self.taken[person] = key
            self.first.set()
        except RuleBroken:
            self.refused.add(key)

    def rate_until(self, moment):
        """How many were answered in a second, until this moment."""
        return sum(at <= moment for at in self.answered) / (moment - self.begun)

    def end(self):
        for thread in self.threads:
            thread.join(60)


class Close(NamedTuple):
    """How fast people were when the box was closed, and how long that took."""

    rate: float
    waited: float


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
        close = Close(rush.rate_until(begun), time.monotonic() - begun)
    rush.end()
    return rush, close


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


@pytest.mark.endurance
def test_over_twenty_closes_what_was_acknowledged_is_counted(crowd, measured):
    closes = []
    for _ in range(CLOSINGS):
        vote = another(crowd)
        rush, close = closing(vote)
        just_the_acknowledged_are_counted(vote, rush)
        assert len(rush.taken) + len(rush.refused) == MANY
        assert rush.taken
        assert rush.refused
        closes.append(close)
    rates, waits = sorted(close.rate for close in closes), sorted(close.waited for close in closes)
    measured(
        f"{rates[0]:.0f} to {rates[-1]:.0f} casts a second before the close, half of them over"
        f" {rates[CLOSINGS // 2]:.0f}; the closer waited {waits[-1]:.2f} s at most"
    )
    assert waits[-1] < LONGEST_WAIT
