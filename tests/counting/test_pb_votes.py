"""Every kind of ballot becomes what is counted: sets, points or ranks."""

from __future__ import annotations

import io
import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from civic.counting import CountingError, PbError, PbFile, read_pb
from civic.counting.files import scores as pb_scores
from civic.counting.files.reader import read_strictly

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared/data")) / "pabulib"
real = pytest.mark.skipif(
    not DATA.exists(), reason="allowed: the real elections are not part of the code"
)

TEXT = """\
META
key;value
vote_type;{vote_type}
num_projects;3
num_votes;{votes}
budget;100
{meta}PROJECTS
project_id;cost
A;10
B;20
C;30
VOTES
voter_id;vote;{columns}
{rows}
"""


def pb(vote_type, *rows, columns="points", meta=""):
    numbered = "\n".join(f"v{number};{row}" for number, row in enumerate(rows))
    text = TEXT.format(
        vote_type=vote_type, votes=len(rows), meta=meta, columns=columns, rows=numbered
    )
    return read_pb(io.StringIO(text))


def points_of(election):
    """Each distinct ballot as places with points, and how often it was cast."""
    ballots = []
    for at, (begin, end) in enumerate(pairwise(election.starts.tolist())):
        places = election.choices[begin:end].tolist()
        points = election.points[begin:end].tolist()
        ballots.append((dict(zip(places, points, strict=True)), int(election.weights[at])))
    return ballots


class TestSets:
    def test_points_beside_an_approval_are_not_counted(self):
        election = pb("approval", "B,A;1,many").election()

        assert election.points is None
        assert election.votes == (1, 1, 0)

    def test_sets_cannot_be_ranked(self):
        with pytest.raises(PbError, match="approval in this file cannot be counted by borda"):
            pb("approval", "A;").election(scores="borda")

    def test_ballots_come_as_the_ids_that_they_name(self):
        file = pb("approval", "C,A,C;", ";", "B;")

        assert list(file.ballots()) == [("A", "C"), (), ("B",)]


class TestPoints:
    @pytest.mark.parametrize("vote_type", ["cumulative", "scoring"])
    def test_points_are_kept_and_same_ballots_merged(self, vote_type):
        election = pb(vote_type, "A,C;2,1", "C,A;1,2", "A,C;1,2", "B;0", ";").election()

        assert points_of(election) == [({0: 1, 2: 2}, 1), ({0: 2, 2: 1}, 2)]
        assert (election.voters, election.votes, election.scores) == (5, (3, 0, 3), (5, 0, 4))

    def test_points_below_nought_are_kept_for_the_sums(self):
        election = pb("scoring", "A,B;-2,1", "A;5").election()

        assert (election.votes, election.scores) == ((1, 1, 0), (3, 1, 0))

    def test_a_project_that_is_not_named_gets_the_default(self):
        file = pb("scoring", "A,B;0,2", "C,A;5,1.5", meta="default_score;0.5\n")

        assert points_of(file.election()) == [({0: 15, 1: 5, 2: 50}, 1), ({1: 20, 2: 5}, 1)][::-1]

    def test_filled_ballots_are_merged_few_at_a_time(self, monkeypatch):
        monkeypatch.setattr(pb_scores, "ENTRIES", 2)
        rows = ["A;2", "B;1", "A;2"]

        election = pb("scoring", *rows, meta="default_score;1\n").election()

        assert points_of(election) == [({0: 1, 1: 1, 2: 1}, 1), ({0: 2, 1: 1, 2: 1}, 2)]

    def test_a_default_is_nothing_to_other_ballots(self):
        election = pb("cumulative", "A;2", meta="default_score;3\n").election()

        assert points_of(election) == [({0: 2}, 1)]

    @pytest.mark.parametrize(
        ("points", "unit", "whole"),
        [("2.0,1", 1, (2, 1)), ("2.5,1", 10, (25, 10)), ("2.5,0.25", 100, (250, 25))],
    )
    def test_decimals_become_whole_parts_of_a_point(self, points, unit, whole):
        file = pb("cumulative", f"A,B;{points}", meta="min_project_score_threshold;2\n")

        assert (file.entries.unit, file.threshold) == (unit, 2 * unit)
        assert file.election().scores[:2] == whole

    def test_the_first_of_two_entries_for_a_project_counts(self):
        assert points_of(pb("cumulative", "A,B,A;3,2,1").election()) == [({0: 3, 1: 2}, 1)]

    def test_many_ballots_are_merged_in_portions(self, monkeypatch):
        monkeypatch.setattr(pb_scores, "PORTION", 2)
        rows = ["A,B;2,1", "B;3", "A,B;2,1", ";", "A,B;2,1"]

        assert points_of(pb("cumulative", *rows).election()) == [({1: 3}, 1), ({0: 2, 1: 1}, 3)]

    def test_nobody_voted(self):
        election = pb("cumulative").election()

        assert (election.voters, election.scores) == (0, (0, 0, 0))


class TestRankings:
    def test_the_points_of_the_file_come_first(self):
        file = pb("ordinal", "C,A,B;3,2,1")

        assert file.election().scores == file.election(scores="points").scores == (2, 1, 3)

    def test_borda_counts_the_projects_named_after_each(self):
        file = pb("ordinal", "C,A,B;9,8,7", "B;9")

        assert points_of(file.election(scores="borda")) == [({0: 1, 2: 2}, 1)]

    def test_borda_is_taken_where_the_file_has_no_points(self):
        file = pb("ordinal", "C,A,B;40", "C,B;", columns="age")

        assert file.election().scores == file.election(scores="borda").scores == (1, 0, 3)
        with pytest.raises(CountingError, match="ordinal in this file cannot be counted by points"):
            file.election(scores="points")

    def test_a_project_named_again_is_not_ranked_again(self):
        assert pb("ordinal", "A,A,B;", columns="age").election().scores == (1, 0, 0)


