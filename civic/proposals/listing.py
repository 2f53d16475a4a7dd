"""The public list of proposals: narrowed, searched, in an order that is fair and stays put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, defer

from civic.areas.models import Area
from civic.cycles.models import Cycle
from civic.kernel.db import db
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
    rows = narrowed(wanted)
    sought = rows.where(*_matches(wanted.q))
    total = db.session.scalar(select(func.count()).select_from(sought.subquery())) or 0
    if not total:
        return _almost(wanted, rows)
    number = min(number, -(-total // SIZE))
    ordered = sought.order_by(*_order(wanted)).limit(SIZE).offset((number - 1) * SIZE)
    return Page(db.session.scalars(ordered).all(), number, total)


def narrowed(wanted: Wanted) -> Select[Proposal]:
    """The public proposals of a cycle that pass every filter but the text."""
    tests: list[ColumnElement[bool]] = [
        Proposal.cycle_id == wanted.cycle.id,
        Proposal.state == wanted.state
        if wanted.state in PUBLIC
        else Proposal.state.in_(PUBLIC - {State.WITHDRAWN}),
    ]
    if wanted.category:
        tests.append(Proposal.category == wanted.category)
    if wanted.area:
        tests.append(("/" + Area.path).contains(f"/{wanted.area}/", autoescape=True))
    if wanted.cost in COST_BANDS:
        least, below = COST_BANDS[wanted.cost]
        tests.append(Proposal.cost >= least)
        tests.extend([Proposal.cost < below] if below else [])
    return (
        select(Proposal)
        .join(Proposal.area)
        .where(*tests)
        .options(
            contains_eager(Proposal.area),
            defer(Proposal.problem), defer(Proposal.solution), defer(Proposal.search_text),
        )
    )  # fmt: skip


def _matches(q: str) -> list[ColumnElement[bool]]:
    words = search_key(q).split()
    found: list[ColumnElement[bool]] = [
        Proposal.search_text.contains(word, autoescape=True) for word in words
    ]
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


def _almost(wanted: Wanted, rows: Select[Proposal]) -> Page[Proposal]:
    if not search_key(wanted.q):
        return Page([], 1, 0)
    latest = rows.order_by(Proposal.submitted_at.desc()).limit(CANDIDATES)
    graded = [(alike(wanted.q, found.title), found) for found in db.session.scalars(latest)]
    near = sorted((pair for pair in graded if pair[0]), key=lambda pair: -pair[0])[:SIZE]
    return Page([found for _grade, found in near], 1, len(near))
