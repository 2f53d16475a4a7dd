"""The counter as a clerk meets it: look up, mark, print."""

import logging

import pytest
from sqlalchemy import select

from civic.ballots.models import VoterSlot
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.text import persian_digits
from tests import factories


@pytest.fixture
def counter(browser, cora, paper):
    return browser.sign_in(cora)


def look_up(counter, national_id, status=200):
    return counter.post("polling.look_up", {"national_id": national_id}, status)


def slip_of(page):
    form = page.select_one("form[action$='/counter/hand']")
    return {field["name"]: field["value"] for field in form.select("input[type=hidden]")}


class TestLookUp:
    def test_a_stranger_gets_a_paper_once_the_papers_are_looked_at(self, counter):
        page = look_up(counter, persian_digits(factories.make_national_id()))
        assert len(page.select(".conditions__look")) == 2
        assert page.select_one("input[name=seen]")

    def test_the_id_is_in_no_address_and_in_no_page(self, counter, caplog):
        national_id = factories.make_national_id()
        with caplog.at_level(logging.DEBUG):
            page = look_up(counter, national_id)
            answer = counter.post("polling.hand", {**slip_of(page), "seen": "y"})
        assert national_id not in str(page)
        assert national_id not in answer.response.location + caplog.text

    def test_a_wrong_digit_is_said(self, counter):
        page = look_up(counter, "1234567890", 422)
        assert page.select_one("#national_id-error")
        assert not page.select(".conditions")

    def test_who_belongs_elsewhere_is_told_so(self, counter, tree, rami):
        national_id = factories.make_national_id()
        person = factories.make_account("Nima", national_id=national_id)
        factories.keep(
            factories.Residency(
                account_id=person.id, area_id=tree.narvan.id, tie="lives", declared_at=clock.now()
            )
        )
        page = look_up(counter, national_id)
        assert "محله یا محدوده دیگری" in page.select_one(".conditions__no").text
        assert not page.select("form[action$='/counter/hand']")

    def test_few_statements_whoever_comes(self, counter, statements):
        with statements() as seen:
            look_up(counter, factories.make_national_id())
        assert len(seen) <= 10


class TestHand:
    def test_marks_first_and_leads_to_the_sheet(self, counter, pot):
        page = look_up(counter, factories.make_national_id())
        sheet = counter.follow(counter.post("polling.hand", {**slip_of(page), "seen": "y"}))
        assert db.session.scalar(select(VoterSlot)).paper
        assert len(sheet.select(".sheet__lines li")) == 3
        assert "۱" in sheet.select_one(".sheet__stamp").text
        assert sheet.select_one(".sheet__qr svg title")

    def test_the_sheet_bears_nothing_of_the_person(self, counter, rosa):
        key = rosa.national_id_lookup.hex()
        from civic.polling.forms import write_slip

        with counter.client.application.test_request_context():
            slip = write_slip(db.session.get(type(rosa), _clerk()), rosa.national_id_lookup)
        data = {"slip": slip, "pot": str(_pot_id())}
        sheet = counter.follow(counter.post("polling.hand", data))
        assert "Rosa" not in sheet.text
        assert key not in str(sheet)
        assert not sheet.select(".sheet input")

    def test_unseen_papers_and_a_second_paper_are_refused_in_words(self, counter):
        page = look_up(counter, factories.make_national_id())
        again = counter.post("polling.hand", slip_of(page), 422)
        assert again.select_one(".errors[role=alert]")
        counter.post("polling.hand", {**slip_of(page), "seen": "y"})
        twice = counter.post("polling.hand", {**slip_of(page), "seen": "y"}, 422)
        assert twice.select_one(".errors[role=alert]")
        assert not twice.select("form[action$='/counter/hand']")
        assert len(db.session.scalars(select(VoterSlot)).all()) == 1

    def test_a_slip_of_another_clerk_opens_nothing(self, counter, cyrus):
        slip = slip_of(look_up(counter, factories.make_national_id()))
        counter.sign_in(cyrus).post("polling.hand", {**slip, "seen": "y"}, 422)
        assert db.session.scalar(select(VoterSlot)) is None

    def test_a_pot_that_is_not_there(self, counter):
        slip = slip_of(look_up(counter, factories.make_national_id()))
        counter.post("polling.hand", {**slip, "pot": "x"}, 404)


class TestDoors:
    @pytest.mark.parametrize("who", ["rosa", "milo", "hedi", "ada", "adam"])
    def test_nobody_else_comes_in(self, browser, paper, who, request):
        browser.sign_in(request.getfixturevalue(who))
        for method, endpoint in (("get", "desk"), ("post", "look_up"), ("post", "hand")):
            getattr(browser, method)(f"polling.{endpoint}", status=403)

    def test_a_clerk_of_another_area_prints_nothing_here(self, browser, hand, tree):
        batch = hand(factories.make_national_id()).batch
        browser.sign_in(factories.make_staff("Farid", "clerk", area=tree.narvan))
        browser.get("polling.sheet_to_print", 403, batch_id=batch.id)

    def test_no_such_bag(self, counter):
        counter.get("polling.sheet_to_print", 404, batch_id=_clerk())

    def test_when_voting_is_over_the_counter_says_until_when_it_was_open(
        self, browser, cora, paper, times, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: times.closes)
        page = browser.sign_in(factories.load(cora)).get("polling.desk")
        assert page.select_one(".empty")
        assert not page.select("#national_id")

    def test_the_desk_of_a_clerk_leads_here(self, counter):
        assert counter.get("pages.desk").select("a[href='/counter/']")


def _clerk():
    from civic.accounts.models import RoleGrant

    return db.session.scalar(select(RoleGrant.account_id).where(RoleGrant.role == "clerk"))


def _pot_id():
    from civic.ballots.models import BallotProject

    return db.session.scalar(select(BallotProject.pot_id).limit(1))
