"""While a job computes for long, people vote: no job holds the pen while it thinks."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from civic import invariants, nightly
from civic.alarms import jobs as alarms
from civic.alarms import publishing, watching
from civic.ballots import actions
from civic.cycles import queries as cycles
from civic.kernel import clock
from civic.kernel.db import db, reading, transaction
from civic.ledger import sequencer, signing
from civic.ledger.queries import last_head
from civic.objections.models import Objection, Recount
from civic.objections.recounting import run_recount
from civic.results import jobs, queries, tally
from civic.results.actions import count_pot
from tests import factories
from tests.ballots.test_crowd import cast, town
from tests.ballots.test_many import another

assert town  # the fixture
# On SQLite whoever waits for the pen gives up after ten seconds.
AT_ONCE = 3


class Thinker:
    """Something that takes as long as we like, in the place of what takes long."""

    def __init__(self, monkeypatch, place, name):
        self.really = getattr(place, name)
        self.thinks, self.may_end = threading.Event(), threading.Event()
        monkeypatch.setattr(place, name, self)

    def __call__(self, *given, **named):
        self.thinks.set()
        assert self.may_end.wait(60)
        return self.really(*given, **named)


@pytest.fixture
def votes(town):
    """A vote that is over, with its ballots, and another one that runs."""
    running = another(town)
    factories.make_ballot_project(cycles.pot(town.pot), cost=400)  # it will lose
    db.session.remove()
    for person in town.people[:6]:
        cast(town, person, town.numbers[0])
    with town.app.app_context():
        actions.close_box(cycles.pot(town.pot), at=town.closes + timedelta(minutes=3))
        db.session.remove()
    return SimpleNamespace(app=town.app, over=town.pot, running=running)


def voting_goes_on(votes, thinker, job, *given):
    """Let a job think, vote meanwhile, and let it come to its end."""
    failures = []

    def work():
        with votes.app.app_context():
            try:
                job(*given)
            except Exception as failure:
                failures.append(failure)
                thinker.thinks.set()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert thinker.thinks.wait(60)
        begun = time.monotonic()
        cast(votes.running, votes.running.people[0], votes.running.numbers[0])
        waited = time.monotonic() - begun
    finally:
        thinker.may_end.set()
        thread.join(60)
    assert failures == []
    assert waited < AT_ONCE


def counted(votes):
    count = count_pot(cycles.pot(votes.over), at=clock.now())
    db.session.remove()
    return count


def test_while_a_box_is_counted(votes, monkeypatch):
    thinker = Thinker(monkeypatch, tally, "count_box")
    voting_goes_on(votes, thinker, jobs.count_box_of, str(votes.over))
    assert queries.count_of(votes.over).ballots == 6


def test_while_other_rules_are_tried(votes, monkeypatch):
    count = counted(votes)
    thinker = Thinker(monkeypatch, tally, "alternatives")
    voting_goes_on(votes, thinker, jobs.study_count, str(count.id))
    assert queries.count_of(votes.over).alternatives


def test_while_it_is_asked_what_a_loser_lacked(votes, monkeypatch):
    count = counted(votes)
    thinker = Thinker(monkeypatch, jobs, "margins")
    voting_goes_on(votes, thinker, jobs.study_count, str(count.id))
    assert all(line.change for line in queries.lines_of(count) if not line.funded)


def test_while_it_is_counted_again(votes, monkeypatch):
    recount = asked(counted(votes))
    with votes.app.app_context():
        sequencer.write_all()
        db.session.remove()
    thinker = Thinker(monkeypatch, tally, "count_box")
    voting_goes_on(votes, thinker, run_recount, str(recount))
    done = db.session.get(Recount, recount)
    assert (done.same, done.done) == (True, 12)


def asked(count):
    """A recount that somebody has asked for."""
    person, at = factories.make_account("Rosa"), clock.now()
    objection = factories.keep(
        Objection(
            number=1, count_id=count.id, author_id=person.id, kind="count", words="…", at=at,
            due_at=at,
        )
    )  # fmt: skip
    recount = factories.keep(Recount(objection_id=objection.id, count_id=count.id, asked_at=at))
    db.session.commit()
    db.session.remove()
    return recount.id


def test_while_it_is_asked_what_must_hold(votes, monkeypatch):
    thinker = Thinker(monkeypatch, invariants, "ballots_that_do_not_open")
    asked = invariants.Invariant("every opening gives the commitment and the receipt", thinker)
    monkeypatch.setattr(invariants, "INVARIANTS", (*invariants.INVARIANTS, asked))
    voting_goes_on(votes, thinker, nightly.check_invariants)


def test_while_fraud_is_looked_for(votes, monkeypatch):
    thinker = Thinker(monkeypatch, watching, "found_in_codes")
    voting_goes_on(votes, thinker, alarms.look_at_signals)


def test_while_the_voters_of_past_hours_are_summed_up(votes, monkeypatch):
    thinker = Thinker(monkeypatch, publishing, "_people")
    voting_goes_on(votes, thinker, alarms.publish_hours)
    assert publishing.hours_of(cycles.pot(votes.over).cycle)


def test_while_the_signer_takes_its_time(votes, monkeypatch):
    thinker = Thinker(monkeypatch, signing, "sign")
    voting_goes_on(votes, thinker, sequencer.write_all)
    assert last_head(cycles.pot(votes.over).cycle_id)


class TestReading:
    def test_nothing_is_written(self, database):
        with pytest.raises(RuntimeError, match="only to read"), reading(), transaction():
            pass

    def test_inside_an_action_it_is_part_of_it(self, database):
        with transaction(), reading():
            person = factories.make_account("Rosa")
        assert person.name == "Rosa"