FAULTS = [
    ("cumulative", "A,B;2", "names 2 projects, but gives points 1 times", "too few"),
    ("cumulative", "A;2,1", "names 1 projects, but gives points 2 times", "too many"),
    ("ordinal", "A,B;", "names 2 projects, but gives points 0 times", "none"),
    ("cumulative", "A,B;2,many", "many is not a number of points", "words"),
    ("cumulative", "A,B;2,", "– is not a number of points", "empty"),
    ("cumulative", "A;1e3", "1e3 is not a number of points", "exponent"),
    ("cumulative", "A;" + "9" * 400, "is not a number of points", "endless"),
    ("cumulative", "A;0.125", "two decimal places", "too fine"),
    ("cumulative", "A;-1", "Only ballots of the type scoring", "below nought"),
    ("ordinal", "A;-1", "Only ballots of the type scoring", "rank below nought"),
]  # fmt: skip


class TestFaults:
    @pytest.mark.parametrize(
        ("vote_type", "row", "complaint"),
        [pytest.param(*fault[:3], id=fault[3]) for fault in FAULTS],
    )
    def test_a_fault_in_the_points_is_named_with_its_place(self, vote_type, row, complaint):
        with pytest.raises(PbError, match=complaint) as refused:
            pb(vote_type, "A;2", row)

        assert (refused.value.line, refused.value.field) == (15, "points")

    @pytest.mark.parametrize(
        ("vote_type", "columns", "row"),
        [
            ("cumulative", "age", "A;1"),
            ("scoring", "age", "A;1"),
            ("ordinal", "points;points", "A;1;1"),
        ],
    )
    def test_the_column_of_points_must_be_there_once(self, vote_type, columns, row):
        with pytest.raises(PbError, match="Column points must be there once") as refused:
            pb(vote_type, row, columns=columns)

        assert (refused.value.line, refused.value.field) == (13, "points")

    @pytest.mark.parametrize("default", ["ten", "0.001"])
    def test_the_default_must_be_a_number_of_points(self, default):
        with pytest.raises(PbError) as refused:
            pb("scoring", "A;1", meta=f"default_score;{default}\n")

        assert (refused.value.line, refused.value.field) == (7, "default_score")


@pytest.mark.parametrize("vote_type", ["approval", "scoring"])
def test_a_file_without_projects_has_no_scores(vote_type):
    text = TEXT.format(
        vote_type=vote_type, votes=1, meta="default_score;1\n", columns="points", rows="v1;;"
    )
    text = text.replace("num_projects;3", "num_projects;0").replace("A;10\nB;20\nC;30\n", "")

    election = read_pb(io.StringIO(text.replace(";cost", ";cost;votes;score"))).election()

    assert (election.voters, election.scores, len(election.weights)) == (1, (), 0)


def test_a_file_made_by_hand_is_counted():
    file = PbFile(
        meta={"vote_type": "cumulative", "budget": "30"},
        project_fields=("project_id", "cost", "category", "district"),
        project_rows=(("A", "10", "parks", "north"), ("B", "20.50", "", "")),
        vote_fields=("voter_id", "vote", "points"),
        vote_rows=(("1", "B,A", "2,1"), ("2", "A", "3")),
    )

    election = file.election()

    assert (election.budget, election.scale, election.scores) == (3000, 100, (4, 2))
    assert (election.projects[0].category, election.projects[0].area) == ("parks", "north")


def test_a_long_file_read_strictly_tells_how_far_it_is():
    rows = "\n".join(f'v{number};"A";1' for number in range(12_000))
    text = TEXT.format(vote_type="cumulative", votes=12_000, meta="", columns="points", rows=rows)
    heard = []

    read_strictly(text.encode(), lambda done, of: heard.append((done, of)))

    assert heard == [(5000, 12000), (10000, 12000), (12000, 12000)]


@real
@pytest.mark.parametrize(
    "name",
    [
        "France_Toulouse_2019.pb", "Poland_Czestochowa_2025.pb", "Poland_Katowice_2023.pb",
        "Poland_Krakow_2021.pb", "Switzerland_Zurich_D10.pb", "Poland_Czestochowa_2024_Bleszno.pb",
    ],
)  # fmt: skip
def test_scores_and_votes_are_those_that_the_city_printed(name):
    file = read_pb(DATA / name)
    election = file.election()

    assert [str(score) for score in election.scores] == file.column("score")
    assert [str(votes) for votes in election.votes] == file.column("votes")
    assert file.notes == ()


@real
def test_borda_of_a_real_ranking_counts_those_named_after():
    file = read_pb(DATA / "Switzerland_Zurich_S5R.pb")
    counted = dict.fromkeys(file.column("project_id"), 0)
    for ballot in file.ballots():
        for position, id_ in enumerate(ballot):
            counted[id_] += len(ballot) - position - 1

    assert list(file.election().scores) == list(counted.values())
    # The city gave one point more to each project that a ballot names.
    assert [Fraction(text) for text in file.column("score")] == [
        score + votes
        for score, votes in zip(counted.values(), map(int, file.column("votes")), strict=True)
    ]


@real
def test_what_was_read_weighs_little():
    entries = read_pb(DATA / "Poland_Lodz_2022.pb").entries

    assert entries.choices.dtype == np.uint8
