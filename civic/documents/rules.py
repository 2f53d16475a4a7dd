"""The numbers of documents, and what of a name may be shown to a stranger."""

from __future__ import annotations

import hashlib

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_

DIGITS = 12


def with_check_digit(body: str) -> str:
    """A number of a document from its first eleven digits (Luhn: a slip of one digit is found)."""
    return body + str(-_luhn(body + "0") % 10)


def is_number(digits: str) -> bool:
    """Is it a number that could be ours?"""
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit() and not _luhn(digits)


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10


def mark_of(number: str) -> bytes:
    """By what the line of a document is found in the book of acts."""
    return hashlib.sha256(b"document" + number.encode()).digest()


def masked(name: str) -> str:
    """The first letter of each part: enough to compare, too little to learn."""
    return " ".join(f"{part[0]}…" for part in name.split())


def check_box_closed(state: str | None) -> None:
    """Who took part is certain once nothing can be changed any more."""
    if state != "closed":
        raise RuleBroken(N_("A certificate is issued when the vote is over."))
