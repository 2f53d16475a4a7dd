"""Elections of other cities, read from Pabulib files into the tables of live voting.

Beside `actions` because it writes only what happened elsewhere and long ago: nobody asks here,
nobody is told, and the box is born closed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from civic.areas.models import Area, AreaVersion, Level
from civic.ballots.models import Ballot, BallotBox, BallotProject, Opening, VoterSlot
from civic.ballots.rules import commitment, receipt_of
from civic.counting import PbFile
from civic.cycles.kinds import BallotKind, Rule
from civic.cycles.models import Cycle, Phase, Pot
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import N_
from civic.kernel.text import search_key, tidy

# What the file calls a rule, and ours; the variants of cities are counted as their nearest kin.
RULES = {
    "greedy": Rule.GREEDY,
    "greedy-no-skip": Rule.GREEDY_NO_SKIP,
    "greedy-threshold": Rule.GREEDY_THRESHOLD,
    "equalshares": Rule.EQUAL_SHARES,
    "equalshares/add1": Rule.EQUAL_SHARES_ADD1,
    "equalshares/add1-comparison": Rule.EQUAL_SHARES_ADD1,
}
BATCH = 5_000
# Older than any division of a city of ours, so that it never becomes the one that holds.
LONG_AGO = date(1900, 1, 1)
Progress = Callable[[int, int], None]


def store_election(file: PbFile, name: str, *, at: datetime, progress: Progress) -> Pot:
    """Write a file's cycle, pot, paper and ballots; the caller's transaction keeps or drops all."""
    election = file.election()
    mark = election.sha256[:8]
    if db.session.scalar(select(Cycle.id).where(Cycle.code == f"pb-{mark}")):
        raise RuleBroken(
            N_("This election was imported before, as cycle %(code)s."), code=f"pb-{mark}"
        )
    area = _place(file, mark, at)
    cycle = _cycle(file, name, area, mark, at)
    pot = _pot(file, cycle, area, election.budget, election.scale)
    numbers = _paper(file, pot, election.scale)
    box = _open_box(file, pot, at)
    _ballots(file, pot, numbers, progress)
    # The database takes no ballots into a closed box, so this one is closed last.
    box.state, box.closed_at = "closed", _days(file, at)[1]
    db.session.flush()
    return pot


def _keep(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


def _place(file: PbFile, mark: str, at: datetime) -> Area:
    lowest = db.session.scalar(select(func.min(AreaVersion.number))) or 0
    version = _keep(
        AreaVersion(
            number=min(0, lowest) - 1, valid_from=LONG_AGO, source="Pabulib",
            sha256=hashlib.sha256(mark.encode()).hexdigest(), imported_at=at,
        )
    )  # fmt: skip
    name = tidy(" ".join(file.meta.get(key, "") for key in ("unit", "subunit")))[:120]
    return _keep(
        Area(
            version_id=version.id, code=f"pb-{mark}", level=Level.CITY, path=f"pb-{mark}/",
            name=name or mark, name_en=name or mark, name_key=search_key(name)[:120],
        )
    )  # fmt: skip


def _cycle(file: PbFile, name: str, area: Area, mark: str, at: datetime) -> Cycle:
    title = tidy(file.meta.get("description", "") or name)[:160]
    cycle = _keep(
        Cycle(
            code=f"pb-{mark}", title=title, title_en=title, city_id=area.id, tie_seed="pabulib",
            imported_from=name[:200], created_at=at, city=area,
        )
    )  # fmt: skip
    opens, closes = _days(file, at)
    _keep(Phase(cycle_id=cycle.id, kind=PhaseKind.VOTING, opens_at=opens, closes_at=closes))
    db.session.refresh(cycle, ["phases"])
    return cycle


def _days(file: PbFile, at: datetime) -> tuple[datetime, datetime]:
    """When the vote was held, as far as the file says; always over by now."""
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


def _pot(file: PbFile, cycle: Cycle, area: Area, budget: int, scale: int) -> Pot:
    declared = file.declared_rule
    rule = RULES.get(declared, Rule.GREEDY)
    options: dict[str, Any] = {
        "currency": file.meta.get("currency", "").strip() or "?", "scale": scale,
        "declared_rule": declared, "threshold": file.threshold, "step": scale,
    }  # fmt: skip
    if rule is Rule.GREEDY_THRESHOLD:
        options["threshold"] = max(1, file.threshold)
    return _keep(
        Pot(
            cycle_id=cycle.id, area_id=area.id, amount=budget, rule=rule, rule_options=options,
            ballot_kind=BallotKind.KNAPSACK if "max_sum_cost" in file.meta else BallotKind.APPROVAL,
            max_choices=_most(file), cycle=cycle, area=area,
        )
    )  # fmt: skip


def _most(file: PbFile) -> int | None:
    if file.vote_type == "choose-1":
        return 1
    text = file.meta.get("max_length", "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _paper(file: PbFile, pot: Pot, scale: int) -> dict[str, int]:
    """Write the paper in the order of the file; answers the number of each project's id."""
    selected = file.selected
    withdrawn = {project.id for project in file.election().projects if project.withdrawn}
    numbers: dict[str, int] = {}
    for number, row in enumerate(file.project_rows, start=1):
        said = dict(zip(file.project_fields, row, strict=True))
        code = said["project_id"]
        numbers[code] = number
        official = {
            "votes": int(said["votes"]) if said.get("votes", "").strip().isdecimal() else None,
            "selected": code in selected if selected is not None else None,
            "withdrawn": code in withdrawn,
        }
        db.session.add(
            BallotProject(
                pot_id=pot.id, number=number, code=code[:60],
                title=tidy(said.get("name", ""))[:300] or code, category="",
                cost=int(Fraction(said["cost"].strip()) * scale), official=official,
            )
        )  # fmt: skip
    db.session.flush()
    return numbers


def _open_box(file: PbFile, pot: Pot, at: datetime) -> BallotBox:
    return _keep(BallotBox(pot_id=pot.id, state="open", opened_at=_days(file, at)[0]))


def _ballots(file: PbFile, pot: Pot, numbers: dict[str, int], progress: Progress) -> None:
    done, total = 0, len(file.vote_rows)
    ballots = iter(file.ballots())
    while batch := list(islice(ballots, BATCH)):
        rows = list(_rows(pot, batch, numbers))
        for table, part in zip((Ballot, Opening, VoterSlot), zip(*rows, strict=True), strict=True):
            db.session.execute(insert(table), list(part))
        done += len(batch)
        progress(done, total)


def _rows(
    pot: Pot, batch: Sequence[Sequence[str]], numbers: dict[str, int]
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each ballot as live voting would have written it; the voter is a random tag."""
    for ballot in batch:
        choices = sorted({numbers[code] for code in ballot})
        id_, nonce = uuid4(), secrets.token_bytes(48)
        held = commitment(nonce, election=pot.cycle.code, area=pot.area.code, choices=choices)
        yield (
            {"id": id_, "pot_id": pot.id, "commitment": held, "receipt": receipt_of(held),
             "replaces_id": None, "channel": "file"},
            {"ballot_id": id_, "nonce": nonce, "choices": choices},
            {"pot_id": pot.id, "voter_tag": secrets.token_bytes(32), "head_ballot_id": id_},
        )  # fmt: skip
