"""What else a city may ask of a result: one of a pair, a cap on a kind, what is funded before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from civic.counting.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.reasons import Reason

Kind = Literal["category", "area"]


@dataclass(frozen=True)
class Cap:
    """The most that projects of one category or area may cost together, or number, or both."""

    kind: Kind
    name: str
    cost: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class Limits:
    """Conflicts (of each group one project at most), caps, and what is funded before the count.

    What is funded before is paid from the budget first; shares are made of what is left.
    """

    conflicts: tuple[frozenset[str], ...] = ()
    caps: tuple[Cap, ...] = ()
    prefunded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conflicts or self.caps or self.prefunded)

    def as_dict(self) -> dict[str, Any]:
        """The limits in plain values."""
        return {
            "conflicts": sorted(sorted(group) for group in self.conflicts),
            "caps": [asdict(cap) for cap in self.caps],
            "prefunded": list(self.prefunded),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Limits:
        """Read limits back from their plain values; what is left out is no limit."""
        return cls(
            conflicts=tuple(frozenset(group) for group in stored.get("conflicts", ())),
            caps=tuple(Cap(**cap) for cap in stored.get("caps", ())),
            prefunded=tuple(stored.get("prefunded", ())),
        )


NO_LIMITS = Limits()


class Gate:
    """What may still be bought in one run: the money left, the conflicts and the caps."""

    def __init__(self, election: Election, limits: Limits) -> None:
        _check(election, limits)
        self.election = election
        self.limits = limits
        self._place = {project.id: place for place, project in enumerate(election.projects)}
        self.before = tuple(self._place[id_] for id_ in limits.prefunded)
        self.left = election.budget
        self.closed: dict[int, Reason] = {}
        self._taken: set[int] = set()
        self._spent: Counter[Cap] = Counter()
        self._number: Counter[Cap] = Counter()
        for place in self.before:
            self.take(place)
        self.budget = self.left

    def fresh(self) -> Gate:
        """The gate as it stood before the count."""
        return Gate(self.election, self.limits)

    def fits(self, place: int) -> bool:
        """Say whether the money that is left pays for a project."""
        return self.election.projects[place].cost <= self.left

    def admits(self, place: int) -> bool:
        """Say whether no conflict and no cap stands against a project."""
        return place not in self.closed

    def take(self, place: int) -> None:
        """Buy a project, and close the gate to those that cannot be bought beside it."""
        project = self.election.projects[place]
        self.left -= project.cost
        self._taken.add(place)
        for group in self.limits.conflicts:
            if project.id in group:
                self._close(
                    (self._place[id_] for id_ in group),
                    Reason("conflict", {"winner": project.id}),
                )
        for cap in self.limits.caps:
            if _falls_under(self.election, place, cap):
                self._spent[cap] += project.cost
                self._number[cap] += 1
        # A cap lowers with every purchase, and others than those of this kind cannot be hit by it.
        for cap in self.limits.caps:
            self._close(self._over(cap), _capped(cap))

    def _over(self, cap: Cap) -> Iterator[int]:
        for place, project in enumerate(self.election.projects):
            if not _falls_under(self.election, place, cap):
                continue
            too_dear = cap.cost is not None and self._spent[cap] + project.cost > cap.cost
            too_many = cap.number is not None and self._number[cap] >= cap.number
            if too_dear or too_many:
                yield place

    def _close(self, places: Iterable[int], reason: Reason) -> None:
        for place in places:
            if place not in self._taken:
                self.closed.setdefault(place, reason)


def _falls_under(election: Election, place: int, cap: Cap) -> bool:
    project = election.projects[place]
    return cap.name == (project.category if cap.kind == "category" else project.area)


def _capped(cap: Cap) -> Reason:
    return Reason(f"{cap.kind}-cap", {cap.kind: cap.name})


def _check(election: Election, limits: Limits) -> None:
    """Refuse limits about projects that are not on the paper, or that nothing can keep."""
    known = {project.id: project.cost for project in election.projects}
    named = [*limits.prefunded, *(id_ for group in limits.conflicts for id_ in sorted(group))]
    for id_ in named:
        if id_ not in known:
            raise CountingError(
                N_("A limit names project %(project)s, which is not in the list."), project=id_
            )
    if sum(known[id_] for id_ in limits.prefunded) > election.budget:
        raise CountingError(N_("What is funded before the count costs more than the budget."))
