"""What counting says when it cannot count: one English sentence and what goes into it."""

from __future__ import annotations


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext extraction looks for
    """Mark a sentence for translation and leave it as it is.

    Counting is used without the application, so it cannot take the mark from there.
    """
    return sentence


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
