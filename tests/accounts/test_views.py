import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import url_for
from sqlalchemy import select
from structlog.testing import capture_logs

from civic.accounts import queries, rules
from civic.accounts.models import Account, SignInSession
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.text import persian_digits
from tests import factories
from tests.accounts.phone import NUMBER, last_code, plain, wrong
from tests.browser import Browser


@pytest.fixture
def in_demo(app, monkeypatch):
    monkeypatch.setitem(app.config, "CIVIC", replace(app.config["CIVIC"], demo=True))


FOREIGN = ("//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:evil")


def session_of(browser):
    with browser.client.session_transaction() as session:
        return dict(session)


def ask(browser, number=NUMBER, **values):
    return browser.post("accounts.sign_in", {"mobile": number}, **values)


class TestSignIn:
    def test_a_number_and_a_code_open_the_door(self, browser):
        page = browser.follow(ask(browser, "+98 ۹۱۲ ۱۲۳ ۴۵۶۷"))
        assert "۰۹۱۲•••۴۵۶۷" in page.text
        field = page.select_one("input[name=code]")
        assert field["autocomplete"] == "one-time-code"
        assert field["inputmode"] == "numeric"

        typed = persian_digits(plain(last_code()))
        browser.post("accounts.code", {"code": f"{typed[:3]} {typed[3:]}"})

        assert browser.get("accounts.profile").select_one("h1")

    def test_a_wrong_number_comes_back_as_it_was_typed(self, browser):
        page = ask(browser, "0912 123", status=422, htmx=True)
        assert page.select_one("html") is None
        assert page.select_one("[role=alert]")
        assert page.select_one("input[name=mobile]")["value"] == "0912 123"

    def test_a_wrong_code_says_so_and_keeps_it(self, browser):
        ask(browser)
        guess = wrong(plain(last_code()))
        page = browser.post("accounts.code", {"code": guess}, status=422, htmx=True)
        assert page.select_one("html") is None
        assert page.select_one("input[name=code]")["value"] == guess
        assert "۴" in page.select_one("[role=alert]").text

    @pytest.mark.parametrize("nonsense", ["", "سلام", "12345", "<b>", "1" * 500])
    def test_nonsense_is_a_wrong_code(self, browser, nonsense):
        ask(browser)
        browser.post("accounts.code", {"code": nonsense}, status=422)

    def test_known_and_unknown_numbers_get_the_same_answer(self, browser, app):
        factories.make_account(mobile="09129999999")
        answers, pages = [], []
        for number in ("09129999999", "09128889999"):
            fresh = Browser(app)
            answers.append(ask(fresh, number))
            pages.append(re.sub(r'<time.*?</time>|nonce="[^"]*"|"Im[^"]*"|value="[^"]*"|••.....',
                                "", str(fresh.follow(answers[-1]))))  # fmt: skip
        assert answers[0].response.location == answers[1].response.location
        strip = re.compile(r"csrf[^>]*>|X-CSRFToken[^>]*>|۰۹۱۲•••\S*|••\S*")
        assert strip.sub("", pages[0]) == strip.sub("", pages[1])

    def test_the_code_page_without_a_code_leads_to_the_number(self, browser):
        answer = browser.get("accounts.code", status=303)
        assert answer.response.location.endswith(url_for("accounts.sign_in", _external=False))

    def test_sending_again_waits_a_minute(self, browser, monkeypatch):
        ask(browser)
        page = browser.post("accounts.send_again", status=422)
        assert page.select_one("[role=alert]")
        at = clock.now() + timedelta(seconds=70)
        monkeypatch.setattr(clock, "now", lambda: at)
        browser.post("accounts.send_again")

    def test_too_many_messages_are_refused_on_the_form(self, browser, app):
        for _again in range(3):
            ask(Browser(app))
        page = ask(browser, status=422)
        assert page.select_one("input[name=mobile]")["value"] == NUMBER

    def test_it_leads_where_one_was_going_and_to_no_other_site(self, browser):
        for place, target in enumerate(FOREIGN):
            answer = ask(browser, f"0912555000{place}", next=target)
            answer = browser.post(answer.response.location, {"code": plain(last_code())})
            assert "evil" not in answer.response.location
            browser.post("accounts.sign_out")
        answer = ask(browser, next="/me/devices")
        answer = browser.post(answer.response.location, {"code": plain(last_code())})
        assert answer.response.location.endswith("/me/devices")


