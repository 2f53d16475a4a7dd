"""In which order what waits becomes lines, and how a line is spelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from civic.kernel.canonical import canonical
from civic.ledger.kinds import SHUFFLED, LineKind


class Item(NamedTuple):
    """Something that waits to become a line."""

    id: UUID
    kind: LineKind
    body: Mapping[str, Any]
    mark: bytes | None
    names: bytes | None


class Line(NamedTuple):
    """A line as it will stand: its number, its text, and what it names."""

    item: Item
    seq: int
    names_seq: int | None
    text: str


def arranged(items: Sequence[Item], chance: Random) -> list[Item]:
    """The order in which items become lines.

    What opens a book comes first and what closes a box last. Acts keep their own order. Envelopes
    that came together are shuffled, since their order would say who came when; but one that names
    another comes after it.
    """
    first = [item for item in items if item.kind is LineKind.CONFIG]
    last = [item for item in items if item.kind is LineKind.CLOSE]
    acts = [item for item in items if item.kind not in {LineKind.CONFIG, LineKind.CLOSE, *SHUFFLED}]
    envelopes = sorted((i for i in items if i.kind in SHUFFLED), key=lambda item: item.id.bytes)
    chance.shuffle(envelopes)
    acts.sort(key=lambda item: (item.body.get("a", 0), item.id.bytes))
    return [*first, *acts, *_after_what_they_name(envelopes), *last]


def _after_what_they_name(items: Sequence[Item]) -> Iterable[Item]:
    by_mark = {item.mark: item for item in items if item.mark is not None}
    done: set[UUID] = set()
    for item in items:
        chain = []
        at: Item | None = item
        while at is not None and at.id not in done:
            done.add(at.id)
            chain.append(at)
            at = by_mark.get(at.names) if at.names is not None else None
        yield from reversed(chain)


def as_lines(items: Sequence[Item], *, start: int, known: Mapping[bytes, int]) -> list[Line]:
    """The lines from number `start` on; `known` are the lines of earlier marks.

    What names a mark that has no line yet is left out, and waits on.
    """
    numbers = dict(known)
    lines: list[Line] = []
    for item in items:
        if item.names is not None and item.names not in numbers:
            continue
        seq = start + len(lines)
        names_seq = numbers[item.names] if item.names is not None else None
        if item.mark is not None:
            numbers[item.mark] = seq
        lines.append(Line(item, seq, names_seq, _spelled(item, seq, names_seq)))
    return lines


def _spelled(item: Item, seq: int, names_seq: int | None) -> str:
    said = {**item.body, "n": seq, "t": item.kind.value}
    if item.kind in SHUFFLED:
        said["r"] = names_seq
    if item.kind in SHUFFLED and item.mark is not None:
        said["c"] = item.mark.hex()
    return canonical(said)
