from __future__ import annotations

import dataclasses
import json

import pytest

from tests.notifications import post


@pytest.fixture
def outbox(app, database, tmp_path, monkeypatch):
    """What the console transport has sent, read anew with every call."""
    settings = dataclasses.replace(app.config["CIVIC"], home=tmp_path)
    monkeypatch.setitem(app.config, "CIVIC", settings)
    file = tmp_path / "outbox.ndjson"

    def sent():
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return sent


@pytest.fixture
def mailbox(app, database, monkeypatch):
    """A real SMTP server that the application is told to use."""
    with post.smtp_server() as server:
        url = f"smtp://127.0.0.1:{server.server_address[1]}"
        settings = dataclasses.replace(
            app.config["CIVIC"], email_transport="smtp", smtp_url=url, email_from="city@civic.test"
        )
        monkeypatch.setitem(app.config, "CIVIC", settings)
        yield server


@pytest.fixture
def gateway(app, database, monkeypatch):
    """A real HTTP gateway for text messages that the application is told to use."""
    with post.sms_gateway() as server:
        url = f"http://127.0.0.1:{server.server_address[1]}/send"
        settings = dataclasses.replace(
            app.config["CIVIC"], sms_transport="http", sms_url=url, sms_token="t0ken"
        )
        monkeypatch.setitem(app.config, "CIVIC", settings)
        yield server
