"""Pages of long lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select

from civic.kernel.db import db, number_of

T = TypeVar("T")
SIZE = 20
# A number that every database can still count to.
LAST = 1_000_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and where they stand in it (pages count from 1)."""

    items: Sequence[T]
    number: int
    total: int
    size: int = SIZE

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def paginate(rows: Select[Any], number: int, size: int = SIZE) -> Page[Any]:
    """One page of `rows` in two statements; a number past the end gives the last page."""
    total = number_of(rows)
    number = min(max(1, number), max(1, -(-total // size)))
    found = db.session.scalars(rows.limit(size).offset((number - 1) * size)).all()
    return Page(found, number, total, size)


def page_number() -> int:
    """The page that the address asks for; nonsense means the first."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST)
