"""Results as files: everything that is needed to count again, and nothing about persons."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from civic.ballots.queries import openings
from civic.counting import Outcome, PbFile, write_pb
from civic.counting.document import document
from civic.counting.files.pb import STEP
from civic.counting.rules.equal_shares.rule import RAISING
from civic.cycles.kinds import Rule
from civic.cycles.queries import frozen_rules, voting_of
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import local
from civic.kernel.roles import N_
from civic.results.models import Count, ResultLine
from civic.results.reading import Reading
from civic.results.rules import (
    METHODS,
    PB_RULES,
    gives_ballots,
    is_sealed,
    plain_amount,
    safe_cell,
    unit_of,
)

PROJECT_FIELDS = ("project_id", "cost", "votes", "name", "category", "selected")


def written(count: Count, lines: Sequence[ResultLine], kind: str) -> tuple[str, str]:
    """The text of a file and its media type; `RuleBroken` where it would betray somebody."""
    writer, mimetype = WRITERS[kind]
    return writer(count, lines), mimetype


def _pb(count: Count, lines: Sequence[ResultLine]) -> str:
    """A Pabulib file: ballots ordered by what is in them, numbered, without age, sex or time."""
    if not gives_ballots(count.ballots):
        raise RuleBroken(N_("So few people voted here that single ballots are not published."))
    out = StringIO()
    write_pb(_pb_file(count, lines), out)
    return out.getvalue()


def _pb_file(count: Count, lines: Sequence[ResultLine]) -> PbFile:
    on_paper = sorted(lines, key=lambda line: line.project.number)
    codes = {line.project.number: line.project.code for line in lines}
    ballots = sorted(openings(count.pot_id))
    scale = unit_of(count.pot.rule_options)[1]
    return PbFile(
        meta=_meta(count, len(lines), scale),
        project_fields=PROJECT_FIELDS,
        project_rows=tuple(
            (line.project.code, plain_amount(line.project.cost, scale), str(line.votes),
             line.project.title, line.project.category, str(int(line.funded)))
            for line in on_paper
        ),
        vote_fields=("voter_id", "vote"),
        vote_rows=tuple(
            (str(place), ",".join(codes[number] for number in ballot))
            for place, ballot in enumerate(ballots, start=1)
        ),
    )  # fmt: skip


def _meta(count: Count, projects: int, scale: int) -> dict[str, str]:
    pot, voting = count.pot, voting_of(count.pot.cycle)
    meta = {
        "description": pot.cycle.title_en or pot.cycle.title,
        "unit": pot.area.name_en or pot.area.name,
        "instance": pot.cycle.code,
        "num_projects": str(projects),
        "num_votes": str(count.ballots),
        "budget": plain_amount(pot.amount, scale),
        "vote_type": "approval",
        "rule": PB_RULES[pot.rule],
        "currency": unit_of(pot.rule_options)[0] or "IRT",
        "tie_seed": pot.cycle.tie_seed,
    }
    if pot.max_choices is not None:
        meta["max_length"] = str(pot.max_choices)
    if voting is not None:
        meta["date_begin"] = f"{local(voting.opens_at):%d.%m.%Y}"
        meta["date_end"] = f"{local(voting.closes_at):%d.%m.%Y}"
    if METHODS[pot.rule].completion.startswith(RAISING):
        meta[STEP] = plain_amount(count.outcome["options"]["step"], scale)
    if pot.rule is Rule.GREEDY_THRESHOLD:
        meta["min_project_score_threshold"] = str(pot.rule_options.get("threshold", 0))
    return meta


def _json(count: Count, lines: Sequence[ResultLine]) -> str:
    """The whole outcome with its steps, and what is needed to judge it."""
    frozen = frozen_rules(count.pot.cycle_id)
    outcome = document(Outcome.from_dict(count.outcome)) | {"code": count.code_version}
    if not gives_ballots(count.ballots):
        # Of a few ballots, whoever tries all there can be finds those with this fingerprint.
        outcome.pop("input_sha256")
    result = {
        "format": "civic-result/1",
        "cycle": count.pot.cycle.code,
        "area": count.pot.area.code,
        "rule": count.rule,
        "code": count.code_version,
        "rules_sha256": frozen.sha256 if frozen else None,
        "winners": [line.project.code for line in lines if line.funded],
        "outcome": None if is_sealed(count.ballots) else outcome,
    }
    return json.dumps(result, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _csv(count: Count, lines: Sequence[ResultLine]) -> str:
    """A table for spreadsheets."""
    reading = Reading(count, lines)
    scale = unit_of(count.pot.rule_options)[1]
    out = StringIO()
    table = csv.writer(out)
    table.writerow(
        ("rank", "project_id", "title", "place", "category", "cost", "votes", "funded", "why")
    )
    for read in reading.rows():
        line = read.line
        row: list[Any] = [
            "" if reading.sealed else line.rank, line.project.code, line.project.title,
            line.project.place, line.project.category,
            plain_amount(line.project.cost, scale),
            "" if reading.sealed else line.votes, int(line.funded), read.why,
        ]  # fmt: skip
        table.writerow([safe_cell(value) for value in row])
    # Spreadsheets know by this mark that the letters are Unicode.
    return "\ufeff" + out.getvalue()


Writer = Callable[[Count, Sequence[ResultLine]], str]
WRITERS: dict[str, tuple[Writer, str]] = {
    "pb": (_pb, "text/plain"),
    "json": (_json, "application/json"),
    "csv": (_csv, "text/csv"),
}
