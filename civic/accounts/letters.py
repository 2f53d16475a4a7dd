"""The message that carries a sign-in code: its words, its way out, and forgetting the code."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import delete, update

from civic.accounts import queries
from civic.accounts.models import SignInCode
from civic.kernel import clock, crypto
from civic.kernel.db import db, transactional
from civic.kernel.i18n import _, digits, language
from civic.kernel.jobs import job
from civic.kernel.transports import NotSent, send_sms

log = structlog.get_logger()
KEPT = timedelta(days=2)


def code_message(code: str) -> str:
    """A sentence for people, and a last line by which phones fill the code in."""
    settings = current_app.config["CIVIC"]
    words = _(
        "%(code)s is your code to sign in to %(brand)s. It is valid for three minutes. "
        "Nobody from the city will ever ask you for it.",
        code=digits(code),
        brand=settings.brand_fa if language() == "fa" else settings.brand_en,
    )
    return f"{words}\n\n@{settings.trusted_hosts[0].lstrip('.')} #{code}"


@job
def send_sign_in_code(code_id: str) -> None:
    """Send the message with a code and forget the code; what fails is tried again by the sweep.

    It stands beside the actions, because one of them enqueues it.
    """
    message = _open(UUID(code_id), at=clock.now())
    if message is None:
        return
    mobile, code = message
    # Outside of any transaction: a slow gateway must not hold the database.
    try:
        send_sms(mobile, code_message(code))
    except NotSent as error:
        log.warning("code not sent", code_id=code_id, error=str(error))
        return
    _wipe(UUID(code_id))


@transactional
def _open(code_id: UUID, *, at: datetime) -> tuple[str, str] | None:
    code = db.session.get(SignInCode, code_id, populate_existing=True)
    if code is None or code.code_sealed is None or code.used_at or code.expires_at <= at:
        return None
    return queries.mobile_of(code), crypto.unseal("sign-in-code", code.code_sealed)


@transactional
def _wipe(code_id: UUID) -> None:
    wiped = update(SignInCode).where(SignInCode.id == code_id).values(code_sealed=None)
    db.session.execute(wiped)


@transactional
def forget_old_codes(*, at: datetime) -> None:
    """Wipe codes that nobody can use any more, and remove what limits no longer ask about."""
    db.session.execute(
        update(SignInCode)
        .where(SignInCode.code_sealed.is_not(None), SignInCode.expires_at <= at)
        .values(code_sealed=None)
    )
    db.session.execute(delete(SignInCode).where(SignInCode.sent_at < at - KEPT))
