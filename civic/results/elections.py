"""Elections of other cities: what a Pabulib file becomes in the tables of live voting."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from civic.areas.models import Area, AreaVersion, Level
from civic.ballots.models import BallotBox, BallotProject
from civic.ballots.rules import commitment, receipt_of
from civic.counting import Election, PbError, PbFile
from civic.counting.files.entries import SETS
from civic.counting.files.head import VOTE_TYPES
from civic.cycles.kinds import BallotKind, Rule
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import search_key, tidy
from civic.results.rules import PB_RULES

# What the file calls a rule, and ours; the variants of cities are counted as their nearest kin.
RULES = {name: rule for rule, name in PB_RULES.items()} | {
    "equalshares/add1-comparison": Rule.EQUAL_SHARES_ADD1
}
BATCH = 5_000
LONGEST_ID = 60
# A division that never holds here, so that no page of ours takes it for the city's own.
NEVER = date(9999, 12, 31)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Foreign:
    """A file whose ballots can be counted, with what is needed to write it down."""

    file: PbFile
    election: Election
    name: str
    at: datetime

    @classmethod
    def of(cls, file: PbFile, name: str, *, at: datetime) -> Foreign:
        """Take a file that was read; one that no pot could hold is refused."""
        check_type(file.vote_type, line=file.meta_lines.get("vote_type", 0))
        election = file.election()
        if election.budget == 0:
            line = file.meta_lines.get("budget", 0)
            raise PbError(N_("There is no money in this election."), line=line, field="budget")
        for project in election.projects:
            if len(project.id) > LONGEST_ID or not project.id.isprintable():
                raise RuleBroken(
                    N_("The id %(id)s of a project is too long, or not readable."), id=project.id
                )
        return cls(file, election, name, at)

    @property
    def code(self) -> str:
        """The code of the cycle and its area: the same election always gets the same."""
        return f"pb-{self.election.sha256[:8]}"


def check_type(vote_type: str, *, line: int) -> None:
    """Only ballots that are a set of projects fit into our boxes."""
    if vote_type not in SETS:
        raise PbError(
            N_("Ballots of the type %(type)s cannot be kept here; approval and choose-1 can."),
            line=line, field="vote_type", type=vote_type,
        )  # fmt: skip


def check_type_of(path: Path) -> None:
    """Refuse a file by what stands in its head, before a million ballots below it are read.

    Whatever else is wrong with the file is left to the reader, who knows how to say it.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for line, text in enumerate(lines, start=1):
            key, _, value = text.strip().partition(";")
            if key.strip() in {"PROJECTS", "VOTES"}:
                return
            kind = value.strip("; ")
            if key.strip() == "vote_type" and kind in VOTE_TYPES:
                check_type(kind, line=line)


def version_of(foreign: Foreign, number: int) -> AreaVersion:
    """A division for one election alone, numbered below those of the city."""
    return AreaVersion(
        id=uuid4(), number=number, valid_from=NEVER, source=foreign.name[:300],
        sha256=hashlib.sha256(foreign.code.encode()).hexdigest(), imported_at=foreign.at,
    )  # fmt: skip


def area_of(foreign: Foreign, version: AreaVersion) -> Area:
    """The place that voted, as the file calls it."""
    parts = (tidy(foreign.file.meta.get(key, "")) for key in ("unit", "subunit"))
    name = " ".join(filter(None, parts))[:120] or foreign.code
    return Area(
        id=uuid4(), version_id=version.id, code=foreign.code, level=Level.CITY,
        path=f"{foreign.code}/", name=name, name_en=name, name_key=search_key(name)[:120],
    )  # fmt: skip


def cycle_of(foreign: Foreign, area: Area) -> Cycle:
    """The cycle of an election that is history here."""
    title = tidy(foreign.file.meta.get("description", ""))[:160] or area.name
    return Cycle(
        id=uuid4(), code=foreign.code, title=title, title_en=title, city_id=area.id, city=area,
        tie_seed="pabulib", imported_from=foreign.name[:200], created_at=foreign.at,
    )  # fmt: skip


def voting_of(foreign: Foreign, cycle: Cycle) -> Phase:
    """When the vote was held, as far as the file says; always over by now."""
    opens, closes = _days(foreign.file, foreign.at)
    return Phase(cycle_id=cycle.id, kind=PhaseKind.VOTING, opens_at=opens, closes_at=closes)


