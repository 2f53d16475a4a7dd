"""A file that breaks its own limits is counted as it is, and says so."""

from __future__ import annotations

import io

import pytest

from civic.counting import read_pb

TEXT = """\
META
key;value
vote_type;{vote_type}
num_projects;3
num_votes;{votes}
budget;1000.50
{meta}PROJECTS
project_id;cost;votes;score
A;10.50;{votes_of_a};{score_of_a}
B;20;;
C;999999999;;
VOTES
voter_id;vote;points
{rows}
"""


def notes(vote_type, *rows, meta="", votes_of_a="", score_of_a=""):
    text = TEXT.format(
        vote_type=vote_type,
        votes=len(rows),
        meta=meta and meta + "\n",
        votes_of_a=votes_of_a,
        score_of_a=score_of_a,
        rows="\n".join(f"v{number};{row}" for number, row in enumerate(rows)),
    )
    return read_pb(io.StringIO(text)).notes


SETS = ("A,B;", "A;", ";", "A,C;")
POINTS = ("A,B;5,2.5", "B;1", ";", "A;4")

# vote type, ballots, the limit, the line of the first ballot that breaks it, and how many do.
LIMITS = [
    ("approval", SETS, "min_length;1", 17, 1),
    ("approval", SETS, "max_length;1", 15, 2),
    ("approval", SETS, "max_length;0.5", 15, 3),
    ("approval", SETS, "max_sum_cost;30.49", 15, 1),
    ("approval", SETS, "max_sum_cost;10", 15, 3),
    ("approval", SETS, "min_sum_cost;10.51", 16, 2),
    ("choose-1", ("A;", "B;"), "max_sum_cost;11", 16, 1),
    ("ordinal", POINTS, "min_length;1", 17, 1),
    ("cumulative", POINTS, "min_points;2", 16, 1),
    ("cumulative", POINTS, "max_points;4.9", 15, 1),
    ("cumulative", POINTS, "max_sum_points;7", 15, 1),
    ("cumulative", POINTS, "min_sum_points;2", 16, 2),
    ("scoring", POINTS, "max_sum_points;7", 15, 1),
]
KEPT = [
    ("approval", SETS, "max_length;2"),
    ("approval", SETS, "max_sum_cost;30.50"),
    ("approval", SETS, "min_sum_cost;0"),
    ("approval", SETS, "max_points;0"),
    ("cumulative", POINTS, "max_points;5"),
    ("cumulative", POINTS, "max_sum_points;7.5"),
    ("cumulative", POINTS, "max_sum_cost;1"),
    ("ordinal", POINTS, "max_points;1"),
    ("approval", SETS, "max_length;"),
]


@pytest.mark.parametrize(("vote_type", "rows", "limit", "line", "count"), LIMITS)
def test_a_limit_that_ballots_break_is_noted(vote_type, rows, limit, line, count):
    (note,) = notes(vote_type, *rows, meta=limit)

    key, most = limit.split(";")
    assert (note.line, note.params) == (line, {"count": count, "key": key, "limit": most})
    assert note.field == ("points" if "points" in key else "vote")
    assert str(note).startswith(f"Line {line}: {count} ballots do not keep to {key}")


@pytest.mark.parametrize(("vote_type", "rows", "limit"), KEPT)
def test_a_limit_that_is_kept_or_means_other_ballots_is_not(vote_type, rows, limit):
    assert notes(vote_type, *rows, meta=limit) == ()


def test_costs_beyond_all_machine_numbers_are_added_up_exactly():
    rows = ("A,B,C;",)
    text = TEXT.format(
        vote_type="approval", votes=1, rows="v0;A,B,C;", votes_of_a="", score_of_a="",
        meta="max_sum_cost;1\n",
    )  # fmt: skip
    huge = "9" * 15
    many = "".join(f"P{number};{huge};;\n" for number in range(100))
    text = text.replace("num_projects;3", "num_projects;103").replace("VOTES\n", many + "VOTES\n")
    text = text.replace("A,B,C", ",".join(f"P{number}" for number in range(100)))

    (note,) = read_pb(io.StringIO(text)).notes

    assert rows
    assert note.params["count"] == 1


def test_a_limit_in_words_is_noted_and_not_checked():
    (note,) = notes("approval", *SETS, meta="max_length;few")

    assert (note.line, note.field) == (7, "max_length")
    assert str(note) == "Line 7: max_length is few, which is not a number; it was not checked."


@pytest.mark.parametrize("vote_type", ["approval", "ordinal"])
def test_a_project_named_twice_is_noted(vote_type):
    (note,) = notes(vote_type, "A;1", "B,B;2,1", "A,B,A;3,2,1")

    assert (note.line, note.field, note.params) == (15, "vote", {"count": 2})


def test_points_that_do_not_fall_are_noted():
    (note,) = notes("cumulative", "A,B;2,1", ";", "A,B,C;2,2,5", "C;9")

    assert (note.line, note.field, note.params) == (16, "points", {"count": 1})


class TestPrintedColumns:
    @pytest.mark.parametrize("printed", ["1", "2.5", "many"])
    def test_votes_that_the_ballots_do_not_give(self, printed):
        (note,) = notes("approval", "A;", "A,B;", votes_of_a=printed)

        assert (note.line, note.field) == (9, "votes")
        assert note.params == {
            "count": 1, "column": "votes", "project": "A", "printed": printed, "counted": "2"
        }  # fmt: skip

    def test_votes_are_those_who_give_points(self):
        assert notes("cumulative", "A;2", "A;0", votes_of_a="1") == ()

    def test_scores_that_the_ballots_do_not_give(self):
        (note,) = notes("cumulative", "A;2.5", "A;1", score_of_a="3")

        assert (note.line, note.field, note.params["counted"]) == (9, "score", "7/2")

    def test_right_ones_say_nothing(self):
        assert notes("cumulative", "A;2.5", "A;1", votes_of_a="2", score_of_a="3.5") == ()

    def test_scores_with_a_default_are_not_compared(self):
        assert notes("scoring", "A;2", score_of_a="9", meta="default_score;1") == ()