class TestTheCookie:
    def test_what_it_held_before_opens_nothing_after(self, browser):
        with browser.client.session_transaction() as session:
            session["_user_id"] = "planted"
            session["left"] = "behind"
        ask(browser)
        before = session_of(browser)
        browser.post("accounts.code", {"code": plain(last_code())})
        after = session_of(browser)
        assert after["_user_id"] not in {"planted", before.get("browser")}
        assert "left" not in after
        assert "browser" not in after
        assert queries.account_of_session("planted") is None

    def test_a_copy_is_dead_after_signing_out(self, browser, app, rosa):
        browser.sign_in(rosa)
        copied = session_of(browser)
        browser.get("accounts.devices")
        browser.post("accounts.sign_out")
        thief = Browser(app)
        with thief.client.session_transaction() as session:
            session.update(copied)
        assert "sign-in" in thief.get("accounts.devices", status=303).response.location

    def test_signing_out_is_not_a_link(self, browser, rosa):
        browser.sign_in(rosa).get("accounts.sign_out", status=405)


class TestDemo:
    def test_the_page_shows_the_code_in_a_demo(self, browser, in_demo):
        page = browser.follow(ask(browser))
        assert persian_digits(plain(last_code())) in page.select_one(".note--warning").text

    def test_and_never_otherwise(self, browser):
        page = browser.follow(ask(browser))
        code = plain(last_code())
        assert code not in str(page)
        assert persian_digits(code) not in str(page)
        assert "demo_code" not in session_of(browser)

    def test_one_person_tries_all_roles_in_a_demo(self, browser, in_demo, at_noon):
        for _time in range(5):
            ask(browser)
        ask(browser, "09121111111")

    def test_and_elsewhere_the_owner_of_a_number_is_protected(self, browser, at_noon):
        for _time in range(3):
            ask(browser)
        page = ask(browser, status=422, lang="en")
        assert "So many codes have gone to this number" in page.text


class TestDevices:
    def test_they_are_listed_and_ended(self, browser, rosa):
        browser.sign_in(rosa)
        factories.keep(
            SignInSession(
                account_id=rosa.id, token_hash=b"x" * 32, device="Firefox · Linux",
                started_at=clock.now(), expires_at=clock.now() + timedelta(hours=1),
            )
        )  # fmt: skip
        page = browser.get("accounts.devices")
        assert len(page.select("#device-list li")) == 2
        browser.post(page.select_one("#device-list form")["action"])
        assert len(browser.get("accounts.devices").select("#device-list li")) == 1

    def test_all_others_at_once(self, browser, rosa):
        Browser(browser.client.application).sign_in(rosa)
        browser.sign_in(rosa).post("accounts.end_other_devices")
        assert len(browser.get("accounts.devices").select("#device-list li")) == 1

    def test_not_those_of_others(self, browser, rosa, rami):
        browser.sign_in(rami)
        theirs = db.session.scalar(select(SignInSession.id))
        other = Browser(browser.client.application).sign_in(rosa)
        other.post("accounts.end_device", session_id=theirs, status=404)
        browser.get("accounts.devices")

    def test_strangers_are_led_to_the_door(self, browser):
        browser.get("accounts.devices", status=303)


class TestProfile:
    def test_it_keeps_name_address_and_language(self, browser, rosa):
        browser.sign_in(rosa)
        data = {"name": "  رزا  ", "email": "rosa@example.ir", "language": "en"}
        answer = browser.post("accounts.profile", data)
        assert "lang=en" in answer.response.headers["Set-Cookie"]
        stored = db.session.get(Account, rosa.id)
        assert (stored.name, stored.email, stored.language) == ("رزا", "rosa@example.ir", "en")

    def test_a_wrong_address_comes_back(self, browser, rosa):
        browser.sign_in(rosa)
        data = {"name": "R", "email": "rosa", "language": "fa"}
        page = browser.post("accounts.profile", data, status=422, htmx=True)
        assert page.select_one("input[name=email]")["value"] == "rosa"

    def test_of_the_national_id_it_shows_two_digits(self, browser):
        person = factories.make_account("Sara", national_id="0932833810")
        page = browser.sign_in(person).get("accounts.profile")
        assert "۱۰" in page.text
        for way in ("0932833810", "۰۹۳۲۸۳۳۸۱۰", "3810", "۳۸۱۰"):
            assert way not in str(page)


