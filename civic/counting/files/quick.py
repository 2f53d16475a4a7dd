"""The ballots of an election file column by column, for files without anything unusual in them.

Whatever this reader does not expect it leaves to the strict one, which knows the line and the
reason. So it reads a file exactly as the strict reader would, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from civic.counting.ballots.packing import Ints, Narrow, Words, narrow, ordered
from civic.counting.files.block import Block, Unusual, text_of, words_of
from civic.counting.files.entries import Entries, Paper, entries_of, fault_in_points
from civic.counting.files.sections import SECTIONS

# So many bytes are taken at once: what is made of them fits into the cache of a processor.
BLOCK = 1 << 18
LONGEST_ID = 64
# The slots grow with the square of the projects.
MOST_PROJECTS = 2_000
BLANK, NOT_ASCII = 32, 128
# A row that begins like this may be no ballot.
SECTION_WORDS = words_of([name.encode() for name in SECTIONS])[0]


def quick_entries(paper: Paper, rows: bytes, heard: Callable[[int], None]) -> Entries:
    """Read the ballots of all rows, which end with a newline each; raises `Unusual`."""
    if b'"' in rows or b"\r" in rows or b"\0" in rows:
        raise Unusual
    ids, voters, points = _Ids(paper.ids), _Voters(), _Points(paper)
    counts: list[Ints] = []
    choices: list[Narrow] = []
    done = 0
    for part in _blocks(rows):
        block = Block(part, len(paper.fields))
        voters.take(block)
        named, items = block.items(paper.vote)
        counts.append(named)
        choices.append(ids.places(block.words(items)))
        points.take(block, named)
        done += len(named)
        heard(done)
    voters.check_all_differ()
    starts = np.append(0, np.cumsum(np.concatenate(counts)))
    entries = entries_of(paper, starts, np.concatenate(choices), points.taken())
    if paper.vote_type == "choose-1" and (np.diff(entries.starts) > 1).any():
        raise Unusual
    return entries


def _blocks(rows: bytes) -> Iterator[bytes]:
    """Some whole rows at a time."""
    begin = 0
    while begin < len(rows):
        end = rows.find(b"\n", begin + BLOCK) + 1 or len(rows)
        part = rows[begin:end]
        if not part.isascii():
            # Only to be sure that it is UTF-8: ids are compared byte by byte.
            part.decode()
        yield part
        begin = end


class _Ids:
    """Finds the places of projects by their ids, exactly and many at once.

    A multiplication sends each id to a slot of its own; whether a text that comes to the slot
    is the id of the slot is then looked at letter by letter.
    """

    def __init__(self, ids: tuple[str, ...]) -> None:
        texts = [id_.encode() for id_ in ids]
        longest = max(map(len, texts), default=0)
        if not 0 < longest <= LONGEST_ID or len(ids) > MOST_PROJECTS or b"\0" in b"".join(texts):
            raise Unusual
        self._words = words_of(texts)
        self._shift = np.uint64(64 - 2 * len(ids).bit_length())
        places = narrow(np.arange(len(ids)))
        for factors in _factors(len(self._words)):
            self._factors = factors
            slots = self._slots(self._words)
            if len(np.unique(slots)) == len(ids):
                break
        self._places = np.zeros(1 << 2 * len(ids).bit_length(), places.dtype)
        self._places[slots] = places

    def places(self, words: list[Words]) -> Narrow:
        """The places of the projects with these ids; one that nobody knows is unusual."""
        if len(words) > len(self._words):
            raise Unusual
        words = words + [np.zeros_like(words[0])] * (len(self._words) - len(words))
        places = self._places[self._slots(words)]
        if any((id_[places] != word).any() for id_, word in zip(self._words, words, strict=True)):
            raise Unusual
        return places

    def _slots(self, words: list[Words]) -> Words:
        mixed = words[0] * self._factors[0]
        for word, factor in zip(words[1:], self._factors[1:], strict=True):
            mixed += word * factor
        return mixed >> self._shift


def _factors(count: int) -> Iterator[Words]:
    """Endless rows of odd numbers, the same in every run."""
    draw = np.random.default_rng(0)
    while True:
        yield draw.integers(1 << 63, size=count, dtype=np.uint64) << np.uint64(1) | np.uint64(1)


class _Voters:
    """Collects the ids of voters, which have to be there and to differ."""

    def __init__(self) -> None:
        self._words: list[list[Words]] = []

    def take(self, block: Block) -> None:
        """Look at the ids of some rows."""
        ids = block.first_fields()
        lengths = ids.ends - ids.begins
        if not 0 < lengths.min() <= lengths.max() <= LONGEST_ID:
            raise Unusual
        for letters in (block.text[ids.begins], block.text[ids.ends - 1]):
            # Blanks around an id do not belong to it, and there are many kinds of blanks.
            if letters.min() <= BLANK or letters.max() >= NOT_ASCII:
                raise Unusual
        words = block.words(ids)
        if np.isin(words[0], SECTION_WORDS).any():
            raise Unusual
        self._words.append(words)

    def check_all_differ(self) -> None:
        """Two voters with one id are unusual."""
        most = max(map(len, self._words))
        columns = [
            np.concatenate([w[at] if at < len(w) else np.zeros_like(w[0]) for w in self._words])
            for at in range(most)
        ]
        if len(ordered(columns)[1]) < len(columns[0]):
            raise Unusual


class _Points:
    """Collects the points, as different numbers and which of them stands where."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._numbers: list[Fraction] = []
        self._which: list[Narrow] = []

    def take(self, block: Block, named: Ints) -> None:
        """Read the points of some rows that name so many projects each."""
        if self._paper.points is None:
            return
        counts, items = block.items(self._paper.points)
        words = block.words(items)
        if (counts != named).any() or len(words) > 1:
            raise Unusual
        different = np.unique(words[0])
        texts = [text_of(word).strip() for word in different.tolist()]
        if any(fault_in_points(text, self._paper.vote_type) for text in texts):
            raise Unusual
        which = np.searchsorted(different, words[0]) + len(self._numbers)
        self._which.append(narrow(which))
        self._numbers.extend(map(Fraction, texts))

    def taken(self) -> tuple[list[Fraction], Narrow]:
        """All numbers, and which of them stands where."""
        return self._numbers, np.concatenate([*self._which, np.empty(0, np.uint8)])
