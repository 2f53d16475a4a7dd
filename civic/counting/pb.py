"""Election files in the format of Pabulib: every field kept, and counted only if it can be."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import TextIO

from civic.counting.election import Election, Project
from civic.counting.errors import N_, PbError

COUNTABLE = ("approval", "choose-1")
# What cities write as the cost of a project that was withdrawn after the vote.
WITHDRAWN = 999_999_999
CENTS = 100
THRESHOLD = "min_project_score_threshold"

Row = tuple[str, ...]


@dataclass(frozen=True)
class PbFile:
    """The three sections of an election file as they were written, field by field.

    `meta_lines` says where each key stood, for a file that was read; it is not part of the content.
    """

    meta: Mapping[str, str]
    project_fields: Row
    project_rows: tuple[Row, ...]
    vote_fields: Row
    vote_rows: tuple[Row, ...]
    meta_lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

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
        """The least number of votes that the file asks for, nought if it asks for none."""
        text = self.meta.get(THRESHOLD, "").strip()
        return ceil(Fraction(text)) if text else 0

    @property
    def selected(self) -> frozenset[str] | None:
        """The projects that the city marked as funded, if the file says so."""
        if "selected" not in self.project_fields:
            return None
        at = self.project_fields.index("selected")
        ids = self._column("project_id")
        return frozenset(
            id_
            for id_, row in zip(ids, self.project_rows, strict=True)
            if row[at].strip() not in ("", "0")
        )

    @cached_property
    def scale(self) -> int:
        """Into how many units the currency is cut: 1 if all money is whole, else 100."""
        amounts = [self.meta["budget"], *self._column("cost")]
        whole = all(Fraction(amount.strip()).denominator == 1 for amount in amounts)
        return 1 if whole else CENTS

    def election(self) -> Election:
        """The election in this file, if its ballots are of a kind that is counted here."""
        if self.vote_type not in COUNTABLE:
            raise PbError(
                N_("Ballots of the type %(type)s cannot be counted; approval and choose-1 can."),
                line=self.meta_lines.get("vote_type", 0),
                field="vote_type",
                type=self.vote_type,
            )
        projects = [
            Project(id_, int(Fraction(cost.strip()) * self.scale), Fraction(cost) == WITHDRAWN)
            for id_, cost in zip(self._column("project_id"), self._column("cost"), strict=True)
        ]
        budget = int(Fraction(self.meta["budget"].strip()) * self.scale)
        return Election.of(projects, budget, self.ballots(), scale=self.scale)

    def ballots(self) -> Iterator[Row]:
        """The project ids on each ballot, in the order of the file."""
        at = self.vote_fields.index("vote")
        # Most ballots of a large election have been written by somebody else before.
        seen: dict[str, Row] = {}
        for row in self.vote_rows:
            written = row[at]
            if written not in seen:
                seen[written] = split_list(written)
            yield seen[written]

    def _column(self, name: str) -> list[str]:
        at = self.project_fields.index(name)
        return [row[at] for row in self.project_rows]


def split_list(written: str) -> Row:
    """Take a list apart that stands in one field."""
    return tuple(item.strip() for item in written.split(",")) if written.strip() else ()


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
