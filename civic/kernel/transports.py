"""How words leave the house: SMS and e-mail, each with a transport named by a setting."""

from __future__ import annotations

import json
import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import structlog
from flask import current_app

from civic.kernel import clock

TIMEOUT = 10
log = structlog.get_logger()


class NotSent(Exception):
    """The other side did not take the message; it can be tried again."""


def send_sms(mobile: str, text: str) -> None:
    """Send one text message to a mobile number (`09…`) by the transport of the settings."""
    settings = current_app.config["CIVIC"]
    if settings.sms_transport == "http":
        _sms_over_http(mobile, text)
    else:
        _to_the_outbox("sms", mobile, "", text)


def send_email(address: str, subject: str, text: str) -> None:
    """Send one plain e-mail by the transport of the settings."""
    settings = current_app.config["CIVIC"]
    if settings.email_transport == "smtp":
        _email_over_smtp(address, subject, text)
    else:
        _to_the_outbox("email", address, subject, text)


def _sms_over_http(mobile: str, text: str) -> None:
    # A slow import, and only who really sends a text message waits for it.
    import requests

    settings = current_app.config["CIVIC"]
    message = {"to": mobile, "from": settings.sms_sender, "text": text}
    headers = {"Authorization": f"Bearer {settings.sms_token}"}
    try:
        answer = requests.post(settings.sms_url, json=message, headers=headers, timeout=TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        # The number and the text stay out of the log: one is a person, the other a key.
        raise NotSent(type(error).__name__) from None


def _email_over_smtp(address: str, subject: str, text: str) -> None:
    settings = current_app.config["CIVIC"]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.email_from, address, subject
    message.set_content(text)
    server = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    try:
        with kind(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT) as smtp:
            if server.username:
                smtp.login(server.username, server.password or "")
            smtp.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(type(error).__name__) from None


def _to_the_outbox(kind: str, to: str, subject: str, text: str) -> None:
    """Keep the message in a file that the people at the demo can read."""
    home = current_app.config["CIVIC"].home
    home.mkdir(parents=True, exist_ok=True)
    line = {"at": clock.now().isoformat(), "kind": kind, "to": to, "subject": subject, "text": text}
    with (home / "outbox.ndjson").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    log.info("message kept in the outbox", kind=kind)
