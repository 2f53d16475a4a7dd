"""A phone for tests: what messages it got, and what its app shows."""

from __future__ import annotations

import json
import re

from sqlalchemy import select

from civic.accounts import actions, letters, second_factor
from civic.accounts.models import SignInCode
from civic.kernel import crypto
from civic.kernel.db import db

NUMBER = "09121234567"


def plain(code: SignInCode) -> str:
    """The six digits of a code that has not been wiped."""
    return crypto.unseal("sign-in-code", code.code_sealed)


def wrong(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def last_code() -> SignInCode:
    """The row of the code that was made last."""
    return db.session.scalars(select(SignInCode).order_by(SignInCode.sent_at.desc())).first()


def deliver_all() -> None:
    """What the worker would do now."""
    for code_id in db.session.scalars(select(SignInCode.id)).all():
        letters.send_sign_in_code(str(code_id))


def outbox(app) -> list[dict]:
    """The messages that were kept by the console transport."""
    path = app.config["CIVIC"].home / "outbox.ndjson"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def code_in(message: dict) -> str:
    """The code as a phone fills it in: from the last line."""
    return re.search(r"\n@\S+ #(\d{6})\Z", message["text"]).group(1)


def signed_in(browser: str, at, *, number=NUMBER):
    """Walk through both steps and return what was opened."""
    code = actions.ask_for_code(number, browser, at=at)
    return actions.sign_in(plain(code), browser, device="Test", at=at)


def begin_factor(person) -> None:
    """Give a member of staff a secret."""
    second_factor.begin(person, person)
