from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.kernel.db import db
from civic.objections import queries
from civic.objections.actions import confirm_decision, decide_objection, make_objection
from civic.objections.kinds import ObjectionKind
from civic.objections.models import Objection, ObjectionDraft
from civic.objections.states import State
from tests import factories
from tests.objections.conftest import WORDS

SAID = {"summary": "شمارش پرسیده شد.", "answer": "دوباره شمردیم و همان شد."}
TYPED = {"kind": "count", "words": WORDS, "receipt": ""}


class TestWriting:
    def test_from_the_result_to_the_number(self, browser, rosa, result):
        browser.sign_in(rosa)
        page = browser.get("results.show", pot_id=result.pot_id)
        assert page.select_one('a[href$="/objections/new"]')
        browser.post("objections.write", TYPED, pot_id=result.pot_id)
        check = browser.get("objections.check", pot_id=result.pot_id)
        assert WORDS in check.text
        sent = browser.post("objections.check", {}, pot_id=result.pot_id)
        assert sent.response.location.endswith("/objections/1?sent=1")
        done = browser.get("/objections/1?sent=1")
        assert "۱" in done.select_one(".confirmation").text

    def test_the_button_pressed_twice_sends_one(self, browser, rosa, result):
        browser.sign_in(rosa)
        browser.post("objections.write", TYPED, pot_id=result.pot_id)
        browser.post("objections.check", {}, pot_id=result.pot_id)
        again = browser.post("objections.check", {}, pot_id=result.pot_id)
        assert again.response.location.endswith("/objections/1")
        assert len(db.session.scalars(select(Objection)).all()) == 1

    @pytest.mark.parametrize("wrong", [
        {"kind": ""}, {"words": "کوتاه"}, {"words": "آ" * 3001}, {"receipt": "۱۲۳"},
        {"kind": "weather"},
    ])  # fmt: skip
    def test_what_is_missing_is_said_and_what_was_typed_is_kept(self, browser, rosa, result, wrong):
        browser.sign_in(rosa)
        page = browser.post("objections.write", TYPED | wrong, status=422, pot_id=result.pot_id)
        assert page.select_one(".errors")
        draft = db.session.scalar(select(ObjectionDraft))
        assert draft.words == (TYPED | wrong)["words"]
        browser.get("objections.check", status=303, pot_id=result.pot_id)

    def test_it_is_kept_while_it_is_typed(self, browser, rosa, result):
        browser.sign_in(rosa)
        browser.post(
            "objections.write", TYPED | {"do": "keep"}, status=204, htmx=True,
            pot_id=result.pot_id,
        )  # fmt: skip
        page = browser.get("objections.write", pot_id=result.pot_id)
        assert page.select_one("textarea").text.strip() == WORDS

    def test_a_receipt_in_any_digits(self, browser, rosa, result):
        browser.sign_in(rosa)
        typed = TYPED | {"receipt": "۱۰۱۲ ۷۷۲۷ ۸۰۱۵ ۷۳۷۲ ۶۲۲۱ ۲۸۵۹"}
        browser.post("objections.write", typed, pot_id=result.pot_id)
        browser.post("objections.check", {}, pot_id=result.pot_id)
        assert db.session.scalar(select(Objection.receipt)) == "101277278015737262212859"

    def test_late_is_said_with_the_date(self, browser, rosa, result):
        browser.sign_in(rosa)
        browser.post("objections.write", TYPED, pot_id=result.pot_id)
        result.published_at -= timedelta(days=20)
        page = browser.post("objections.check", {}, status=422, pot_id=result.pot_id)
        assert "ثبت نشد" in page.text
        page = browser.get("objections.write", pot_id=result.pot_id)
        assert not page.select("textarea")

    def test_no_result_no_objection(self, browser, rosa, counted):
        browser.sign_in(rosa)
        browser.get("objections.write", status=404, pot_id=counted.pot_id)
        browser.get("objections.index", status=404, pot_id=counted.pot_id)


