"""Rows of a file that stay the bytes they came in until somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import overload

from civic.counting.files.entries import Row


class LateRows(Sequence[Row]):
    """The rows of plain text: fields between semicolons, a newline behind each row."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def __len__(self) -> int:
        return self._text.count(b"\n")

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        return self._rows[at]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, LateRows):
            return self._text == other._text
        return self._rows == other

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        lines = self._text.decode().split("\n")[:-1]
        return tuple(tuple(line.split(";")) for line in lines)
