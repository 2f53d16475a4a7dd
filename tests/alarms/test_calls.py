from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import select

from civic.alarms import calls, queries
from civic.alarms.kinds import Answer
from civic.alarms.models import CallLot, PhoneBack
from civic.audit.models import AuditEntry
from civic.ballots.models import BallotBox
from civic.electorate.models import Participation
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from tests import factories


@pytest.fixture
def took_part(pot, tree):
    """Four hundred people who took part, each with the mark of it."""
    people = factories.make_people(400)
    for n, person in enumerate(people):
        mark = Participation(
            id=UUID(int=n + 1),
            account_id=person,
            pot_key=pot.id,
            area_id=tree.sepidar.id,
            on_day=clock.now().date(),
        )
        db.session.add(mark)
    db.session.add(BallotBox(pot_id=pot.id, state="closed", opened_at=clock.now()))
    db.session.commit()
    return people


@pytest.fixture
def later(voting):
    return voting.closes_at + timedelta(hours=1)


def marks(cycle):
    return [call.participation_id for call in queries.calls(cycle, 1, 1_000)]


class TestDrawing:
    def test_three_hundred_people_and_the_log_says_how(self, cycle, took_part, hedi, later):
        lot = calls.draw_calls(hedi, cycle, at=later)
        assert len(set(marks(cycle))) == 300
        entry = db.session.scalars(select(AuditEntry)).one()
        assert entry.event == "calls:draw"
        assert (entry.details["of"], entry.details["calls"]) == (400, 300)
        assert entry.details["seed"] == lot.seed

    def test_an_observer_draws_the_same_with_nothing_of_ours(self, cycle, took_part, hedi, later):
        seed = calls.draw_calls(hedi, cycle, at=later).seed
        order = sorted(
            (UUID(int=n + 1) for n in range(400)),
            key=lambda mark: sha256(f"{seed}:{mark}".encode()).digest(),
        )
        assert marks(cycle) == order[:300]

    def test_it_is_drawn_once(self, cycle, took_part, hedi, ada, later):
        first = calls.draw_calls(hedi, cycle, at=later)
        assert calls.draw_calls(ada, cycle, at=later + timedelta(days=1)).drawn_by_id == hedi.id
        assert first.people == 400

    def test_not_while_somebody_may_still_take_part(self, cycle, took_part, tree, hedi, later):
        with pytest.raises(RuleBroken, match="when voting is over"):
            calls.draw_calls(hedi, cycle, at=clock.now())
        other = factories.make_pot(cycle, tree.narvan)
        db.session.add(BallotBox(pot_id=other.id, state="open", opened_at=clock.now()))
        db.session.commit()
        with pytest.raises(RuleBroken, match="when voting is over"):
            calls.draw_calls(hedi, cycle, at=later)
        assert db.session.scalars(select(CallLot)).all() == []

    def test_the_administrator_does_not_draw(self, cycle, took_part, adam, later):
        with pytest.raises(NotAllowed):
            calls.draw_calls(adam, cycle, at=later)


class TestAnswering:
    def test_nothing_is_kept_but_whether_they_took_part(self):
        columns = set(PhoneBack.__table__.columns.keys())
        assert columns == {"cycle_id", "place", "participation_id", "answer", "by_id", "on_day"}
        assert set(Answer) == {"yes", "no", "not_reached"}

    def test_the_button_is_there_when_it_can_be_pressed(
        self, browser, cycle, took_part, ada, monkeypatch, later
    ):
        page = browser.sign_in(ada).get("alarms.call_list", code=cycle.code)
        assert not page.select("main form")
        refused = browser.post("alarms.draw", code=cycle.code, status=422)
        assert refused.select_one(".errors[role=alert]")
        monkeypatch.setattr(clock, "now", lambda: later)
        browser.sign_in(ada)
        assert browser.get("alarms.call_list", code=cycle.code).select("main form")

    def test_the_way_from_the_lot_to_an_answer(
        self, browser, cycle, took_part, ada, monkeypatch, later, statements
    ):
        monkeypatch.setattr(clock, "now", lambda: later)
        browser.sign_in(ada)
        browser.post("alarms.draw", code=cycle.code)
        with statements() as seen:
            page = browser.get("alarms.call_list", code=cycle.code, lang="en")
        assert len(seen) <= 8
        assert len(page.select("tbody tr")) == 50
        place = give_number(cycle)
        page = browser.get("alarms.call", code=cycle.code, place=place, lang="en")
        assert "09120000000" in page.select_one("a[href^='tel:']")["href"]
        browser.post("alarms.call", {"answer": "no"}, code=cycle.code, place=place)
        page = browser.get("alarms.call_list", code=cycle.code, lang="en")
        assert "Somebody says that they did not take part" in page.text
        assert queries.answers(cycle) == {None: 299, Answer.NO: 1}

    def test_nobody_calls_themselves(self, cycle, took_part, hedi, later):
        calls.draw_calls(hedi, cycle, at=later)
        call = queries.call(cycle, 1)
        call.participation.account_id = hedi.id
        db.session.commit()
        with pytest.raises(RuleBroken, match="drew you yourself"):
            calls.answer_call(hedi, cycle, 1, Answer.YES, at=later)


def give_number(cycle):
    """Give whoever the lot drew first a number, and say at which place they are."""
    call = queries.call(cycle, 1)
    drawn = db.session.get(factories.Account, call.participation.account_id)
    drawn.mobile_sealed = crypto.seal("mobile", "09120000000")
    db.session.commit()
    return 1
