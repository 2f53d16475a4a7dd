"""Guessing in parallel, with real commits: each test has a database of its own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from civic.accounts import actions, second_factor
from civic.accounts.models import Account, SignInCode, SignInSession
from civic.app import create_app
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from tests.accounts.phone import NUMBER, plain, wrong
from tests.conftest import settings_for
from tests.postgres import empty_database

GUESSES = 60


@pytest.fixture
def own_app(engine_name, tmp_path, worker_id):
    url = f"sqlite:///{tmp_path}/guessing.db"
    if engine_name == "postgresql":
        url = empty_database(f"civic_guessing_{worker_id}")
    app = create_app(settings_for(url, tmp_path), TESTING=True, SERVER_NAME="civic.test")
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def compared(monkeypatch):
    """Every pair of secrets that was compared."""
    pairs, real = [], crypto.same

    def counting(left, right):
        pairs.append((left, right))
        return real(left, right)

    monkeypatch.setattr(crypto, "same", counting)
    return pairs


def at_once(app, guess):
    """Let sixty threads begin together; the answers, None for a refusal."""
    barrier = threading.Barrier(GUESSES)

    def run(number):
        with app.app_context():
            barrier.wait()
            try:
                return guess(number)
            except RuleBroken:
                return None

    with ThreadPoolExecutor(GUESSES) as pool:
        return list(pool.map(run, range(GUESSES)))


class TestSixtyGuessesAtOnce:
    def test_at_most_five_are_compared(self, own_app, compared):
        with own_app.app_context():
            code = actions.ask_for_code(NUMBER, "key", at=clock.now())
            digits = wrong(plain(code))

        answers = at_once(
            own_app, lambda _n: actions.sign_in(digits, "key", device="", at=clock.now())
        )

        assert answers == [None] * GUESSES
        assert len(compared) == 5
        with own_app.app_context():
            assert db.session.scalar(select(SignInCode.tries)) == 5

    def test_the_right_code_opens_one_session(self, own_app, compared):
        with own_app.app_context():
            digits = plain(actions.ask_for_code(NUMBER, "key", at=clock.now()))

        answers = at_once(
            own_app, lambda _n: actions.sign_in(digits, "key", device="", at=clock.now())
        )

        assert sum(answer is not None for answer in answers) == 1
        assert len(compared) <= 5
        with own_app.app_context():
            assert len(db.session.scalars(select(SignInSession)).all()) == 1
            assert len(db.session.scalars(select(Account)).all()) == 1

    def test_of_the_second_factor_at_most_five_are_compared(self, own_app, compared):
        with own_app.app_context():
            code = actions.ask_for_code(NUMBER, "key", at=clock.now())
            opened = actions.sign_in(plain(code), "key", device="", at=clock.now())
            second_factor.begin(opened.account, opened.account)
            person = opened.account.id
        compared.clear()

        def guess(_number):
            account = db.session.get(Account, person)
            return second_factor.prove(account, opened.token, "000000", at=clock.now())

        assert at_once(own_app, guess) == [None] * GUESSES
        # Each guess is compared with the steps before, now and after.
        assert len(compared) == 5 * 3

    def test_a_code_of_the_app_is_taken_once(self, own_app, at_noon):
        with own_app.app_context():
            code = actions.ask_for_code(NUMBER, "key", at=at_noon)
            opened = actions.sign_in(plain(code), "key", device="", at=at_noon)
            second_factor.begin(opened.account, opened.account)
            digits, person = second_factor.code_at(opened.account, at_noon), opened.account.id

        def guess(_number):
            account = db.session.get(Account, person)
            return second_factor.prove(account, opened.token, digits, at=at_noon)

        assert sum(token is not None for token in at_once(own_app, guess)) == 1


class TestForms:
    @pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/sign-in/again", "/sign-out"])
    def test_nothing_is_done_without_the_token_of_the_form(self, own_app, path):
        answer = own_app.test_client().post(path, data={"mobile": NUMBER, "code": "123456"})
        assert answer.status_code == 400
        with own_app.app_context():
            assert db.session.scalar(select(SignInCode)) is None
