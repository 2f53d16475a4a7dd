"""What a proposal needs before it can be handed in, and the ways between its states."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Protocol
from uuid import UUID

from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import likeness, search_key
from civic.proposals.states import NEXT, STATE_NAMES, State

STEPS = ("area", "title", "problem", "solution", "category", "place", "picture")
TITLE_LENGTHS = (10, 120)
TEXT_LENGTHS = (20, 2000)
PLACE_LENGTHS = (3, 200)
MOST_DRAFTS = 5
ALIKE = 0.3
ALIKE_WORD = 0.45
PRIME = 1_000_003

MISSING = {
    "area": N_("Choose the neighbourhood."),
    "title": N_("Write a title of at least ten letters."),
    "problem": N_("Say in a sentence or two what is wrong or missing."),
    "solution": N_("Say in a sentence or two what should be done."),
    "category": N_("Choose what it is about."),
    "place": N_("Say where it is: a street, a square, a park."),
}


class Written(Protocol):
    """The parts of a proposal that its author writes."""

    title: str
    problem: str
    solution: str
    place: str

    @property
    def category(self) -> object: ...


def missing_steps(written: Written, *, place_is_chosen: bool) -> list[str]:
    """The steps that are still to be filled in, in their order."""
    filled = {
        "area": place_is_chosen,
        "title": len(written.title) >= TITLE_LENGTHS[0],
        "problem": len(written.problem) >= TEXT_LENGTHS[0],
        "solution": len(written.solution) >= TEXT_LENGTHS[0],
        "category": written.category is not None,
        "place": len(written.place) >= PLACE_LENGTHS[0],
    }
    return [step for step in STEPS if not filled.get(step, True)]


def check_complete(written: Written, *, place_is_chosen: bool) -> None:
    """Refuse a proposal that lacks something, and name the first thing it lacks."""
    missing = missing_steps(written, place_is_chosen=place_is_chosen)
    if missing:
        raise RuleBroken(MISSING[missing[0]], field=missing[0])


def check_way(now: State, then: State) -> None:
    """Refuse a step that does not lead on from where a proposal stands."""
    if then not in NEXT[now]:
        raise RuleBroken(
            N_("This is not possible any more: the proposal now stands at “%(state)s”."),
            state=STATE_NAMES[now],
        )


def check_room(drafts: int) -> None:
    """A person keeps a few drafts, not a store of them."""
    if drafts >= MOST_DRAFTS:
        raise RuleBroken(
            N_("You have %(n)s drafts already. Finish or delete one of them first."), n=drafts
        )


def check_another_cycle(its_cycle: UUID, cycle: UUID) -> None:
    """Within its own cycle a proposal has had its chance."""
    if its_cycle == cycle:
        raise RuleBroken(N_("It has had its way in this cycle. You can take it into the next one."))


def step_after(step: str) -> str | None:
    """The step that follows, or none after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def step_before(step: str) -> str | None:
    """The step before, or none at the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def shuffle_seed(day: date) -> tuple[int, int]:
    """Two numbers that mix the order of a day: another order tomorrow, the same on every page."""
    digest = hashlib.sha256(f"order:{day.isoformat()}".encode()).digest()
    first, second = (int.from_bytes(digest[at : at + 8]) for at in (0, 8))
    return first % (PRIME - 1) + 1, second % PRIME


def alike(sought: str, title: str) -> float:
    """How well a title answers a search with typing errors, 0 if a word has no counterpart."""
    words = search_key(title).split()
    best = [
        max((likeness(token, word) for word in words), default=0.0)
        for token in search_key(sought).split()
    ]
    return sum(best) / len(best) if best and min(best) >= ALIKE_WORD else 0.0
