"""The three noes of the platform: not here, not allowed, not like this."""

from __future__ import annotations

from typing import Any


class CivicError(Exception):
    """A refusal with one sentence for a person.

    `message` is an English msgid with `%(name)s` placeholders; it is translated and its
    `params` are formatted only where it is shown, so plain rules need to know no language.
    """

    status = 400

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message, self.params = message, params

    def __str__(self) -> str:
        return self.message % {name: str(value) for name, value in self.params.items()}


class NotHere(CivicError):
    """There is no such thing, or none that this person may know of."""

    status = 404


class NotAllowed(CivicError):
    """This person may not do this."""

    status = 403


class RuleBroken(CivicError):
    """It cannot be done now, or not like this; `field` names the form field to mend."""

    status = 422

    def __init__(self, message: str, *, field: str | None = None, **params: Any) -> None:
        super().__init__(message, **params)
        self.field = field


class TooMany(CivicError):
    """It was asked for too often; it will work again after a while."""

    status = 429
