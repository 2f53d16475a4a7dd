"""The page as the clerk and the headquarters meet it."""

import logging

import pytest
from sqlalchemy import select

from civic.accounts.models import Account
from civic.accounts.queries import mobile_of
from civic.joining.models import AccountJoin
from civic.kernel import crypto
from civic.kernel.db import db
from civic.kernel.text import persian_digits
from tests import factories

ID = factories.make_national_id()


@pytest.fixture
def rosa_with_card():
    return factories.make_account("Rosa", national_id=ID)


def typed(rosa, again, **more):
    given = {"national_id": persian_digits(ID), "mobile": mobile_of(again)}
    return given | {"other": mobile_of(rosa)} | more


def test_a_clerk_asks_and_the_headquarters_join(browser, cora, hana, rosa_with_card, again):
    clerk = browser.sign_in(cora)
    asked = clerk.follow(clerk.post("joining.ask", typed(rosa_with_card, again)))
    assert "نفر دوم" in asked.select_one(".card").text
    assert [b["value"] for b in asked.select(".card input[name=do]")] == ["drop"]
    join = db.session.scalar(select(AccountJoin))
    office = browser.sign_in(hana)
    page = office.get("joining.index")
    assert [b["value"] for b in page.select(".card input[name=do]")] == ["join", "drop"]
    done = office.follow(office.post("joining.decide", {"do": "join"}, join_id=join.id))
    assert not done.select(".card form")
    assert db.session.get(AccountJoin, join.id, populate_existing=True).state == "joined"


def test_what_was_typed_stands_in_no_page_and_no_log(browser, cora, rosa_with_card, again, caplog):
    clerk = browser.sign_in(cora)
    with caplog.at_level(logging.DEBUG):
        page = clerk.post("joining.ask", typed(rosa_with_card, again, other="09990000000"), 422)
        clerk.post("joining.ask", typed(rosa_with_card, again))
        listed = clerk.get("joining.index")
    assert page.select_one("#other-error")
    assert ID not in str(page) + str(listed) + caplog.text
    for account in (rosa_with_card, again):
        assert mobile_of(account) not in str(listed) + caplog.text


def test_wrong_digits_are_said_at_their_field(browser, cora, rosa_with_card, again):
    clerk = browser.sign_in(cora)
    page = clerk.post("joining.ask", typed(rosa_with_card, again, national_id="1234567890"), 422)
    assert page.select_one("#national_id-error")
    page = clerk.post("joining.ask", typed(rosa_with_card, again, mobile="12"), 422)
    assert page.select_one("#mobile-error")


def test_the_clerk_cannot_confirm(browser, cora, rosa_with_card, again):
    clerk = browser.sign_in(cora)
    clerk.post("joining.ask", typed(rosa_with_card, again))
    join = db.session.scalar(select(AccountJoin))
    clerk.post("joining.decide", {"do": "join"}, 403, join_id=join.id)
    key = crypto.lookup_key("national-id", ID)
    assert db.session.scalar(select(Account.id).where(Account.national_id_lookup == key))
    clerk.post("joining.decide", {"do": "drop"}, join_id=join.id)
    assert db.session.get(AccountJoin, join.id, populate_existing=True).state == "dropped"


def test_few_statements_however_many_wait(browser, hana, ask, tree, statements):
    for n in range(6):
        ask(factories.make_resident(f"A{n}", tree.sepidar), factories.make_account(f"B{n}"))
    office = browser.sign_in(hana)
    with statements() as seen:
        page = office.get("joining.index")
    assert len(page.select(".card")) == 6
    assert len(seen) <= 8


def test_in_english(browser, cora):
    page = browser.sign_in(cora).get("joining.index", lang="en")
    assert "Two accounts of one person" in page.h1.text