class TestShowing:
    @pytest.mark.parametrize("lang", ["fa", "en"])
    def test_nobody_else_sees_words_or_name(self, browser, rosas, rami, lang):
        for person in (None, rami):
            if person:
                browser.sign_in(person)
            for address in ("/objections/1", f"/results/{rosas.result.pot_id}/objections"):
                page = browser.get(f"{address}?lang={lang}")
                assert WORDS not in page.text
                assert "Rosa" not in page.text

    def test_its_author_sees_the_words_and_takes_it_back(self, browser, rosas, rosa):
        browser.sign_in(rosa)
        assert WORDS in browser.get("/objections/1").text
        browser.post("objections.withdraw", {}, number=1)
        assert "پس گرفته" in browser.get("/objections/1").text

    def test_the_answer_is_public(self, browser, rosas, case, ada, hedi, at_noon):
        decide_objection(ada, case, State.PARTLY, **SAID, at=at_noon)
        page = browser.get("objections.index", pot_id=rosas.result.pot_id)
        assert SAID["answer"] not in page.text
        confirm_decision(hedi, case, at=at_noon)
        page = browser.get("objections.index", pot_id=rosas.result.pot_id)
        assert SAID["summary"] in page.text
        assert SAID["answer"] in page.text
        assert "همه پاسخ" in browser.get("results.show", pot_id=rosas.result.pot_id).text

    def test_the_result_says_what_is_open(self, browser, rosas):
        page = browser.get("results.show", pot_id=rosas.result.pot_id, lang="en")
        assert "1 not answered yet" in page.text

    def test_an_unknown_number_is_missing(self, browser, tree):
        browser.get("/objections/77", status=404)

    def test_few_statements_whatever_the_rows(self, browser, result, tree, rosa, statements):
        _many(tree, result)
        browser.sign_in(rosa)
        for endpoint in ("objections.index", "results.show"):
            with statements() as seen:
                browser.get(endpoint, pot_id=result.pot_id)
            assert len(seen) <= 8, (endpoint, seen)


def _many(tree, result):
    for _ in range(12):
        person = factories.make_resident("Somebody", tree.sepidar)
        at = result.published_at + timedelta(hours=1)
        make_objection(person, result, ObjectionKind.OTHER, WORDS, "", at=at)


class TestTheDesk:
    def test_a_decision_by_two(self, browser, rosas, ada, hedi):
        browser.sign_in(ada)
        assert "۱" in browser.get("objections.desk").select_one("tbody th").text
        browser.post("objections.take", {}, number=1)
        assert WORDS in browser.get("objections.decide", number=1).text
        browser.post("objections.decide", {"verdict": "upheld", **SAID}, number=1)
        assert not browser.get("objections.decide", number=1).select('button[value="agree"]')
        browser.post("objections.confirm", {"do": "agree"}, status=403, number=1)
        browser.sign_in(hedi)
        browser.post("objections.confirm", {"do": "agree"}, number=1)
        assert queries.objection(1).state is State.UPHELD

    def test_who_does_not_agree_says_why(self, browser, rosas, case, ada, hedi, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        browser.sign_in(hedi)
        page = browser.post("objections.confirm", {"reason": ""}, status=422, number=1)
        assert page.select_one(".errors")
        browser.post("objections.confirm", {"reason": "رسید در دفتر است."}, number=1)
        assert queries.objection(1).verdict is None

    def test_who_published_it_does_not_read_it(self, browser, rosas, hedi):
        rosas.result.published_by_id = hedi.id
        db.session.commit()
        browser.sign_in(hedi)
        browser.get("objections.decide", status=403, number=1)

    def test_the_desk_leads_nobody_to_what_they_may_not_open(self, browser, rosas, ada, hedi):
        rosas.result.published_by_id = hedi.id
        db.session.commit()
        for person, may_open in ((ada, True), (hedi, False)):
            browser.sign_in(person)
            row = browser.get("objections.desk", lang="en").select_one("tbody th")
            assert (row.a is not None, "Others decide" not in row.text) == (may_open, may_open)
            assert "Objection 1" in row.text

    def test_once_it_is_decided_the_desk_does_not_say_that_others_will(
        self, browser, rosas, case, ada, hedi, at_noon
    ):
        rosas.result.published_by_id = hedi.id
        db.session.commit()
        decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon)
        row = browser.sign_in(hedi).get("objections.desk", lang="en").select_one("tbody th")
        assert (row.a, "Others decide" in row.text) == (None, False)

    def test_an_empty_decision_is_refused(self, browser, rosas, ada):
        browser.sign_in(ada)
        page = browser.post("objections.decide", {"verdict": "upheld"}, status=422, number=1)
        assert page.select_one(".errors")

    def test_few_statements_whatever_the_rows(self, browser, result, tree, ada, statements):
        _many(tree, result)
        browser.sign_in(ada)
        with statements() as seen:
            browser.get("objections.desk")
        assert len(seen) <= 8, seen
