"""The ideas of the demo's residents, read from the files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from civic.proposals.states import Category

CONTENT = Path(__file__).parent / "content"
LAST_YEAR = ("last_year.toml",)
THIS_YEAR = ("this_year_neighbourhoods.toml", "this_year_wide.toml")
MILLION = 1_000_000


class Fate(StrEnum):
    """How far an idea comes before the vote."""

    BALLOT = "ballot"
    RETURN = "return"  # sent back, mended, and then on the ballot
    STAYS_RETURNED = "stays-returned"
    REFUSE = "refuse"
    MERGE = "merge"
    INFEASIBLE = "infeasible"
    WITHDRAW = "withdraw"
    WAITS = "waits"
    ACCEPTED = "accepted"
    DRAFT = "draft"


# Which office of the area costs and builds what.
OFFICE = {
    Category.STREETS: "works",
    Category.GREEN: "green",
    Category.CULTURE: "culture",
    Category.SPORT: "culture",
    Category.TRANSPORT: "traffic",
    Category.SERVICES: "services",
    Category.ACCESS: "works",
    Category.LIGHTING: "services",
}


@dataclass(frozen=True)
class Idea:
    """One idea as it stands in a file; cost in toman, `pull` in percent of the voters."""

    area: str
    category: Category
    title: str
    place: str
    problem: str
    solution: str
    cost: int = 0
    pull: int = 0
    fate: Fate = Fate.BALLOT
    code: str = ""
    reason: str = ""
    twin: str = ""
    delivery: str = "building"
    hers: bool = False  # by the resident with whom the demo is tried

    @property
    def department(self) -> str:
        """The code of the department in charge."""
        parts = self.area.split("-")
        above = self.area if parts[0] == "tehran" else "-".join(parts[:2])
        return f"{above}-{OFFICE[self.category]}"


@cache
def read_ideas(files: tuple[str, ...]) -> tuple[Idea, ...]:
    """The ideas of these files, in their order."""
    found = []
    for name in files:
        found += tomllib.loads((CONTENT / name).read_text("utf-8"))["proposals"]
    return tuple(_idea(entry) for entry in found)


def _idea(entry: dict[str, str | int]) -> Idea:
    values = dict(entry)
    values["category"] = Category(str(entry["category"]))
    values["fate"] = Fate(str(entry.get("fate", Fate.BALLOT)))
    values["cost"] = int(entry.get("cost", 0)) * MILLION
    return Idea(**values)  # type: ignore[arg-type]
