"""The public list of proposals: narrowed, searched, in an order that is fair and stays put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import defer, joinedload

from civic.areas.models import Area
from civic.cycles.models import Cycle
from civic.kernel.db import db, on_postgres
from civic.kernel.paging import SIZE, Page
from civic.kernel.text import search_key
from civic.proposals.models import Proposal
from civic.proposals.rules import PRIME, alike, shuffle_seed
from civic.proposals.states import PUBLIC, Category, State

MILLION = 1_000_000
# From, up to but not including; whole toman.
COST_BANDS: dict[str, tuple[int, int | None]] = {
    "low": (0, 200 * MILLION),
    "middle": (200 * MILLION, 1_000 * MILLION),
    "high": (1_000 * MILLION, None),
}
ORDERS = ("mixed", "newest", "supported")
CANDIDATES = 1000


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see of the list."""

    cycle: Cycle
    day: date
    q: str = ""
    category: Category | None = None
    area: str = ""
    state: State | None = None
    cost: str = ""
    sort: str = "mixed"


def page_of(wanted: Wanted, number: int) -> Page[Proposal]:
    """One page of what is wanted; if no text matches, what is spelled almost like it."""
    sought = _fitting(wanted).where(*_matches(wanted.q))
    if not wanted.q:
        total = _total(sought)
        number = max(1, min(number, -(-total // SIZE)))
        return Page([found for found, _ in _rows(sought, wanted, number)], number, total)
    # To look into every text is the dear part: once, for the number and the page together.
    rows = _rows(sought.add_columns(func.count().over().label("total")), wanted, number)
    if rows:
        return Page([found for found, _ in rows], number, rows[0][1])
    total = _total(sought) if number > 1 else 0
    return page_of(wanted, -(-total // SIZE)) if total else _almost(wanted)


def _total(sought: Select[Any]) -> int:
    counted = sought.with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(counted) or 0


def _rows(sought: Select[Any], wanted: Wanted, number: int) -> Sequence[Any]:
    """The proposals of a page, each beside the last column of what was sought."""
    part = sought.order_by(*_order(wanted)).limit(SIZE).offset((number - 1) * SIZE).subquery()
    # Found by their ids alone: sorting whole rows would be slow.
    found = _whole().add_columns(list(part.c)[-1]).join(part, part.c.id == Proposal.id)
    return db.session.execute(found.order_by(*_order(wanted))).all()


def _whole() -> Select[Proposal]:
    return select(Proposal).options(
        joinedload(Proposal.area),
        defer(Proposal.problem), defer(Proposal.solution), defer(Proposal.search_text),
    )  # fmt: skip


def _fitting(wanted: Wanted) -> Select[UUID]:
    """The ids of the public proposals of a cycle that pass every filter but the text."""
    tests: list[ColumnElement[bool]] = [
        Proposal.cycle_id == wanted.cycle.id,
        Proposal.state == wanted.state
        if wanted.state in PUBLIC
        else Proposal.state.in_(PUBLIC - {State.WITHDRAWN}),
    ]
    if wanted.category:
        tests.append(Proposal.category == wanted.category)
    if wanted.area:
        inside = ("/" + Area.path).contains(f"/{wanted.area}/", autoescape=True)
        tests.append(Proposal.area_id.in_(select(Area.id).where(inside)))
    if wanted.cost in COST_BANDS:
        least, below = COST_BANDS[wanted.cost]
        tests.append(Proposal.cost >= least)
        tests.extend([Proposal.cost < below] if below else [])
    return select(Proposal.id).where(*tests)


def _matches(q: str) -> list[ColumnElement[bool]]:
    words = search_key(q).split()
    # Both are several times as fast as LIKE, which would fold letters that are folded already.
    place = func.strpos if on_postgres() else func.instr
    found: list[ColumnElement[bool]] = [place(Proposal.search_text, word) > 0 for word in words]
    if len(words) == 1 and words[0].isdecimal():
        return [or_(found[0], Proposal.number == int(words[0][:9]))]
    return found


def _order(wanted: Wanted) -> list[Any]:
    match wanted.sort:
        case "newest":
            return [Proposal.submitted_at.desc(), Proposal.id]
        case "supported":
            return [Proposal.supports.desc(), Proposal.number]
        case _:
            # No place on the list is better than another for longer than a day.
            factor, shift = shuffle_seed(wanted.day)
            mixed = (Proposal.number * factor % PRIME) * (Proposal.number + shift) % PRIME
            return [mixed, Proposal.number]


def _almost(wanted: Wanted) -> Page[Proposal]:
    if not search_key(wanted.q):
        return Page([], 1, 0)
    latest = _fitting(wanted).order_by(Proposal.submitted_at.desc()).limit(CANDIDATES).subquery()
    found = db.session.scalars(_whole().join(latest, latest.c.id == Proposal.id))
    graded = [(alike(wanted.q, proposal.title), proposal) for proposal in found]
    near = sorted((pair for pair in graded if pair[0]), key=lambda pair: -pair[0])[:SIZE]
    return Page([proposal for _grade, proposal in near], 1, len(near))
