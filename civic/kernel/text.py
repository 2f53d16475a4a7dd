"""Persian text as people type it, and as machines compare it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

# Arabic code points that Persian keyboards of old phones still send.
_PERSIAN_LETTERS = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه", "ـ": None, "\u200d": None}
)

# Marks that reorder what is shown (a cost could be read backwards), and control characters.
_UNSAFE = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u0000-\u0008\u000b-\u001f\u007f]")
_DIACRITICS = re.compile("[\u064b-\u065f\u0670\u0610-\u061a\u06d6-\u06ed]")
_FOLD = str.maketrans(
    {"ئ": "ی", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "\u200c": " "}
)
_BLANKS = re.compile(r"[ \t\u00a0]+")


def latin_digits(text: str | None) -> str:
    """Turn Persian and Arabic digits into Latin ones; anything else stays."""
    return (text or "").translate(_LATIN_DIGITS)


def persian_digits(text: str) -> str:
    """Turn Latin digits into Persian ones."""
    return text.translate(_PERSIAN_DIGITS)


def tidy(text: str | None) -> str:
    """What a person typed, with Persian letters unified and unsafe marks removed.

    Half-spaces are part of Persian spelling and stay.
    """
    text = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    text = _UNSAFE.sub("", text).translate(_PERSIAN_LETTERS)
    lines = (_BLANKS.sub(" ", line).strip(" \u200c") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def search_key(text: str | None) -> str:
    """The form in which texts are compared and searched; never shown."""
    text = latin_digits(tidy(text)).translate(_FOLD)
    text = _DIACRITICS.sub("", text)
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def likeness(left: str, right: str) -> float:
    """How alike two texts are, 0 to 1: shared three-letter pieces of their search keys."""
    first, second = _pieces(left), _pieces(right)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


# A search compares the same words with a thousand titles.
@lru_cache(maxsize=8192)
def _pieces(text: str) -> frozenset[str]:
    padded = f"  {search_key(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2)) - {"   "}
