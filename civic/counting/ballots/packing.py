"""Rows of whole numbers packed into words that compare as the rows do, and put in order.

Nothing is hashed: words are equal only if every number in them is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
# Whole numbers in whatever type holds them.
Narrow = NDArray[np.integer]
Words = NDArray[np.uint64]

WORD = 64
# So many numbers are taken at a time: with all that is made of them they stay near the processor.
NEARBY = 1 << 15
_WIDTHS = (np.uint8, np.uint16, np.uint32, np.uint64)
_SIGNED = (np.int8, np.int16, np.int32)


@dataclass(frozen=True)
class Packing:
    """Numbers as they are packed: counted from the lowest, so that none is below nought."""

    values: Narrow
    lowest: int
    bits: int

    @classmethod
    def of(cls, values: Narrow) -> Packing:
        """The packing in which each of these numbers has as many bits as the largest needs."""
        lowest = int(values.min(initial=0))
        bits = max(1, (int(values.max(initial=0)) - lowest).bit_length())
        width = next(width for width in _WIDTHS if bits <= np.iinfo(width).bits)
        if lowest == 0:
            return cls(values.astype(width, copy=False), lowest, bits)
        # Widened first: a narrow type may not hold the distance from its lowest number.
        distance = (values.astype(np.int64) - lowest).view(np.uint64)
        return cls(distance.astype(width, copy=False), lowest, bits)

    def packed(self, begins: Ints, length: int) -> list[Words]:
        """The `length` numbers from each of these places on, several in one word."""
        words = [np.empty(len(begins), np.uint64) for _ in range(0, length, self._room)]
        for some in _portions(len(begins), length):
            columns = self.values[begins[some] + np.arange(length)[:, np.newaxis]]
            for at, column in enumerate(columns):
                word = words[at // self._room][some]
                if at % self._room:
                    word <<= self._shift
                    word |= column
                else:
                    word[:] = column
        return words

    def unpacked(self, classes: list[list[Words]], lengths: list[int]) -> Ints:
        """All numbers of the rows in several classes, which have so many in each row."""
        ends = np.cumsum([0, *(len(c[0]) * n for c, n in zip(classes, lengths, strict=True))])
        numbers = np.empty(ends[-1], np.int64)
        for words, length, (begin, end) in zip(classes, lengths, pairwise(ends), strict=True):
            self._unpack(words, numbers[begin:end].reshape(-1, length))
        return numbers

    def _unpack(self, words: list[Words], rows: Ints) -> None:
        length = rows.shape[1]
        mask = np.uint64((1 << self.bits) - 1)
        for some in _portions(*rows.shape):
            rest = [word[some].copy() for word in words]
            for at in reversed(range(length)):
                word = rest[at // self._room]
                rows[some, at] = (word & mask).view(np.int64)
                word >>= self._shift
            if self.lowest:
                rows[some] += self.lowest

    @property
    def _room(self) -> int:
        """How many numbers there are in a full word."""
        return WORD // self.bits

    @property
    def _shift(self) -> np.uint64:
        # A number that fills its word is never shifted: nought is as good as any.
        return np.uint64(self.bits % WORD)


def _portions(rows: int, length: int) -> list[slice]:
    """Some rows after the other, so many that they have about `NEARBY` numbers."""
    size = NEARBY // length + 1
    return [slice(first, first + size) for first in range(0, rows, size)]


def narrow(values: Narrow) -> Narrow:
    """The same numbers in the smallest type that holds them all."""
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    for kind in _WIDTHS[:-1] if least == 0 else _SIGNED:
        if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max:
            return values.astype(kind, copy=False)
    return values


def ordered(words: list[Words]) -> tuple[Ints, Ints]:
    """The order of rows, and where in it another row than the one before begins."""
    order = np.argsort(words[0])
    same = _repeats(words[0][order])
    for word in words[1:]:
        # Few rows agree in a whole word: only they have to be looked at again.
        tied = np.flatnonzero(same | np.append(same[1:], False))
        members = order[tied]
        run = np.cumsum(~same)[tied]
        order[tied] = members[np.lexsort((word[members], run))]
        same &= _repeats(word[order])
    return order, np.flatnonzero(~same)


def _repeats(values: Words) -> NDArray[np.bool_]:
    """Whether each value is the same as the one before."""
    return np.append(False, values[1:] == values[:-1])
