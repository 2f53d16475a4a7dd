"""Asking a register whether a mobile number belongs to a national id: yes, no, or no answer."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog
from flask import current_app

from civic.accounts.rules import canonical_mobile, canonical_national_id
from civic.config import Settings
from civic.electorate.kinds import Match

TRIES = 2
PAUSE = 0.2
LONGEST_ANSWER = 4096
log = structlog.get_logger()


class Matcher(Protocol):
    """Whoever can say whether a mobile number belongs to a national id."""

    def match(self, national_id: str, mobile: str) -> Match:
        """Both as they are canonical; never raises, since no answer is an answer too."""
        ...


def matcher_of_city() -> Matcher | None:
    """The register that this city has connected; None where people are believed what they say."""
    return matcher_of(current_app.config["CIVIC"])


def matcher_of(settings: Settings) -> Matcher | None:
    """The register that the settings name."""
    if settings.matcher == "http":
        return HttpMatcher(settings.matcher_url, settings.matcher_token, settings.matcher_timeout)
    if settings.matcher == "table":
        return TableMatcher.read(Path(settings.matcher_file))
    return None


@dataclass(frozen=True)
class TableMatcher:
    """A fixed table of made-up people, for tests and rehearsals."""

    mobiles: Mapping[str, str]

    @classmethod
    def read(cls, file: Path) -> TableMatcher:
        """Read lines of `national id, mobile number`; the word `unavailable` gives no answer."""
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return cls({canonical_national_id(row[0]): _kept(row[1]) for row in csv.reader(lines)})

    def match(self, national_id: str, mobile: str) -> Match:
        """What stands in the table; who does not stand there has no number."""
        kept = self.mobiles.get(national_id)
        if kept == Match.UNAVAILABLE:
            return Match.UNAVAILABLE
        return Match.MATCHED if kept == mobile else Match.NOT_MATCHED


def _kept(written: str) -> str:
    written = written.strip()
    return written if written == Match.UNAVAILABLE else canonical_mobile(written)


class _NoAnswer(Exception):
    """The register said nothing that can be understood."""


@dataclass(frozen=True)
class HttpMatcher:
    """A register over HTTP: a JSON POST `{national_id, mobile}`, answered `{"matched": true}`."""

    url: str
    token: str
    timeout: int

    def match(self, national_id: str, mobile: str) -> Match:
        """Ask, once more if there was no answer, and no more than that."""
        asked = {"national_id": national_id, "mobile": mobile}
        for one in range(TRIES):
            time.sleep(PAUSE * one)
            try:
                return self._ask(asked)
            except _NoAnswer as error:
                # Neither the id, nor the number, nor the address with its parts: only what kind.
                log.warning("register did not answer", why=str(error))
        return Match.UNAVAILABLE

    def _ask(self, asked: Mapping[str, str]) -> Match:
        # A slow import, and only who really asks a register waits for it.
        import requests

        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        until = time.monotonic() + self.timeout
        try:
            # What is asked must not be sent on to where some answer points.
            with requests.post(
                self.url, json=asked, headers=headers, timeout=self.timeout, stream=True,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                if answer.status_code != 200:
                    raise _NoAnswer(f"status {answer.status_code}")
                return _read(_body(answer, until))
        except requests.RequestException as error:
            raise _NoAnswer(type(error).__name__) from None


def _body(answer: Any, until: float) -> bytes:
    # Byte by byte, for the time limit of the library holds for each read, not for all of them.
    body = b""
    for byte in answer.iter_content(1):
        body += byte
        if len(body) > LONGEST_ANSWER:
            raise _NoAnswer("too long")
        if time.monotonic() > until:
            raise _NoAnswer("too slow")
    return body


def _read(body: bytes) -> Match:
    try:
        said = json.loads(body)
    except ValueError:
        raise _NoAnswer("not JSON") from None
    matched = said.get("matched") if isinstance(said, dict) else None
    if not isinstance(matched, bool):
        raise _NoAnswer("no verdict")
    return Match.MATCHED if matched else Match.NOT_MATCHED
