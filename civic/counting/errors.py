"""What counting says when it cannot count: one English sentence and what goes into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext extraction looks for
    """Mark a sentence for translation and leave it as it is.

    Counting is used without the application, so it cannot take the mark from there.
    """
    return sentence


class Counted(NamedTuple):
    """A sentence that counts something, named `by`: how it reads for one, and for any other number.

    Both forms are marked for translation by the name of this class.
    """

    one: str
    many: str
    by: str

    def number(self, params: Mapping[str, object]) -> int:
        """How many it counts."""
        return int(str(params[self.by]))


def in_english(text: str | Counted, params: Mapping[str, object]) -> str:
    """The form of an English sentence that goes with its numbers."""
    if isinstance(text, Counted):
        return text.one if text.number(params) == 1 else text.many
    return text


class CountingError(ValueError):
    """A count that cannot be made, with a sentence that can be translated."""

    def __init__(self, reason: str, **params: int | str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason


class PbError(CountingError):
    """A fault in an election file: where it is, and what is wrong there."""

    def __init__(self, reason: str, *, line: int, field: str = "", **params: int | str) -> None:
        super().__init__(reason, **params)
        self.line = line
        self.field = field

    def __str__(self) -> str:
        return f"Line {self.line}: {super().__str__()}"