def _days(file: PbFile, at: datetime) -> tuple[datetime, datetime]:
    first, last = (_day(file.meta.get(key, "")) for key in ("date_begin", "date_end"))
    closes = min((last or first or at) + timedelta(days=1), at)
    opens = first or closes - timedelta(days=1)
    return min(opens, closes - timedelta(hours=1)), closes


def _day(text: str) -> datetime | None:
    parts = text.strip().split(".")
    try:
        numbers = [int(part) for part in reversed(parts)]
        year, month, day = [*numbers, 1, 1][:3]
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def pot_of(foreign: Foreign, cycle: Cycle, area: Area) -> Pot:
    """The money of the election, and how it is counted here."""
    file, declared = foreign.file, foreign.file.declared_rule
    rule = RULES.get(declared, Rule.GREEDY)
    options: dict[str, Any] = {
        "currency": tidy(file.meta.get("currency", ""))[:12] or "¤",
        "scale": foreign.election.scale,
        "declared_rule": tidy(declared)[:60],
        "threshold": max(file.threshold, rule is Rule.GREEDY_THRESHOLD),
        # One unit of the currency for each voter, as the cities did.
        "step": foreign.election.scale,
    }
    return Pot(
        id=uuid4(), cycle_id=cycle.id, area_id=area.id, amount=foreign.election.budget,
        rule=rule, rule_options=options, max_choices=_most(file), cycle=cycle, area=area,
        ballot_kind=BallotKind.KNAPSACK if "max_sum_cost" in file.meta else BallotKind.APPROVAL,
    )  # fmt: skip


def _most(file: PbFile) -> int | None:
    if file.vote_type == "choose-1":
        return 1
    text = file.meta.get("max_length", "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else None


def paper_of(foreign: Foreign, pot: Pot) -> list[BallotProject]:
    """The paper in the order of the file, with what the city itself said of each project."""
    selected = foreign.file.selected
    rows = zip(foreign.election.projects, foreign.file.project_rows, strict=True)
    paper = []
    for number, (project, row) in enumerate(rows, start=1):
        said = dict(zip(foreign.file.project_fields, row, strict=True))
        votes = said.get("votes", "").strip()
        official = {
            "votes": int(votes) if votes.isdecimal() else None,
            "selected": project.id in selected if selected is not None else None,
            "withdrawn": project.withdrawn,
        }
        title = tidy(said.get("name", ""))[:300] or project.id
        paper.append(
            BallotProject(
                id=uuid4(), pot_id=pot.id, number=number, code=project.id, title=title,
                category="", cost=project.cost, official=official,
            )
        )  # fmt: skip
    return paper


def open_box_of(foreign: Foreign, pot: Pot) -> BallotBox:
    """The box, still open: the database takes no ballots into a closed one."""
    return BallotBox(pot_id=pot.id, state="open", opened_at=_days(foreign.file, foreign.at)[0])


def batches_of_ballots(
    foreign: Foreign, pot: Pot, paper: Sequence[BallotProject]
) -> Iterator[tuple[Rows, Rows, Rows]]:
    """Ballots, openings and slots as live voting writes them, some thousands at a time."""
    numbers = {line.code: line.number for line in paper}
    ballots = foreign.file.ballots()
    while batch := list(islice(ballots, BATCH)):
        written = [_written(pot, sorted({numbers[code] for code in ballot})) for ballot in batch]
        ballot_rows, openings, slots = zip(*written, strict=True)
        yield list(ballot_rows), list(openings), list(slots)


def _written(pot: Pot, choices: list[int]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """One ballot; who cast it stands in no file, so its voter is a random tag."""
    id_, nonce = uuid4(), secrets.token_bytes(48)
    held = commitment(nonce, election=pot.cycle.code, area=pot.area.code, choices=choices)
    return (
        {"id": id_, "pot_id": pot.id, "commitment": held, "receipt": receipt_of(held),
         "replaces_id": None, "channel": "file"},
        {"ballot_id": id_, "nonce": nonce, "choices": choices},
        {"pot_id": pot.id, "voter_tag": secrets.token_bytes(32), "head_ballot_id": id_},
    )  # fmt: skip
