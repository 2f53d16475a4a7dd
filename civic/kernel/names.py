"""What a place or an office is called, kept in both languages until somebody reads it."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """A name in Persian and, where there is one, in English; the reader's language decides."""

    fa: str
    en: str

    def __str__(self) -> str:
        return self.en or self.fa
