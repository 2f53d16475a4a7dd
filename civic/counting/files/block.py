"""Some rows of an election file as bytes: where their fields lie, and what stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from civic.counting.ballots.packing import Ints, Words

NEWLINE, SEMICOLON, COMMA = b"\n;,"
WORD = 8
# The module csv refuses fields somewhat longer than this.
LONGEST_LINE = 100_000
# What is left of a word when only so many of its letters belong to a text.
_LETTERS = np.array([(1 << 8 * size) - 1 for size in range(WORD + 1)], np.uint64)


class Unusual(Exception):
    """Something in a file that only the strict reader can judge."""


class Spans(NamedTuple):
    """Pieces of text: where each begins, and where it ends."""

    begins: Ints
    ends: Ints


class Block:
    """Rows that end with a newline each, and have no quotation marks."""

    def __init__(self, rows: bytes, fields: int) -> None:
        # Words are read beyond the end of the last text.
        self.text = np.frombuffer(rows + bytes(WORD), np.uint8)
        is_mark = (self.text == NEWLINE) | (self.text == SEMICOLON) | (self.text == COMMA)
        self._marks = np.flatnonzero(is_mark)
        kinds = self.text[self._marks]
        ends = np.flatnonzero(kinds != COMMA)
        if len(ends) % fields:
            raise Unusual
        # For each row, which of the marks end its fields.
        self._ends = ends.reshape(-1, fields)
        kinds = kinds[self._ends]
        if (kinds[:, :-1] != SEMICOLON).any() or (kinds[:, -1] != NEWLINE).any():
            raise Unusual

    def first_fields(self) -> Spans:
        """The first field of each row."""
        ends = self._marks[self._ends[:, -1]]
        begins = np.append(0, ends[:-1] + 1)
        if (ends - begins > LONGEST_LINE).any():
            raise Unusual
        return Spans(begins, self._marks[self._ends[:, 0]])

    def items(self, column: int) -> tuple[Ints, Spans]:
        """How many items each row lists in a column that is not the first, and where they lie."""
        before, last = self._ends[:, column - 1], self._ends[:, column]
        counts = np.where(self._marks[last] - self._marks[before] == 1, 0, last - before)
        passed = np.cumsum(counts) - counts
        ends = np.arange(counts.sum()) + np.repeat(before + 1 - passed, counts)
        return counts, Spans(self._marks[ends - 1] + 1, self._marks[ends])

    def words(self, spans: Spans) -> list[Words]:
        """The texts as numbers, eight letters in each, filled up with zeros."""
        lengths = spans.ends - spans.begins
        windows: Words = np.ndarray((len(self.text) - WORD + 1,), "<u8", self.text, strides=(1,))
        return [
            windows[np.minimum(spans.begins + at, len(windows) - 1)]
            & _LETTERS[np.minimum(np.maximum(lengths - at, 0), WORD)]
            for at in range(0, max(1, int(lengths.max(initial=0))), WORD)
        ]


def words_of(texts: Sequence[bytes]) -> list[Words]:
    """The same numbers for texts that stand alone."""
    longest = max(map(len, texts))
    return [
        np.array([int.from_bytes(text[at : at + WORD], "little") for text in texts], np.uint64)
        for at in range(0, longest, WORD)
    ]


def text_of(word: int) -> str:
    """What a number says that holds a whole text."""
    return int(word).to_bytes(WORD, "little").rstrip(b"\0").decode()
