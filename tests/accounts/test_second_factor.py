from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from civic.accounts import queries, second_factor
from civic.accounts.models import SignInSession
from civic.audit.models import AuditEntry
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.text import persian_digits
from tests.accounts.phone import begin_factor, last_code, plain, wrong
from tests.cast import open_session

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def token(milo, at_noon):
    begin_factor(milo)
    return open_session(milo, second_factor=False)


def shown(person, at):
    return second_factor.code_at(person, at)


class TestProve:
    def test_a_code_confirms_and_changes_the_token(self, milo, token, at_noon):
        new = second_factor.prove(milo, token, shown(milo, at_noon), at=at_noon)
        assert queries.account_of_session(token) is None
        assert queries.account_of_session(new).second_factor_done
        assert milo.totp_confirmed_at == at_noon
        assert db.session.scalar(select(AuditEntry.event)) == "second_factor:set"

    @pytest.mark.parametrize("off", [-1, 0, 1])
    def test_clocks_may_be_half_a_minute_off(self, milo, token, at_noon, off):
        assert second_factor.prove(milo, token, shown(milo, at_noon + off * HALF_A_MINUTE),
                                   at=at_noon)  # fmt: skip

    @pytest.mark.parametrize("off", [-2, 2])
    def test_but_not_more(self, milo, token, at_noon, off):
        with pytest.raises(RuleBroken, match="shows now"):
            second_factor.prove(milo, token, shown(milo, at_noon + off * HALF_A_MINUTE), at=at_noon)

    def test_the_same_step_is_not_taken_twice(self, milo, token, at_noon):
        new = second_factor.prove(milo, token, shown(milo, at_noon), at=at_noon)
        for off in (-1, 0):
            with pytest.raises(RuleBroken, match="used already"):
                second_factor.prove(milo, new, shown(milo, at_noon + off * HALF_A_MINUTE),
                                    at=at_noon)  # fmt: skip

    def test_after_five_tries_the_right_code_is_too_late(self, milo, token, at_noon):
        for _try in range(5):
            with pytest.raises(RuleBroken):
                second_factor.prove(milo, token, wrong(shown(milo, at_noon)), at=at_noon)
        with pytest.raises(RuleBroken, match="Five codes"):
            second_factor.prove(milo, token, shown(milo, at_noon), at=at_noon)

    def test_a_confirmed_secret_is_not_exchanged(self, milo, token, at_noon):
        second_factor.prove(milo, token, shown(milo, at_noon), at=at_noon)
        with pytest.raises(RuleBroken, match="already"):
            begin_factor(milo)

    def test_nobody_begins_it_for_another(self, milo, rosa):
        with pytest.raises(NotAllowed):
            second_factor.begin(rosa, milo)

    def test_the_secret_is_sealed(self, milo, token):
        assert second_factor.secret_of(milo).encode() not in milo.totp_sealed

    def test_nonsense_is_refused(self, milo, token, at_noon):
        with pytest.raises(RuleBroken):
            second_factor.prove(milo, token, "سلام", at=at_noon)


class TestPages:
    def test_staff_are_asked_after_the_sms(self, browser, milo):
        answer = browser.post("accounts.sign_in", {"mobile": queries.mobile_of(milo)})
        answer = browser.post(answer.response.location, {"code": plain(last_code())})
        assert answer.response.location.endswith("/sign-in/second-factor")

    def test_setting_up_shows_picture_and_secret_until_it_is_confirmed(self, browser, milo):
        browser.sign_in(milo, second_factor=False)
        browser.get("accounts.second_factor", status=303)
        browser.post("accounts.set_up", {"begin": "y"})
        page = browser.get("accounts.set_up")
        assert page.select_one("figure svg")
        secret = page.select_one("code").text.replace(" ", "")

        code = pyotp.TOTP(secret).at(clock.now())
        answer = browser.post("accounts.set_up", {"code": persian_digits(code)})

        assert answer.response.location.endswith("/desk")
        assert secret not in str(browser.get("accounts.set_up", status=303))
        stored = db.session.scalar(select(SignInSession).where(SignInSession.factor_tries == 0))
        assert stored.second_factor_at is not None

    def test_a_wrong_code_comes_back_as_the_form(self, browser, milo):
        begin_factor(milo)
        browser.sign_in(milo, second_factor=False)
        page = browser.post("accounts.set_up", {"code": "12"}, status=422, htmx=True)
        assert page.select_one("html") is None
        assert page.select_one("[role=alert]")

    def test_without_it_pages_of_staff_stay_closed(self, browser, adam):
        browser.sign_in(adam, second_factor=False)
        answer = browser.get("accounts.grants", status=303)
        assert "second-factor" in answer.response.location

    def test_the_demo_shows_the_code_and_nothing_else_does(self, browser, app, milo, monkeypatch):
        begin_factor(milo)
        browser.sign_in(milo, second_factor=False)
        near = [persian_digits(shown(milo, clock.now() + n * HALF_A_MINUTE)) for n in (-1, 0, 1)]
        page = browser.get("accounts.set_up")
        assert not any(code in page.text for code in near)
        monkeypatch.setitem(app.config, "CIVIC", replace(app.config["CIVIC"], demo=True))
        page = browser.get("accounts.set_up")
        assert any(code in page.select_one(".note--warning").text for code in near)

    def test_residents_do_not_need_it(self, browser, rosa):
        browser.post("accounts.sign_in", {"mobile": queries.mobile_of(rosa)})
        answer = browser.post("accounts.code", {"code": plain(last_code())})
        assert "second" not in answer.response.location
