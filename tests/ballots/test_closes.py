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
