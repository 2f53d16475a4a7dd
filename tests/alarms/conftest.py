"""A vote that has run for days, signals by the handful, and a clock that can be set."""

from datetime import date, timedelta
from itertools import count

import pytest

from civic.alarms import jobs
from civic.alarms.models import Alarm
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.signals.actions import Attempt, keep_signal
from civic.signals.kinds import SignalKind
from civic.signals.origin import Origin
from tests import factories
from tests.ballots.conftest import cast, paper, pot

__all__ = ["cast", "paper", "pot"]


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


@pytest.fixture
def voting(cycle):
    return next(phase for phase in cycle.phases if phase.kind is PhaseKind.VOTING)


@pytest.fixture
def clock_at(monkeypatch):
    """Set the clock of the jobs."""
    return lambda at: monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def look(clock_at):
    """Let the watch look at a moment, and say which alarms stand then."""

    def looking(at):
        clock_at(at)
        jobs.look_at_signals()
        return db.session.query(Alarm).order_by(Alarm.kind).all()

    return looking


@pytest.fixture
def vote(cycle):
    """Somebody's signal: each has a phone, an age and a place of their own unless it is said."""
    serial = count(1)

    def voting(at, *, kind=SignalKind.VOTE_FIRST, age=None, area="demo-6-1", phone=None,
               network="", device="", helper=None):  # fmt: skip
        number = next(serial)
        age = 18 + number * 7 % 60 if age is None else age
        born = date(at.year - age, 1, 1)
        phone = (f"phone-{number}" if phone is None else phone).encode()
        attempt = Attempt(kind, phone, born, cycle.id, area, helper)
        here = Origin(network or f"10.{number % 200}.{number % 17}.0/24", device or f"ua{number}")
        keep_signal(attempt, at=at, origin=here)

    return voting


@pytest.fixture
def day(voting):
    """A morning in the middle of the vote, after a night of which nothing is left."""
    return voting.opens_at.replace(hour=6, minute=30, second=0, microsecond=0) + timedelta(days=4)
