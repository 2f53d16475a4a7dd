"""What a voter takes home: the city's signed word, and for a while a look at the vote."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag

from civic.kernel import crypto
from civic.ledger import signing

# So long a voter can look at the vote from a second device: a phone that lies is found out.
LOOK = timedelta(minutes=30)
MOMENT = "%Y%m%dT%H%M%SZ"
PURPOSE = "second-look"


class Promise(NamedTuple):
    """That a vote was recorded and will stand in a book by a moment, signed by the city."""

    book: str
    code: str
    by: datetime
    signature: str

    def as_address(self) -> dict[str, str]:
        """The promise as the values of an address."""
        by = self.by.astimezone(UTC).strftime(MOMENT)
        return {"code": self.code, "b": self.book, "by": by, "s": self.signature}


def promise(book: str, code: str, *, at: datetime) -> Promise:
    """Promise that a vote stands in the book a moment after its next head."""
    by = at + timedelta(seconds=signing.head_seconds() + 1)
    by = by.replace(microsecond=0)
    signature = signing.private_receipts_key().sign(_text(book, code, by))
    return Promise(book, code, by, urlsafe_b64encode(signature).decode().rstrip("="))


def read_promise(given: dict[str, str]) -> Promise | None:
    """The promise that an address holds, if the city signed it; else nothing."""
    try:
        by = datetime.strptime(given["by"], MOMENT).replace(tzinfo=UTC)
        signature = urlsafe_b64decode(given["s"] + "==")
        said = Promise(given["b"], given["code"], by, given["s"])
        public = signing.private_receipts_key().public_key()
        public.verify(signature, _text(said.book, said.code, said.by))
    except (KeyError, ValueError, InvalidSignature):
        return None
    return said


def _text(book: str, code: str, by: datetime) -> bytes:
    moment = by.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{signing.our_name()}/book/{book}\nreceipt {code}\nin the book by {moment}\n".encode()


# ── a second look ─────────────────────────────────────────────────────────────────────────────


class Look(NamedTuple):
    """Which ballot may be looked at, until when."""

    pot_id: UUID
    code: str
    until: datetime


def seal_look(look: Look) -> str:
    """A word that opens one ballot to whoever holds it, until its time is over."""
    said = json.dumps([str(look.pot_id), look.code, look.until.isoformat()])
    return urlsafe_b64encode(crypto.seal(PURPOSE, said)).decode().rstrip("=")


def open_look(word: str, *, at: datetime) -> Look | None:
    """What a word opens; nothing when it is not ours or its time is over."""
    try:
        sealed = urlsafe_b64decode(word + "==")
        pot_id, code, until = json.loads(crypto.unseal(PURPOSE, sealed))
    except (ValueError, InvalidTag):
        return None
    look = Look(UUID(pot_id), code, datetime.fromisoformat(until))
    return look if at < look.until else None
