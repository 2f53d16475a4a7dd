"""A secret in three shares on paper, of which any two give it back and one says nothing.

Shamir's scheme with a line for each byte: the share with number x is secret + slope · x, in the
field with 256 elements that AES uses (FIPS 197, section 4). Nothing here is ever logged.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import NamedTuple

SHARES, NEEDED = 3, 2
CHECK_BYTES = 4
GROUP = 4
REDUCE = 0x11B  # x^8 + x^4 + x^3 + x + 1


class NoShare(ValueError):
    """What was typed is no share, or not one that goes with the other."""


class Share(NamedTuple):
    """One of the papers: its number, the bytes on it, and by what secret it was made."""

    number: int
    data: bytes
    secret_mark: bytes

    def __str__(self) -> str:
        """As it is printed: groups of four hex digits, the last two of them for mistakes."""
        body = bytes([self.number]) + self.secret_mark + self.data
        digits = (body + _check(body)).hex()
        return " ".join(digits[at : at + GROUP] for at in range(0, len(digits), GROUP))

    @classmethod
    def read(cls, typed: str) -> Share:
        """Read what is printed on a paper; raises `NoShare` where a digit is wrong."""
        digits = re.sub(r"[\s\-]", "", typed)
        try:
            raw = bytes.fromhex(digits)
        except ValueError:
            raise NoShare("a share has the digits 0 to 9 and a to f") from None
        body, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
        if len(body) <= 1 + CHECK_BYTES or _check(body) != check:
            raise NoShare("a digit is missing or wrong; compare it with the paper")
        if not 1 <= body[0] <= SHARES:
            raise NoShare("there is no share of this number")
        return cls(body[0], body[1 + CHECK_BYTES :], body[1 : 1 + CHECK_BYTES])


def split(secret: bytes, *, chance: Callable[[int], bytes] = secrets.token_bytes) -> list[Share]:
    """Three shares of a secret."""
    slope, mark = chance(len(secret)), _mark(secret)
    return [
        Share(x, bytes(s ^ times(a, x) for s, a in zip(secret, slope, strict=True)), mark)
        for x in range(1, SHARES + 1)
    ]


def joined(one: Share, other: Share) -> bytes:
    """The secret of two of its shares; raises `NoShare` where they are not of one secret."""
    if one.number == other.number:
        raise NoShare("this is the same share twice")
    if one.secret_mark != other.secret_mark or len(one.data) != len(other.data):
        raise NoShare("these shares are not of the same key")
    # The line through both points, at zero (Lagrange): subtracting is adding in this field.
    width = inverse(one.number ^ other.number)
    here, there = times(other.number, width), times(one.number, width)
    pairs = zip(one.data, other.data, strict=True)
    secret = bytes(times(a, here) ^ times(b, there) for a, b in pairs)
    if _mark(secret) != one.secret_mark:
        raise NoShare("these shares give no key")
    return secret


def times(a: int, b: int) -> int:
    """The product of two elements of the field."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (REDUCE if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a: int) -> int:
    """What an element other than zero must be multiplied by to give one: its 254th power."""
    power = 1
    for _ in range(254):
        power = times(power, a)
    return power


def _mark(secret: bytes) -> bytes:
    # Four bytes of a hash say nothing useful of 32 random ones.
    return hashlib.sha256(b"civic-share-v1\0" + secret).digest()[:CHECK_BYTES]


def _check(body: bytes) -> bytes:
    return hashlib.sha256(b"civic-paper-v1\0" + body).digest()[:CHECK_BYTES]