IDENTITY = {
    "national_id": "۰۹۳۲ ۸۳۳ ۸۱۰", "birth_date-day": "30", "birth_date-month": "12",
    "birth_date-year": "۱۳۶۶",
}  # fmt: skip


ID = [factories.make_national_id() for _ in range(6)]


class TestIdentity:
    @pytest.fixture
    def person(self, browser):
        person = factories.make_account("Sara")
        browser.sign_in(person)
        return person

    def test_it_is_stored_sealed_and_once(self, browser, person):
        browser.post("accounts.identity", IDENTITY)
        stored = db.session.get(Account, person.id)
        assert b"0932833810" not in stored.national_id_lookup + stored.national_id_sealed
        assert stored.birth_date == date(1988, 3, 20)
        browser.get("accounts.identity", status=303)

    def test_no_log_line_and_no_address_holds_it(self, browser, person, caplog, capsys):
        with capture_logs() as lines:
            answer = browser.post("accounts.identity", IDENTITY)
            refused = browser.post("accounts.identity", IDENTITY)
            page = browser.get("accounts.profile")
        seen = f"{lines}{caplog.text}{capsys.readouterr()}{answer.response.headers}"
        seen += f"{refused.response.headers}{page}"
        assert lines
        for way in ("0932833810", "۰۹۳۲ ۸۳۳ ۸۱۰", "932833810", "۰۹۳۲۸۳۳۸۱۰"):
            assert way not in seen

    def test_somebody_elses_is_refused_without_saying_whose(self, browser, person):
        factories.make_account("Nasrin", national_id="0932833810")
        page = browser.post("accounts.identity", IDENTITY, status=422)
        assert "Nasrin" not in page.text
        assert page.select_one("[role=alert]")
        assert page.select_one("#birth_date-month option[selected]")["value"] == "12"
        assert db.session.get(Account, person.id).birth_date is None

    def test_a_wrong_digit_is_said_though_the_date_is_missing_and_costs_no_try(
        self, browser, person
    ):
        page = browser.post("accounts.identity", {"national_id": "0932833811"}, 422, lang="en")
        assert "A digit of this national id is wrong" in page.text
        assert "Write your date of birth" in page.text
        assert page.select_one("#national_id")["value"] == "0932833811"
        assert db.session.get(Account, person.id).identity_tries == 0

    def test_who_asks_for_one_after_another_learns_about_a_few(self, browser, person):
        known = [factories.make_account("N", national_id=ID[n]) and ID[n] for n in range(6)]
        for national_id in known[:5]:
            page = browser.post("accounts.identity", IDENTITY | {"national_id": national_id}, 422)
            assert "در حساب دیگری" in page.text
        page = browser.post("accounts.identity", IDENTITY | {"national_id": known[5]}, 422)
        assert "در حساب دیگری" not in page.text
        browser.post("accounts.identity", IDENTITY, 422)
        assert db.session.get(Account, person.id).national_id_lookup is None

    def test_the_next_day_brings_new_tries(self, browser, person):
        person.identity_tries = rules.IDENTITY_TRIES_PER_DAY
        person.identity_tried_on = clock.now().date() - timedelta(days=1)
        browser.post("accounts.identity", IDENTITY)

    def test_a_slip_of_the_pen_costs_no_try(self, browser, person):
        for _ in range(6):
            browser.post("accounts.identity", IDENTITY | {"national_id": "0932833811"}, 422)
        browser.post("accounts.identity", IDENTITY)

    def test_a_day_that_is_not_in_the_calendar(self, browser, person):
        page = browser.post(
            "accounts.identity", IDENTITY | {"birth_date-year": "1365"}, status=422, htmx=True
        )
        assert page.select_one("html") is None
        assert page.select_one("#birth_date-error")

    def test_what_is_missing_is_said(self, browser, person):
        page = browser.post("accounts.identity", {}, status=422)
        assert page.select_one("#national_id-error")
        assert page.select_one("#birth_date-error")
