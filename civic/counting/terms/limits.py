"""What else a city may ask of a result: one of a pair, a cap on a kind, what is funded before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from civic.counting.ballots.election import Election
from civic.counting.errors import N_, CountingError
from civic.counting.terms.reasons import Amount, Reason

KINDS = ("category", "area")


@dataclass(frozen=True)
class Cap:
    """The most that projects of one category or area may cost together, or number, or both.

    `kind` is "category" or "area".
    """

    kind: str
    name: str
    cost: int | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise CountingError(N_("There are no caps by %(kind)s."), kind=self.kind)
        if self.cost is None and self.number is None:
            raise CountingError(N_("The cap on %(name)s says no number."), name=self.name)
        if (self.cost or 0) < 0 or (self.number or 0) < 0:
            raise CountingError(N_("The cap on %(name)s is less than nothing."), name=self.name)

    def members(self, election: Election) -> list[int]:
        """The places of the projects that fall under the cap."""
        return [
            place
            for place, project in enumerate(election.projects)
            if self.name == (project.category if self.kind == "category" else project.area)
        ]


@dataclass(frozen=True)
class Limits:
    """Conflicts (of each group one project at most), caps, and what is funded before the count.

    Of projects in conflict the first one chosen wins, and so it is with those under a cap.
    What is funded before is paid from the budget first; shares are made of what is left. It
    counts towards the caps, and what is in conflict with it cannot win.
    """

    conflicts: tuple[frozenset[str], ...] = ()
    caps: tuple[Cap, ...] = ()
    prefunded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(group) < 2 for group in self.conflicts):
            raise CountingError(N_("A conflict needs two different projects at least."))
        named = [(cap.kind, cap.name) for cap in self.caps]
        for kind, name in named:
            if named.count((kind, name)) > 1:
                raise CountingError(N_("There are two caps on %(name)s."), name=name)
        for id_ in self.prefunded:
            if self.prefunded.count(id_) > 1:
                raise CountingError(N_("Project %(project)s is pre-funded twice."), project=id_)

    def __bool__(self) -> bool:
        return bool(self.conflicts or self.caps or self.prefunded)

    def fingerprint(self, election: Election) -> str:
        """The fingerprint of an election as far as it matters under these limits."""
        return election.sha256_with_kinds if self.caps else election.sha256

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
    """What may still be bought in one run: the money left, the conflicts and the caps.

    Raises `CountingError` for limits that name what is not there, or that nothing can keep.
    """

    def __init__(self, election: Election, limits: Limits) -> None:
        self.election = election
        self.limits = limits
        self._place = {project.id: place for place, project in enumerate(election.projects)}
        self._under = {cap: cap.members(election) for cap in limits.caps}
        self._check()
        self.before = tuple(self._place[id_] for id_ in limits.prefunded)
        self.left = election.budget
        self.closed: dict[int, Reason] = {}
        self._taken: set[int] = set()
        self._spent: Counter[Cap] = Counter()
        self._number: Counter[Cap] = Counter()
        for cap in limits.caps:
            self._close_over(cap)
        for place in self.before:
            self._take_before(place)
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

    def could_take(self, place: int) -> bool:
        """Say whether a project could be bought next."""
        return place not in self._taken and self.fits(place) and self.admits(place)

    def rooms(self) -> list[tuple[dict[int, int], int]]:
        """What each limit leaves: how much of it each open project takes, and how much there is.

        The limits always stand in the same order, so the rooms of two gates can be compared.
        """
        open_ = {place for place in range(len(self.election.projects)) if self.could_take(place)}
        rooms = [
            ({place: 1 for id_ in group if (place := self._place[id_]) in open_}, 1)
            for group in self.limits.conflicts
        ]
        for cap, members in self._under.items():
            costs = {place: self.election.projects[place].cost for place in members}
            if cap.number is not None:
                left = cap.number - self._number[cap]
                rooms.append(({place: 1 for place in members if place in open_}, left))
            if cap.cost is not None:
                left = cap.cost - self._spent[cap]
                rooms.append(({p: cost for p, cost in costs.items() if p in open_}, left))
        return rooms

    def take(self, place: int) -> None:
        """Buy a project, and close the gate to those that cannot be bought beside it."""
        project = self.election.projects[place]
        self.left -= project.cost
        self._taken.add(place)
        for group in self.limits.conflicts:
            if project.id in group:
                others = (self._place[id_] for id_ in group)
                self._close(others, Reason("conflict", {"winner": project.id}))
        for cap, members in self._under.items():
            if place in members:
                self._spent[cap] += project.cost
                self._number[cap] += 1
                self._close_over(cap)

    def _close_over(self, cap: Cap) -> None:
        """Close the gate to what a cap has no room for; it never gets more room again."""
        named: dict[str, str | Amount] = {cap.kind: cap.name}
        members = self._under[cap]
        if cap.number is not None and self._number[cap] >= cap.number:
            self._close(members, Reason(f"{cap.kind}-number", {**named, "number": cap.number}))
        if cap.cost is not None:
            left = cap.cost - self._spent[cap]
            for place in members:
                missing = self.election.projects[place].cost - left
                if missing > 0:
                    numbers = {"left": Amount(left), "missing": Amount(missing)}
                    self._close([place], Reason(f"{cap.kind}-cap", {**named, **numbers}))

    def _close(self, places: Iterable[int], reason: Reason) -> None:
        for place in places:
            if place not in self._taken:
                self.closed.setdefault(place, reason)

    def _take_before(self, place: int) -> None:
        project = self.election.projects[place]
        if project.withdrawn:
            raise CountingError(
                N_("Project %(project)s is pre-funded, but it was withdrawn."), project=project.id
            )
        if not self.fits(place):
            raise CountingError(N_("What is funded before the count costs more than the budget."))
        if not self.admits(place):
            raise CountingError(
                N_("Project %(project)s is pre-funded, but another limit stands against it."),
                project=project.id,
            )
        self.take(place)

    def _check(self) -> None:
        """Refuse limits about projects that are not on the paper."""
        groups = self.limits.conflicts
        for id_ in (*self.limits.prefunded, *(id_ for group in groups for id_ in sorted(group))):
            if id_ not in self._place:
                raise CountingError(
                    N_("A limit names project %(project)s, which is not in the list."), project=id_
                )
        # A slip in a name would otherwise be a cap that silently holds nothing.
        for cap, members in self._under.items():
            if not members:
                raise CountingError(
                    N_("There is a cap on %(name)s, to which no project belongs."), name=cap.name
                )
