"""The pages of assisted votes, from the code on the voter's phone to the commission."""

import pytest
from sqlalchemy import select

from civic.accounts.models import SignInSession
from civic.accounts.queries import mobile_of
from civic.ballots import actions as ballots
from civic.ballots import queries as box
from civic.ballots.rules import GRACE
from civic.kernel.db import db
from civic.kernel.roles import Role
from civic.polling.models import AssistedBatch, AssistedSession
from tests import factories
from tests.accounts.phone import last_code, plain, wrong


@pytest.fixture
def arash(tree):
    return factories.make_staff("Arash", Role.AMBASSADOR, area=tree.sepidar)


@pytest.fixture
def begun(browser, arash, rosa, paper):
    """The ambassador has had a code sent to Rosa's phone."""
    data = {"mobile": mobile_of(rosa), "place": "مسجد محله", "device": "تبلت ۲"}
    browser.sign_in(arash).post("assist.start", data)
    return browser


def enter(browser):
    return browser.follow(browser.post("assist.code", {"code": plain(last_code())}))


def test_the_whole_way(begun, rosa, pot, paper):
    assert last_code().mobile_lookup == rosa.mobile_lookup
    page = enter(begun)
    assert len(page.select("input[name=choices]")) == 3
    data = {"pot": str(pot.id), "choices": [str(paper[0].number), str(paper[1].number)]}
    page = begun.follow(begun.post("assist.vote", data))
    assert not page.select("input[name=choices]")
    assert list(box.openings(pot.id)) == [[paper[0].number, paper[1].number]]
    begun.post("assist.end")
    begun.get("assist.vote", 422)


def test_the_device_is_not_signed_in_as_the_voter(begun, rosa):
    enter(begun)
    [session] = db.session.scalars(
        select(SignInSession).where(SignInSession.account_id == rosa.id)
    ).all()
    assert session.ended_at is not None
    assert begun.get("assist.start")


def test_a_wrong_code_opens_nothing(begun):
    begun.post("assist.code", {"code": wrong(plain(last_code()))}, 422)
    begun.post("assist.code", {}, 422)
    begun.get("assist.vote", 422)
    assert db.session.scalar(select(AssistedSession)) is None


def test_a_choice_that_does_not_fit_is_said_and_kept(begun, pot, paper):
    enter(begun)
    numbers = [str(line.number) for line in paper]
    page = begun.post("assist.vote", {"pot": str(pot.id), "choices": numbers}, 422)
    assert page.select_one(".errors[autofocus]")
    assert len(page.select("input[name=choices][checked]")) == 3
    begun.post("assist.vote", {"pot": str(pot.id)}, 422)
    assert box.turnout(pot.id) == 0


def test_sent_twice_it_is_one_vote(begun, pot, paper):
    enter(begun)
    data = {"pot": str(pot.id), "choices": [str(paper[0].number)]}
    begun.post("assist.vote", data)
    begun.post("assist.vote", data, 422)
    assert box.turnout(pot.id) == 1


def test_without_a_code_there_is_no_vote(browser, arash, pot, paper):
    browser.sign_in(arash)
    browser.post("assist.code", {"code": "123456"}, 422)
    browser.post("assist.vote", {"pot": str(pot.id)}, 422)


def test_what_is_missing_is_said(browser, arash, paper):
    page = browser.sign_in(arash).post("assist.start", {}, 422)
    assert len(page.select(".field__error")) == 3


def test_two_of_the_commission_take_a_batch_out(begun, pot, paper, hedi, hana, times):
    enter(begun)
    begun.post("assist.vote", {"pot": str(pot.id), "choices": [str(paper[0].number)]})
    batch = db.session.scalar(select(AssistedBatch.id))
    begun.sign_in(hedi).post("assist.decide", {"why": "؟"}, 422, batch_id=batch, act="question")
    ballots.close_box(pot, at=times.closes + GRACE)
    begun.post("assist.decide", {"why": " "}, 422, batch_id=batch, act="question")
    begun.post("assist.decide", {"why": "شتاب"}, batch_id=batch, act="question")
    begun.post("assist.decide", status=422, batch_id=batch, act="exclude")
    assert not begun.get("assist.batches").select("form[action$='/exclude']")
    page = begun.sign_in(hana).get("assist.batches")
    assert "شتاب" in page.text
    begun.post("assist.decide", batch_id=batch, act="exclude")
    assert box.turnout(pot.id) == 0
    begun.post("assist.decide", status=422, batch_id=batch, act="exclude")


@pytest.mark.parametrize("who", ["rosa", "milo", "hedi", "cora"])
def test_nobody_else_helps(browser, paper, who, request):
    browser.sign_in(request.getfixturevalue(who))
    for endpoint in ("assist.start", "assist.code", "assist.vote"):
        browser.get(endpoint, 403)


@pytest.mark.parametrize("who", ["rosa", "arash", "cora", "adam"])
def test_nobody_else_decides(browser, paper, who, request):
    browser.sign_in(request.getfixturevalue(who)).get("assist.batches", 403)
    nothing = factories.uuid4()
    browser.post("assist.decide", {"why": "x"}, 403, batch_id=nothing, act="question")
