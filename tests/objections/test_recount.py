from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from civic.alarms.models import Alarm
from civic.demo import making
from civic.demo.making import Size
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.ledger import sequencer
from civic.notifications.models import Notice
from civic.objections import queries, recounting
from civic.objections.actions import (
    ask_recount,
    confirm_decision,
    decide_objection,
    support_objection,
)
from civic.objections.comparing import compare
from civic.objections.models import Objection, Recount
from civic.objections.recounting import run_recount
from civic.objections.states import State
from civic.results.models import Count
from civic.results.queries import count_of, count_with
from tests import factories

SAID = {"summary": "شمارش پرسیده شد.", "answer": "دوباره می‌شماریم."}
TINY = Size(residents=12, crowd_percent=10, every=6)


@pytest.fixture
def asked(case, ada, at_noon):
    return ask_recount(ada, case, at=at_noon)


def ran(recount):
    run_recount(str(recount.id))
    return db.session.get(Recount, recount.id, populate_existing=True)


class TestAsking:
    def test_once_for_an_objection(self, asked, case, hedi, at_noon):
        with pytest.raises(RuleBroken, match="already"):
            ask_recount(hedi, case, at=at_noon)

    @pytest.mark.parametrize("person", ["rosa", "milo", "adam", "maya"])
    def test_by_those_who_decide(self, case, request, at_noon, person):
        with pytest.raises(NotAllowed):
            ask_recount(request.getfixturevalue(person), case, at=at_noon)

    def test_an_upheld_objection_to_the_count_leads_to_it(self, case, ada, hedi, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        assert queries.recount_for(case.objection.id) is None
        confirm_decision(hedi, case, at=at_noon)
        assert ran(queries.recount_for(case.objection.id)).same

    def test_enough_residents_lead_to_it(self, app, tree, rosas, at_noon, monkeypatch):
        monkeypatch.setitem(app.config, "CIVIC", _asking_for(app, 3))
        people = [factories.make_resident("Somebody", tree.sepidar) for _ in range(3)]
        for person in people[:2]:
            support_objection(person, rosas, at=at_noon)
            support_objection(person, rosas, at=at_noon)
        assert queries.recount_for(rosas.id) is None
        assert support_objection(people[2], rosas, at=at_noon) == 3
        assert queries.recount_for(rosas.id).asked_by_id is None

    def test_not_its_author_and_not_who_lives_elsewhere(self, rosas, rosa, rami, at_noon):
        with pytest.raises(NotAllowed):
            support_objection(rosa, rosas, at=at_noon)
        with pytest.raises(RuleBroken, match="live or work"):
            support_objection(rami, rosas, at=at_noon)


def _asking_for(app, number):
    from dataclasses import replace

    return replace(app.config["CIVIC"], recount_supporters=number)


def recount_number(recount):
    return db.session.get(Objection, recount.objection_id).number


class TestRunning:
    def test_the_same_ballots_give_the_same_result(self, asked, rosa):
        recount = ran(asked)
        assert (recount.same, recount.done, recount.total) == (True, 120, 120)
        assert db.session.scalar(select(Alarm)) is None
        assert recount.protocol["stored"] == recount.protocol["official"]
        kinds = set(db.session.scalars(select(Notice.kind).where(Notice.account_id == rosa.id)))
        assert {"recount:done"} <= kinds

    def test_twice_is_one_result(self, asked):
        first = ran(asked).finished_at
        assert ran(asked).finished_at == first
        told = select(Notice).where(Notice.kind == "recount:done")
        assert len(db.session.scalars(told).all()) == 1

    def test_a_finished_one_is_never_written_again(self, asked):
        ran(asked)
        with pytest.raises(DBAPIError, match="one result"):
            db.session.execute(text("UPDATE recounts SET done = 0"))
        db.session.rollback()

    def test_two_workers_at_once_write_one_result(self, asked, result, at_noon, monkeypatch):
        def meanwhile(count, progress):
            protocol = compare(count, progress)
            recounting.finish_recount(asked.id, count, protocol, at=at_noon)
            return protocol | {"differences": [{"what": "late"}]}

        monkeypatch.setattr(recounting, "compare", meanwhile)
        recount = ran(asked)
        assert (recount.same, recount.finished_at) == (True, at_noon)

    def test_a_killed_worker_is_replaced_and_begins_anew(self, asked, at_noon, monkeypatch):
        class Killed(BaseException):
            pass

        def killed(count, progress):
            progress(0, 120)
            raise Killed

        monkeypatch.setattr(recounting, "compare", killed)
        with pytest.raises(Killed):
            ran(asked)
        monkeypatch.undo()
        beat = db.session.get(Recount, asked.id, populate_existing=True).beat_at
        assert not queries.recounts_to_resume(beat - timedelta(seconds=1))
        assert queries.recounts_to_resume(beat + timedelta(seconds=61)) == [asked.id]
        assert ran(asked).same
        assert not queries.recounts_to_resume(beat + timedelta(days=1))

    def test_another_outcome_is_named_and_raises_the_alarm(
        self, asked, result, hedi, ada, adam, browser
    ):
        outcome = dict(count_of(result.pot_id).outcome)
        outcome["winners"], outcome["voters"] = list(reversed(["x", *outcome["winners"]])), 61
        db.session.execute(
            db.update(Count).where(Count.id == result.id).values(outcome=outcome, ballots=61)
        )
        recount = ran(asked)
        assert recount.same is False
        whats = {one["what"] for one in recount.protocol["differences"]}
        assert {"ballots", "winners"} <= whats
        alarmed = select(Notice.account_id).where(Notice.kind == "recount:differs")
        assert set(db.session.scalars(alarmed)) == {hedi.id, ada.id, adam.id}
        alarm = db.session.scalar(select(Alarm))
        assert (alarm.kind, alarm.state, alarm.gravity) == ("recount:differs", "new", "alarm")
        assert alarm.numbers["objection"] == recount_number(recount)
        assert not db.session.scalars(select(Notice).where(Notice.kind == "alarm:raised")).all()
        assert count_of(result.pot_id).outcome["winners"] == outcome["winners"]
        page = browser.sign_in(ada).get("alarms.show", alarm_id=alarm.id)
        assert page.select("a[href*='recount']")

    def test_a_gone_one_is_no_harm(self, database):
        run_recount("00000000-0000-0000-0000-000000000000")
        recounting.resume_recounts()


class TestAgainstTheBook:
    @pytest.fixture
    def counts(self, database, at_noon, signer):
        making.make_city(now=at_noon, size=TINY)
        sequencer.write_all()
        found = select(Count.id).where(Count.published_at.is_not(None)).order_by(Count.ballots)
        return [count_with(one) for one in db.session.scalars(found)]

    def test_openings_and_book_agree_and_a_missing_opening_is_named(self, counts, monkeypatch):
        for count in (counts[0], counts[-1]):
            protocol = compare(count, lambda done, total: None)
            assert not protocol["differences"]
            assert protocol["book"]["stand"] == count.ballots == protocol["export"]["ballots"]
        from civic.objections import comparing

        opened = comparing.envelopes
        monkeypatch.setattr(comparing, "envelopes", lambda ids: list(opened(ids))[1:])
        monkeypatch.setattr("civic.results.book_files.envelopes", comparing.envelopes)
        protocol = compare(counts[-1], lambda done, total: None)
        assert "not opened" in {one["what"] for one in protocol["differences"]}
        assert "ballots" in {one["what"] for one in protocol["differences"]}


class TestPages:
    @pytest.mark.parametrize("lang", ["fa", "en"])
    def test_progress_and_protocol(self, browser, asked, lang):
        address = f"/objections/1/recount?lang={lang}"
        waiting = browser.get(address)
        assert waiting.select_one("#state")["hx-trigger"]
        assert waiting.select_one("#state a[href$='/recount']")
        ran(asked)
        done = browser.get(address)
        assert not done.select_one("#state").has_attr("hx-trigger")
        assert done.select_one(".note--success")
        assert len(done.select("tbody tr")) == 2

    def test_what_differs_is_named(self, browser, asked, result):
        db.session.execute(db.update(Count).where(Count.id == result.id).values(ballots=61))
        outcome = count_of(result.pot_id).outcome | {"voters": 61, "winners": []}
        db.session.execute(db.update(Count).where(Count.id == result.id).values(outcome=outcome))
        ran(asked)
        page = browser.get("objections.recount", number=1, htmx=True)
        assert page.select_one(".note--danger")
        assert "۶۱" in page.text
        shown = browser.get("results.show", pot_id=result.pot_id).text
        assert "بازشماری به چیزی جز این نتیجه رسید" in shown

    def test_asked_for_at_the_desk(self, browser, rosas, ada):
        browser.sign_in(ada)
        browser.post("objections.ask_recount", {}, number=1)
        browser.get("objections.recount", number=1)

    def test_supported_on_the_page(self, browser, rosas, tree):
        person = factories.make_resident("Somebody", tree.sepidar)
        browser.sign_in(person).post("objections.support", {}, number=1)
        assert "۱" in browser.get("/objections/1").text
        assert list(queries.supporters_of(rosas.id)) == [person.id]

    def test_none_asked_none_there(self, browser, rosas):
        browser.get("objections.recount", status=404, number=1)
