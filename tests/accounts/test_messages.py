import json
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from civic.accounts import actions, jobs, letters, queries
from civic.accounts.models import SignInCode
from civic.kernel import clock
from civic.kernel.db import db
from tests.accounts.phone import NUMBER, code_in, deliver_all, outbox, plain


class Gateway(ThreadingHTTPServer):
    """A provider of messages on this machine: keeps what it gets, or refuses."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Post)
        self.got, self.answer = [], 200


class Post(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), json.loads(body)))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.fixture
def gateway(app, monkeypatch):
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings = replace(
        app.config["CIVIC"], sms_transport="http", sms_token="let-me-in", sms_sender="3000",
        sms_url=f"http://127.0.0.1:{server.server_port}/send",
    )  # fmt: skip
    monkeypatch.setitem(app.config, "CIVIC", settings)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def code(database, at_noon):
    return actions.ask_for_code(NUMBER, "key", at=at_noon)


class TestConsole:
    def test_the_message_lies_in_the_outbox_and_the_code_is_forgotten(self, app, code):
        digits = plain(code)
        deliver_all()
        message = outbox(app)[-1]
        assert message["to"] == NUMBER
        assert code_in(message) == digits
        assert message["text"].splitlines()[-1] == f"@civic.test #{digits}"
        assert db.session.get(SignInCode, code.id, populate_existing=True).code_sealed is None

    def test_the_sentence_is_persian(self, code):
        text = letters.code_message("123456")
        assert "۱۲۳۴۵۶" in text
        assert "http" not in text


class TestHttpProvider:
    def test_it_gets_number_sender_text_and_token(self, code, gateway):
        digits = plain(code)
        deliver_all()
        (headers, message), = gateway.got  # fmt: skip
        assert headers["Authorization"] == "Bearer let-me-in"
        assert (message["to"], message["from"]) == (NUMBER, "3000")
        assert code_in(message) == digits

    def test_what_it_refuses_is_sent_by_the_sweep(self, app, code, gateway, monkeypatch):
        gateway.answer = 503
        letters.send_sign_in_code(str(code.id))
        assert queries.codes_unsent(clock.now()) == [code.id]

        gateway.answer = 200
        monkeypatch.setattr(jobs, "enqueue", lambda job, one: job(str(one)))
        jobs.send_unsent_codes()

        assert len(gateway.got) == 2
        assert queries.codes_unsent(clock.now()) == []
        assert actions.sign_in(code_in(gateway.got[1][1]), "key", device="", at=clock.now()).token

    def test_a_gateway_that_is_gone_loses_nothing(self, code, gateway, monkeypatch, app):
        gone = replace(app.config["CIVIC"], sms_url="http://127.0.0.1:9/")
        monkeypatch.setitem(app.config, "CIVIC", gone)
        letters.send_sign_in_code(str(code.id))
        assert queries.codes_unsent(clock.now()) == [code.id]


class TestJobs:
    def test_twice_is_once(self, code, gateway):
        deliver_all()
        deliver_all()
        assert len(gateway.got) == 1

    def test_gone_is_fine(self, database):
        letters.send_sign_in_code(str(uuid4()))

    def test_too_late_is_not_sent(self, code, gateway, at_noon, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(minutes=3))
        deliver_all()
        assert gateway.got == []
        assert queries.codes_unsent(clock.now()) == []

    def test_old_codes_are_wiped_and_then_removed(self, code, at_noon, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(minutes=4))
        jobs.forget_old_codes()
        assert db.session.get(SignInCode, code.id, populate_existing=True).code_sealed is None
        monkeypatch.setattr(clock, "now", lambda: at_noon + timedelta(days=3))
        jobs.forget_old_codes()
        assert db.session.get(SignInCode, code.id, populate_existing=True) is None
