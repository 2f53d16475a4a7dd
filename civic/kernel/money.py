"""Money: whole toman, never a float."""

from __future__ import annotations

from typing import NamedTuple


class Toman(NamedTuple):
    """An amount to be shown with its unit; columns and arithmetic use plain integers."""

    amount: int

    def __str__(self) -> str:
        return f"{self.amount:,} toman"


class Words(NamedTuple):
    """An amount as people say it: the figure, its decimals kept short, and the scale."""

    figure: str
    scale: str


MILLION = 10**6
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (MILLION, "million"), (10**3, "thousand"))


def in_words(amount: int) -> Words:
    """Say an amount with at most three decimals, or in full where that would round it.

    Thousands are a scale only for what is less than a million: nobody says 1,234.5 thousand.
    """
    for size, scale in _SCALES:
        small = scale != "thousand" or abs(amount) < MILLION
        if small and abs(amount) >= size and amount * 1000 % size == 0:
            figure = f"{amount / size:,.3f}".rstrip("0").rstrip(".")
            return Words(figure, scale)
    return Words(f"{amount:,}", "")
