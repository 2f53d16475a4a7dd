"""Heads as signed notes: what is signed, by whom, and what is no head at all."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from civic.ledger.notes import HeadText, Key, Unreadable, is_signed_by, read_head, sign_note

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = HeadText("example.city/book/1405", 1523, bytes(32), NOON)
NOTE = sign_note(HEAD.text(), "example.city", PRIVATE)
KEY = Key.of("example.city", PRIVATE)


def test_a_head_has_four_lines_and_a_signature_below():
    assert NOTE.splitlines()[:5] == [
        "example.city/book/1405", "1523", "A" * 43 + "=", "2026-11-22T12:00:00Z", "",
    ]  # fmt: skip
    assert NOTE.splitlines()[5].startswith("— example.city ")


def test_what_was_written_is_read():
    assert read_head(NOTE) == HEAD


def test_the_time_is_written_in_utc():
    tehran = timezone(timedelta(hours=3, minutes=30))

    assert HeadText("x", 1, bytes(32), NOON.astimezone(tehran)).text() == (
        f"x\n1\n{'A' * 43}=\n2026-11-22T12:00:00Z\n"
    )


def test_a_key_is_written_with_its_name_and_mark():
    name, mark, coded = str(KEY).split("+", 2)

    assert (name, mark) == ("example.city", KEY.mark.hex())
    assert coded == b64encode(b"\x01" + KEY.public).decode()


def test_the_signature_holds_for_this_text_and_this_key():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))

    assert is_signed_by(NOTE, KEY)
    assert not is_signed_by(NOTE.replace("1523", "1524"), KEY)
    assert not is_signed_by(NOTE, Key.of("example.city", other))
    assert not is_signed_by(NOTE, Key("another.city", KEY.public))
    assert not is_signed_by(NOTE.replace("— ", "- "), KEY)
    assert not is_signed_by(NOTE.rpartition(" ")[0] + " !!!\n", KEY)


def test_a_witness_may_sign_below_the_city():
    witness = Ed25519PrivateKey.from_private_bytes(bytes(32))
    line = sign_note(HEAD.text(), "paper.example", witness).splitlines()[-1]

    both = f"{NOTE}{line}\n"

    assert is_signed_by(both, KEY)
    assert is_signed_by(both, Key.of("paper.example", witness))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\ntwo\n",
        NOTE.replace("1523", "many"),
        NOTE.replace("1523", "01523"),
        NOTE.replace("A=", "*="),
        NOTE.replace("2026-11-22", "yesterday"),
        NOTE.replace("Z\n\n", "Z\nmore\n"),
    ],
    ids=["nothing", "short", "size", "zero in front", "root", "time", "a line more"],
)
def test_what_is_no_head_is_refused(text):
    with pytest.raises(Unreadable):
        read_head(text)
