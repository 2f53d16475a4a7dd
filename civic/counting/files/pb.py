"""Election files in the format of Pabulib: every field kept, and every kind of ballot counted."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil
from typing import TextIO

import numpy as np

from civic.counting.ballots.election import Election, Project, check
from civic.counting.ballots.merging import Merger
from civic.counting.errors import N_, PbError
from civic.counting.files.entries import Entries, Paper, Row, exact
from civic.counting.files.scores import Scores, portions, ways_to_score
from civic.counting.files.votes import strict_entries

# What cities write as the cost of a project that was withdrawn after the vote.
WITHDRAWN = 999_999_999
CENTS = 100
THRESHOLD = "min_project_score_threshold"
DEFAULT_SCORE = "default_score"
STEP = "add1_step"
AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,2})?")
# Where a file says which part of the city a project belongs to, the smallest part first.
AREAS = ("neighborhood", "district", "subunit")


@dataclass(frozen=True)
class Note:
    """Something in a file that is odd but does not hinder a count, and the line of the first."""

    line: int
    field: str
    reason: str
    params: Mapping[str, int | str]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.reason % self.params}"


@dataclass(frozen=True)
class PbFile:
    """The three sections of an election file as they were written, field by field.

    `meta_lines` says where each key stood, `notes` what was odd, and `read` what stands on the
    ballots, for a file that was read; they are not part of the content.
    """

    meta: Mapping[str, str]
    project_fields: Row
    project_rows: tuple[Row, ...]
    vote_fields: Row
    vote_rows: Sequence[Row]
    meta_lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    notes: tuple[Note, ...] = field(default=(), compare=False, repr=False)
    read: Entries | None = field(default=None, compare=False, repr=False)

    @property
    def vote_type(self) -> str:
        """What a ballot holds: approval, choose-1, ordinal, cumulative or scoring."""
        return self.meta["vote_type"]

    @property
    def declared_rule(self) -> str:
        """The rule by which the city says it counted."""
        return self.meta.get("rule", "unknown")

    @property
    def threshold(self) -> int:
        """The least score that the file asks for, nought if it asks for none.

        Where points have decimals it is in the same parts of a point as the scores.
        """
        text = self.meta.get(THRESHOLD, "").strip()
        return ceil(Fraction(text) * self.entries.unit) if text else 0

    @property
    def step(self) -> int | None:
        """What every voter gets more in a step of `add1`, in the smallest unit, if it is here.

        The format has no name for it; files of this platform call it `add1_step`.
        """
        text = self.meta.get(STEP, "").strip()
        return int(Fraction(text) * self.scale) if AMOUNT.fullmatch(text) else None

    @property
    def selected(self) -> frozenset[str] | None:
        """The projects that the city marked as funded, if the file says so."""
        if "selected" not in self.project_fields:
            return None
        marks = zip(self.column("project_id"), self.column("selected"), strict=True)
        return frozenset(id_ for id_, mark in marks if mark not in ("", "0"))

    @cached_property
    def scale(self) -> int:
        """Into how many units the currency is cut: 1 if all money is whole, else 100."""
        amounts = [self.meta["budget"].strip(), *self.column("cost")]
        whole = all(exact(amount).denominator == 1 for amount in amounts)
        return 1 if whole else CENTS

    @cached_property
    def paper(self) -> Paper:
        """How the ballots are written."""
        written = self.meta.get(DEFAULT_SCORE, "").strip() if self.vote_type == "scoring" else ""
        ids = tuple(self.column("project_id"))
        return Paper(ids, self.vote_type, self.vote_fields, Fraction(written or 0))

    @cached_property
    def entries(self) -> Entries:
        """What stands on the ballots."""
        return self.read or strict_entries(self.paper, enumerate(self.vote_rows, start=1))

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """The projects in the order of the file."""
        costs = [exact(cost) for cost in self.column("cost")]
        areas = next((name for name in AREAS if name in self.project_fields), "")
        return tuple(
            Project(id_, int(cost * self.scale), cost == WITHDRAWN, category, area)
            for id_, cost, category, area in zip(
                self.paper.ids, costs, self.column("category"), self.column(areas), strict=True
            )
        )

    def election(self, *, scores: Scores | None = None) -> Election:
        """The election in this file: sets for approval and choose-1, points for all others.

        A ranking is counted by the points that the file itself gives (`scores="points"`, taken
        where there are any) or by how many projects the ballot names after each (`"borda"`).
        """
        scores = self._scores(scores)
        merger = Merger()
        for portion in portions(self.paper, self.entries, scores):
            merger.add(*portion)
        budget = int(exact(self.meta["budget"].strip()) * self.scale)
        check(self.projects, budget)
        starts, choices, points, weights = merger.finish()
        return Election(
            self.projects, budget, merger.voters, starts, choices, weights, self.scale, points
        )

    def ballots(self) -> Iterator[Row]:
        """The ids of the projects on each ballot, in the order in which the ballots stand."""
        ids = np.array(self.paper.ids, dtype=object)[self.entries.choices].tolist()
        for begin, end in pairwise(self.entries.starts.tolist()):
            yield tuple(ids[begin:end])

    def column(self, name: str) -> list[str]:
        """What the projects have in one column, nothing where there is none."""
        if name not in self.project_fields:
            return [""] * len(self.project_rows)
        at = self.project_fields.index(name)
        return [row[at].strip() for row in self.project_rows]

    def _scores(self, asked: Scores | None) -> Scores | None:
        ways = ways_to_score(self.paper)
        if asked is not None and asked not in ways:
            raise PbError(
                N_("Ballots of the type %(type)s in this file cannot be counted by %(scores)s."),
                line=self.meta_lines.get("vote_type", 0),
                field="vote_type",
                type=self.vote_type,
                scores=asked,
            )
        return asked or (ways[0] if ways else None)


def write_pb(file: PbFile, stream: TextIO) -> None:
    """Write an election file that reads back as the same content."""
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    writer.writerow(("META",))
    writer.writerow(("key", "value"))
    writer.writerows(file.meta.items())
    writer.writerow(("PROJECTS",))
    writer.writerow(file.project_fields)
    writer.writerows(file.project_rows)
    writer.writerow(("VOTES",))
    writer.writerow(file.vote_fields)
    writer.writerows(file.vote_rows)
