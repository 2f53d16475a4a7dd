from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.accounts import actions, queries, rules
from civic.accounts.models import Account, SignInCode, SignInSession
from civic.kernel import crypto
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from tests.accounts.phone import NUMBER, plain, signed_in, wrong

KEY = "the browser's own secret"


@pytest.fixture
def code(database, at_noon):
    return actions.ask_for_code(NUMBER, KEY, at=at_noon)


def guess(digits, at, key=KEY):
    return actions.sign_in(digits, key, device="Test", at=at)


class TestAskForCode:
    def test_the_code_is_six_digits_and_stored_as_a_mac(self, code):
        assert len(plain(code)) == 6
        assert plain(code).encode() not in code.code_mac + code.code_sealed + code.browser_key
        assert NUMBER.encode() not in code.mobile_sealed + code.mobile_lookup

    def test_the_mac_belongs_to_its_row(self, code, at_noon):
        other = actions.ask_for_code("09120000002", "other", at=at_noon)
        assert other.code_mac != crypto.lookup_key("sign-in-code", f"{code.id}:{plain(other)}")

    def test_codes_are_not_repeated(self, database, at_noon):
        made = {plain(actions.ask_for_code(f"0912000{n:04d}", KEY, at=at_noon)) for n in range(20)}
        assert len(made) > 15

    def test_the_fourth_in_ten_minutes_is_refused(self, code, at_noon):
        for _again in range(2):
            actions.ask_for_code(NUMBER, KEY, at=at_noon)
        with pytest.raises(RuleBroken, match="we pause"):
            actions.ask_for_code(NUMBER, "another browser", at=at_noon)
        actions.ask_for_code("09121111111", KEY, at=at_noon)

    def test_foreign_and_short_numbers_cost_nothing(self, database, at_noon):
        for number in ("+441712345678", "+88213000000", "110", "02188000000"):
            with pytest.raises(RuleBroken):
                actions.ask_for_code(number, KEY, at=at_noon)
        assert db.session.scalar(select(func.count()).select_from(SignInCode)) == 0

    def test_the_budget_of_the_minute_holds_for_all(self, database, at_noon, monkeypatch):
        monkeypatch.setattr(rules, "SENDS_PER_MINUTE", 5)
        for n in range(5):
            actions.ask_for_code(f"0912000{n:04d}", KEY, at=at_noon)
        with pytest.raises(RuleBroken, match="in a minute"):
            actions.ask_for_code(NUMBER, KEY, at=at_noon)
        actions.ask_for_code(NUMBER, KEY, at=at_noon + timedelta(minutes=1))

    def test_again_goes_to_the_same_number_and_replaces_the_first(self, code, at_noon):
        later = at_noon + timedelta(minutes=1)
        first = plain(code)
        second = actions.ask_again(KEY, at=later)
        assert second.mobile_lookup == code.mobile_lookup
        if first != plain(second):
            with pytest.raises(RuleBroken):
                guess(first, later)
        assert guess(plain(second), later).token


class TestSignIn:
    def test_the_first_time_makes_the_account(self, code, at_noon):
        opened = guess(plain(code), at_noon)
        assert queries.account_of_session(opened.token).id == opened.account.id
        assert queries.account_by_mobile(NUMBER).id == opened.account.id

    def test_the_second_time_finds_it(self, code, at_noon):
        first, second = guess(plain(code), at_noon), signed_in("elsewhere", at_noon)
        assert first.account.id == second.account.id
        assert first.token != second.token
        assert db.session.scalar(select(func.count()).select_from(Account)) == 1

    def test_a_wrong_code_spends_a_try_and_says_how_many_are_left(self, code, at_noon):
        with pytest.raises(RuleBroken) as refused:
            guess(wrong(plain(code)), at_noon)
        assert refused.value.params == {"left": 4}
        db.session.refresh(code)
        assert code.tries == 1

    def test_the_right_code_as_the_sixth_guess_is_too_late(self, code, at_noon):
        for _try in range(5):
            with pytest.raises(RuleBroken):
                guess(wrong(plain(code)), at_noon)
        with pytest.raises(RuleBroken, match="tried too often"):
            guess(plain(code), at_noon)
        assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0

    def test_a_code_works_once(self, code, at_noon):
        digits = plain(code)
        guess(digits, at_noon)
        with pytest.raises(RuleBroken):
            guess(digits, at_noon)

    def test_a_code_works_in_the_browser_that_asked(self, code, at_noon):
        actions.ask_for_code("09120000009", "another browser", at=at_noon)
        with pytest.raises(RuleBroken):
            guess(plain(code), at_noon, key="another browser")
        with pytest.raises(RuleBroken):
            guess(plain(code), at_noon, key="")

    def test_a_code_lives_three_minutes(self, code, at_noon):
        with pytest.raises(RuleBroken, match="expired"):
            guess(plain(code), at_noon + timedelta(minutes=3))
        assert guess(plain(code), at_noon + timedelta(minutes=2, seconds=59)).token

    def test_when_guesses_pile_up_nothing_is_compared(self, code, at_noon, monkeypatch):
        monkeypatch.setattr(rules, "WRONG_GUESSES", 1)
        with pytest.raises(RuleBroken):
            guess(wrong(plain(code)), at_noon)
        with pytest.raises(RuleBroken, match="guess codes"):
            guess(plain(code), at_noon)


class TestSessions:
    def test_a_session_ends_after_twelve_hours(self, code, at_noon, monkeypatch):
        token = guess(plain(code), at_noon).token
        later = at_noon + timedelta(hours=12)
        monkeypatch.setattr("civic.kernel.clock.now", lambda: later - timedelta(seconds=1))
        assert queries.account_of_session(token)
        monkeypatch.setattr("civic.kernel.clock.now", lambda: later)
        assert queries.account_of_session(token) is None

    def test_a_token_is_dead_after_signing_out(self, code, at_noon):
        token = guess(plain(code), at_noon).token
        actions.sign_out(token, at=at_noon)
        assert queries.account_of_session(token) is None

    def test_the_table_opens_nothing(self, code, at_noon):
        token = guess(plain(code), at_noon).token
        stored = db.session.scalar(select(SignInSession.token_hash))
        assert token.encode() not in stored
        assert queries.account_of_session(stored.hex()) is None

    def test_others_can_be_ended_together(self, code, at_noon):
        here, there = guess(plain(code), at_noon), signed_in("elsewhere", at_noon)
        actions.end_other_sessions(here.account, here.token, at=at_noon)
        assert queries.account_of_session(here.token)
        assert queries.account_of_session(there.token) is None

    def test_the_page_that_shows_a_refusal_still_knows_the_person(self, milo):
        from civic.kernel.roles import Role

        assert milo.holds(Role.MODERATOR)
        db.session.rollback()
        assert milo.is_staff
