"""A cycle to take along: every public file of it in one folder, nothing about persons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flask_babel import force_locale

from civic.areas.names import area_name
from civic.audit.queries import check_chain
from civic.cycles.models import Cycle
from civic.cycles.queries import cycle_by_code, frozen_rules
from civic.cycles.rules import instant
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import LANGUAGES, N_, _, digits, language, number
from civic.results import files, queries
from civic.results.models import Count
from civic.results.reading import file_stem
from civic.results.rules import gives_ballots, is_sealed, without_few

Files = dict[str, str]


def export_cycle(code: str, folder: Path) -> list[Path]:
    """Write the public files of a cycle into a folder and return them in the order written.

    Raises `NotHere` for an unknown cycle and `RuleBroken` for one whose results are not all
    published; then nothing is written.
    """
    made = public_files(published_cycle(code))
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in made.items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def published_cycle(code: str) -> Cycle:
    """The cycle of this code, if all that was voted about in it is published."""
    cycle = cycle_by_code(code)
    if cycle is None:
        raise NotHere(N_("There is no such cycle."))
    states = queries.publications_of(cycle)
    if not states or not all(states):
        raise RuleBroken(
            N_("The results of cycle %(code)s are not published, so there is nothing to export."),
            code=code,
        )
    return cycle


def public_files(cycle: Cycle) -> Files:
    """The files of a cycle by name; the last one holds the fingerprints of all others."""
    counts = queries.counts_of(cycle)
    made: Files = {"config.json": _config(cycle)}
    for count in counts:
        made.update(_results(count))
    made["participation.json"] = _participation(cycle, counts)
    made["audit.json"] = _audit()
    for tag in LANGUAGES:
        with force_locale(tag):
            made[f"README.{tag}.md"] = _readme(cycle, counts)
    made["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in made.items()
    )
    return made


def _config(cycle: Cycle) -> str:
    frozen = frozen_rules(cycle.id)
    if frozen is None:
        raise RuleBroken(N_("The rules of cycle %(code)s were never frozen."), code=cycle.code)
    return _json({
        "format": "civic-config/1",
        "cycle": cycle.code,
        "title": cycle.title,
        "frozen_at": instant(frozen.frozen_at),
        "sha256": frozen.sha256,
        "rules": json.loads(frozen.document),
    })  # fmt: skip


def _results(count: Count) -> Iterator[tuple[str, str]]:
    lines, stem = queries.lines_of(count), file_stem(count.pot)
    for kind in files.WRITERS:
        if kind != "pb" or gives_ballots(count.ballots):
            yield f"{stem}.{kind}", files.written(count, lines, kind)[0]


def _participation(cycle: Cycle, counts: Sequence[Count]) -> str:
    homes = queries.homes_of_voters([count.pot_id for count in counts])
    pots = [
        {
            "area": count.pot.area.code,
            "ballots": None if is_sealed(count.ballots) else count.ballots,
            "took_part": without_few(homes.get(count.pot_id, {})),
        }
        for count in counts
    ]
    return _json({"format": "civic-participation/1", "cycle": cycle.code, "pots": pots})


def _audit() -> str:
    verdict = check_chain()
    return _json({
        "format": "civic-audit-head/1",
        "entries": verdict.entries,
        "head": verdict.head,
        "whole": verdict.whole,
        "broken_at": verdict.broken_at,
    })  # fmt: skip


def _json(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


# ── what a reader finds in the folder ─────────────────────────────────────────────────────────


def _readme(cycle: Cycle, counts: Sequence[Count]) -> str:
    title = cycle.title if language() == "fa" else cycle.title_en or cycle.title
    parts = [
        f"# {title}",
        _(
            "These are the public files of cycle %(code)s. They hold no names, no accounts and no"
            " times of ballots.", code=digits(cycle.code),
        ),
        "## " + _("The files"),
        "\n".join(f"- `{name}`: {meaning}" for name, meaning in _meanings()),
        "## " + _("The results"),
        "\n".join(map(_entry, counts)),
        "## " + _("Counting again"),
        _(
            "Every result page names the command that counts a file again. For the fingerprints"
            " of all files run:"
        ),
        "```\nsha256sum --check SHA256SUMS\n```",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _meanings() -> list[tuple[str, str]]:
    return [
        ("config.json", _(
            "The rules as they were frozen when voting opened, with their hash: SHA-256 of the"
            " part “rules” as JSON with sorted keys and without spaces."
        )),
        ("*.pb", _(
            "The projects and every ballot in the Pabulib form, sorted by content. It is missing"
            " where so few voted that a ballot could be guessed."
        )),
        ("*.json", _("The whole outcome of the count with each of its steps.")),
        ("*.csv", _("A table for spreadsheets: each project, its votes, and why it won or not.")),
        ("participation.json", _(
            "For each result, how many people took part, by the neighbourhood they declared."
            " Numbers below 10 are left empty, and one more where it would give them away."
        )),
        ("audit.json", _(
            "How many entries the log of staff acts had when these files were made, and the hash"
            " of the last one. Whoever keeps it can tell later whether the log was changed."
        )),
    ]  # fmt: skip


def _entry(count: Count) -> str:
    area, stem = area_name(count.pot.area), file_stem(count.pot)
    if is_sealed(count.ballots):
        return f"- `{stem}`: " + _("%(area)s, fewer than 10 ballots", area=area)
    ballots = _("%(area)s, %(n)s ballots", area=area, n=number(count.ballots))
    return f"- `{stem}`: {ballots}"
