"""The public book in the folder of a cycle: what was written, what was signed, what was opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from civic.ballots.queries import envelopes
from civic.cycles.models import Cycle
from civic.kernel.canonical import canonical
from civic.kernel.errors import RuleBroken
from civic.kernel.i18n import N_
from civic.ledger import queries as ledger
from civic.ledger.models import Book, Head
from civic.results.models import Count
from civic.results.rules import gives_ballots

Part = tuple[str, Iterable[str]]


def book_files(cycle: Cycle, counts: Sequence[Count], winners: dict[Any, list[str]]) -> list[Part]:
    """The files by name, each as a stream of text; none for a cycle that has no book.

    `winners` are the codes of the funded projects by pot, in the order funded. Raises
    `RuleBroken` while the book is not signed to its end: nobody could check it.
    """
    book = ledger.book(cycle.id)
    if book is None:
        return []
    head = ledger.last_head(book.id)
    if head is None or not book.finished or head.size < ledger.size_of(book.id):
        raise RuleBroken(
            N_("The public book of cycle %(code)s is not signed to its end yet; try again soon."),
            code=cycle.code,
        )
    return [
        ("log.ndjson", (f"{line}\n" for line in ledger.all_lines(book.id, head.size))),
        ("heads.txt", _heads(book)),
        ("key.txt", [_key(book)]),
        ("openings.ndjson", _openings(counts)),
        ("result.json", [_result(cycle, book, head, counts, winners)]),
    ]


def _heads(book: Book) -> Iterator[str]:
    notes = ledger.heads_after(book.id, -1, limit=None)
    yield "\n".join(notes)


def _key(book: Book) -> str:
    """The key of the heads as line 0 of the book names it; not as anybody says today."""
    first = json.loads(ledger.lines(book.id, 0, 1)[0])
    return str(first["keys"]["heads"]) + "\n"


def _openings(counts: Sequence[Count]) -> Iterator[str]:
    areas = {c.pot_id: c.pot.area.code for c in counts if gives_ballots(c.ballots)}
    for held, pot_id, nonce, choices in envelopes(list(areas)):
        opened = {"c": held.hex(), "d": areas[pot_id], "p": choices, "x": nonce.hex()}
        yield canonical(opened) + "\n"


def _result(
    cycle: Cycle, book: Book, head: Head, counts: Sequence[Count], winners: dict[Any, list[str]]
) -> str:
    pots = [
        {
            "area": count.pot.area.code,
            "rule": count.pot.rule.value,
            "ballots": count.ballots,
            "sealed": not gives_ballots(count.ballots),
            "winners": winners[count.pot_id],
        }
        for count in counts
    ]
    said = {"origin": book.origin, "size": head.size, "root": head.root.hex()}
    result = {"format": "civic-results/1", "cycle": cycle.code, "book": said, "pots": pots}
    return json.dumps(result, ensure_ascii=False, indent=1) + "\n"
