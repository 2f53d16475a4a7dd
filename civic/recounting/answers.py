"""What `civic recount` prints: ids for a program, a table for a person, or the whole as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from civic.counting import Outcome, count, read_pb
from civic.counting.document import document, text
from civic.counting.files.scores import Scores
from civic.counting.questions.margins import Margins, explained
from civic.counting.questions.whatif import Comparison, side_by_side
from civic.recounting import report
from civic.recounting.options import Wanted
from civic.recounting.progress import Progress


def answer(path: Path, wanted: Wanted, width: int | None) -> Iterator[str]:
    """Count, and print in parts; `width` is that of the terminal, None for a file or a pipe.

    What is odd about the file but does not hinder a count is said beside the answer.
    Raises `CountingError` before anything is printed.
    """
    file = read_pb(path)
    for note in file.notes:
        sys.stderr.write(f"civic: {path.name}: {note}\n")
    election = file.election(scores=cast("Scores | None", wanted.scores))
    with Progress(sys.stderr) as progress:
        outcome = count(election, **wanted.options(file, election), progress=progress)
        beside = None
        if wanted.compare:
            other = count(election, **wanted.other_options(file, election), progress=progress)
            beside = side_by_side(election, outcome, other)
        changes = None
        if wanted.explain:
            told = explained(election, outcome, kernel=wanted.kernel, progress=progress)
            changes = dict(told)
    if wanted.as_json:
        yield text(_whole(outcome, beside, wanted.compare, changes))
        return
    yield report.winners(outcome) if width is None else report.table(outcome, width)
    if changes is not None:
        yield from report.sentences(outcome, changes, wanted.language)
    if beside is not None:
        yield report.beside(beside, wanted.compare, outcome.scale)


def _whole(
    outcome: Outcome,
    beside: Comparison | None,
    compare: str,
    changes: Mapping[str, Margins] | None,
) -> dict[str, Any]:
    whole = document(outcome)
    if beside is not None:
        whole["compared"] = {"with": compare, **beside.as_dict()}
    if changes is not None:
        for project in whole["projects"]:
            change = changes.get(project["id"])
            project["change"] = change and {
                "sentence": report.said(change, outcome.scale, "en"),
                **change.as_dict(),
            }
    return whole
