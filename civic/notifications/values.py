"""The values of a sentence as JSON and back, each with its kind, so that it is formatted late."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from civic.kernel.money import Toman
from civic.kernel.names import Name


def pack(value: Any) -> Any:
    """A value of a sentence as JSON, with its kind kept so that it can be formatted later."""
    if isinstance(value, Name):
        return {"name": value._asdict()}
    for kind, name in ((Toman, "toman"), (datetime, "moment"), (date, "day")):
        if isinstance(value, kind):
            return {name: value.amount if isinstance(value, Toman) else value.isoformat()}
    return value


def unpack(value: Any) -> Any:
    """The value that was packed."""
    match value:
        case {"toman": amount}:
            return Toman(amount)
        case {"name": {"fa": persian, "en": english}}:
            return Name(persian, english)
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case _:
            return value
