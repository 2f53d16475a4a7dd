"""Every breach between the boxes and the book is found."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update

import civic.ballots.invariants as known
from civic import nightly
from civic.alarms.models import Alarm
from civic.ballots import actions, keys, rules
from civic.ballots.models import Ballot, BallotKey
from civic.cycles.queries import pot_again
from civic.invariants import INVARIANTS
from civic.kernel import clock
from civic.kernel.db import db, on_postgres
from civic.ledger import sequencer
from civic.ledger.kinds import LineKind
from civic.ledger.models import Entry, Head, Waiting
from civic.notifications.invariants import letters_that_are_stuck
from civic.notifications.models import Letter, Notice

CHECKS = [one.violations for one in INVARIANTS if one.violations.__module__ == known.__name__]


@pytest.fixture
def voted(cast, rosa, signer):
    """Three votes of one voter, written and signed."""
    for place in (0, 1, 2):
        cast(rosa, place)
    sequencer.write_all()


@pytest.fixture
def unguarded(database):
    """The database without its triggers and foreign keys, as somebody with its password has it."""
    if on_postgres():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.session.execute(text(f"DROP TRIGGER {name}"))


def broken():
    db.session.flush()
    return {check.__name__ for check in CHECKS if check()}


def test_they_are_asked_for_every_night(voted, monkeypatch):
    assert len(CHECKS) == 7
    assert nightly.check_invariants() == 0


def test_they_hold_while_votes_wait_and_after(cast, rosa, signer):
    cast(rosa, 0)
    assert not broken()
    sequencer.write_all()
    assert not broken()


@pytest.mark.usefixtures("voted", "unguarded")
class TestBreaches:
    def test_a_line_is_taken_out(self):
        db.session.execute(Entry.__table__.delete().where(Entry.seq == 2))

        assert broken() >= {
            "ballots_missing_in_the_book", "books_with_holes", "heads_of_other_lines"
        }  # fmt: skip

    def test_a_ballot_is_taken_out(self):
        first = db.session.scalars(db.select(Ballot.id)).first()
        db.session.execute(Ballot.__table__.delete().where(Ballot.id == first))

        assert broken() == {"lines_without_ballot"}

    def test_a_line_is_changed(self, cycle):
        where = Entry.seq == 1, Entry.book_id == cycle.id
        db.session.execute(update(Entry).where(*where).values(line='{"n":1}'))

        assert broken() == {"heads_of_other_lines"}

    def test_a_head_is_made_up(self, cycle):
        db.session.add(Head(book_id=cycle.id, size=2, root=bytes(32), note="x"))

        assert broken() == {"heads_of_other_lines"}

    def test_a_vote_waits_that_is_written_already(self, cycle, pot):
        mark = db.session.scalars(db.select(Ballot.commitment)).first()
        db.session.add(Waiting(book_id=cycle.id, kind=LineKind.CAST, body={"d": "x"}, mark=mark))

        assert broken() == {"ballots_missing_in_the_book"}

    def test_a_vote_comes_after_the_close(self, cycle, pot, after):
        pot = pot_again(pot.id)
        area = pot.area.code
        actions.close_box(pot, at=after(rules.GRACE.total_seconds()))
        sequencer.write_all()
        line = json.dumps({"d": area, "t": "cast"})
        late = {"seq": 5, "kind": LineKind.CAST, "line": line, "mark": uuid4().bytes * 2}
        db.session.execute(Entry.__table__.insert(), [{"book_id": cycle.id, **late}])

        assert broken() == {"votes_after_the_close", "lines_without_ballot"}


def test_a_column_with_a_moment_is_found(database, monkeypatch):
    monkeypatch.setattr(known, "Waiting", Letter)

    assert known.columns_of_persons() == 3


def test_a_destroyed_key_whose_file_came_back_is_found(voted, cycle, unguarded, ada, hedi):
    gone = {"asked_at": clock.now(), "destroyed_at": clock.now()}
    people = {"asked_by_id": ada.id, "confirmed_by_id": hedi.id}
    db.session.execute(update(BallotKey).values(**gone, **people))
    assert broken() == {"destroyed_keys_with_a_file"}

    keys.wipe_file(cycle.id)
    assert not broken()


def test_a_letter_that_nobody_sends_is_found(cast, rosa):
    cast(rosa, 0)
    assert letters_that_are_stuck() == 0

    db.session.execute(update(Letter).values(next_try_at=clock.now() - timedelta(hours=26)))

    assert letters_that_are_stuck() > 0


def test_what_does_not_hold_is_an_alarm_every_night_anew(voted, unguarded, ada, monkeypatch):
    db.session.execute(update(Head).values(root=b"x" * 32))
    at = clock.now()
    for night in (at, at, at + timedelta(days=1)):
        monkeypatch.setattr(clock, "now", lambda night=night: night)
        assert nightly.check_invariants() >= 1
    alarms = db.session.scalars(select(Alarm).order_by(Alarm.raised_at)).all()
    assert [(one.kind, one.state) for one in alarms] == [("rule:broken", "new")] * 2
    assert alarms[0].numbers == {"rules": 1, "violations": 2}
    told = select(Notice.kind).where(Notice.account_id == ada.id)
    assert db.session.scalars(told).all() == ["rule:broken"] * 2


def test_the_night_is_at_three(database, monkeypatch, at_noon):
    asked = []
    monkeypatch.setattr(nightly, "check_invariants", lambda: asked.append(1))

    nightly.check_invariants_at_night()
    monkeypatch.setattr(clock, "now", lambda: at_noon - timedelta(hours=9))
    nightly.check_invariants_at_night()

    assert asked == [1]
