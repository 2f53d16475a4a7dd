"""A cycle to take along: every public file of it in one folder, nothing about persons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask_babel import force_locale

from civic.areas.names import area_name
from civic.audit.queries import check_chain
from civic.ballots import queries as ballots
from civic.cycles.models import Cycle
from civic.cycles.queries import cycle_by_code, frozen_rules
from civic.cycles.rules import instant
from civic.kernel.db import reading
from civic.kernel.errors import NotHere, RuleBroken
from civic.kernel.i18n import LANGUAGES, N_, _, digits, language, number
from civic.ledger import queries as ledger
from civic.results import files, queries
from civic.results.book_files import Part, book_files
from civic.results.models import Count, ResultLine
from civic.results.reading import file_stem
from civic.results.rules import gives_ballots, is_sealed, without_few


def export_cycle(code: str, folder: Path) -> list[Path]:
    """Write the public files of a cycle into a folder and return them in the order written.

    Raises `NotHere` for an unknown cycle and `RuleBroken` for one whose results are not all
    published; then nothing is written.
    """
    paths, sums = [], []
    with reading():  # elsewhere people may vote
        parts = public_files(published_cycle(code))
        folder.mkdir(parents=True, exist_ok=True)
        for name, chunks in parts:
            paths.append(folder / name)
            sums.append(f"{_write(folder / name, chunks)}  {name}\n")
    paths.append(folder / "SHA256SUMS")
    _write(paths[-1], sums)
    return paths


def _write(path: Path, chunks: Iterable[str]) -> str:
    """Write a file as its text comes, and say its fingerprint."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            said = chunk.encode()
            digest.update(said)
            file.write(said)
    return digest.hexdigest()


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


def public_files(cycle: Cycle) -> list[Part]:
    """The files of a cycle by name, each as a stream of text.

    Raises `RuleBroken` where one of them cannot be made; then none is written.
    """
    counts = queries.counts_of(cycle)
    parts: list[Part] = [("config.json", [_config(cycle)])]
    winners = {}
    for count in counts:
        lines = queries.lines_of(count)
        winners[count.pot_id] = [line.project.code for line in lines if line.funded]
        parts += _results(count, lines)
    parts += book_files(cycle, counts, winners)
    parts += [("participation.json", [_participation(cycle, counts)]), ("audit.json", [_audit()])]
    for tag in LANGUAGES:
        with force_locale(tag):
            parts.append((f"README.{tag}.md", [_readme(cycle, counts)]))
    return parts


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


def _results(count: Count, lines: Sequence[ResultLine]) -> Iterator[Part]:
    for kind in files.WRITERS:
        if kind != "pb" or gives_ballots(count.ballots):
            yield f"{file_stem(count.pot)}.{kind}", [files.written(count, lines, kind)[0]]


def _participation(cycle: Cycle, counts: Sequence[Count]) -> str:
    has_book = ledger.book(cycle.id) is not None
    homes = queries.homes_of_voters([count.pot_id for count in counts])
    pots = [
        {
            "area": count.pot.area.code,
            "ballots": None if is_sealed(count.ballots) else count.ballots,
            # The lines of the book tell this number anyway, and it is held against them.
            "marked": ballots.marked(count.pot_id) if has_book else None,
            "papers": ballots.papers_given(count.pot_id) if has_book else None,
            "took_part": without_few(homes.get(count.pot_id, {})),
        }
        for count in counts
    ]
    return _json({"format": "civic-participation/2", "cycle": cycle.code, "pots": pots})


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
            " of all files, and for everything that can be checked of the vote, run:"
        ),
        "```\nsha256sum --check SHA256SUMS\npython3 civic_verify.py log .\n"
        "python3 civic_verify.py recount .\n```",
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
        ("log.ndjson", _(
            "The public book of the votes, one line for each envelope; heads.txt holds what the"
            " signer signed of it, and key.txt the signer's key."
        )),
        ("openings.ndjson", _(
            "What is in the envelopes that stand, without names. It is left out where so few voted"
            " that a ballot could be guessed."
        )),
        ("result.json", _("The winners of all areas, and the head of the book that was counted.")),
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
