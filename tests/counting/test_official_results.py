"""Real elections, counted again: the winners must be those the cities announced."""

from __future__ import annotations

import csv
import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from civic.counting import Election, TieRule, count, read_pb, write_pb

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared/data")) / "pabulib"

# The ballots carry the age and sex of single voters, so the files may not come with the code.
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="allowed: the real elections are not part of the code"
)

# By hand or by rules outside the ballots: see the comments inside the files.
DEVIATES = {"Poland_Warszawa_2024_citywide.pb": "excludes projects on the same plot"}
COUNTED_BY = {"greedy", "greedy-no-skip", "greedy-threshold"}
ADD1 = {
    "Poland_Wieliczka_2023_Green_Budget.pb": 995_079,
    "Poland_Swiecie_2023.pb": 1_040_337,
    "Netherlands_Assen_2024.pb": 76_700,
}


def announced():
    """The files whose city walked down the list, approved by ballots we count, and said who won."""
    if not DATA.exists():
        return []
    with (DATA / "index.tsv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    return [
        row["file"]
        for row in rows
        if row["rule"] in COUNTED_BY
        and row["vote_type"] in {"approval", "choose-1"}
        and row["num_funded"]
        and row["file"] not in DEVIATES
    ]


@pytest.fixture(scope="module")
def wieliczka():
    return count(
        read_pb(DATA / "Poland_Wieliczka_2023_Green_Budget.pb").election(), "equal-shares", "add1"
    )


@pytest.mark.parametrize("name", announced())
def test_cities_that_walk_down_the_list(name):
    file = read_pb(DATA / name)

    outcome = count(file.election(), file.declared_rule, threshold=file.threshold)

    assert set(outcome.winners) == file.selected


def test_enough_cities_are_checked():
    assert len(announced()) >= 7


@pytest.mark.parametrize(("name", "spent"), ADD1.items())
def test_cities_that_count_by_equal_shares(name, spent):
    file = read_pb(DATA / name)

    outcome = count(file.election(), "equal-shares", "add1")

    assert set(outcome.winners) == file.selected
    assert outcome.total_cost == spent


def test_every_round_of_the_report_of_wieliczka(wieliczka):
    with (DATA / "oracles/wieliczka_2023_rounds.tsv").open(encoding="utf-8") as stream:
        next(stream)
        official = list(csv.DictReader(stream, delimiter="\t"))

    assert wieliczka.endowment == Fraction(1_040_052, 3_293)
    assert len(wieliczka.rounds) == len(official) == 30
    for round_, row in zip(wieliczka.rounds, official, strict=True):
        assert round_.project == row["project"]
        assert (round_.cost, round_.votes) == (int(row["cost"]), int(row["votes"]))
        assert f"{float(round_.effective):.6f}" == row["effective_votes"]
        if not row["effective_votes_exact"].endswith("..."):
            assert round_.effective == Fraction(row["effective_votes_exact"])


def test_the_exhaustive_stop_is_another_rule():
    election = read_pb(DATA / "Poland_Wieliczka_2023_Green_Budget.pb").election()

    outcome = count(election, "equal-shares", "add1-exhaustive")

    assert (len(outcome.winners), outcome.total_cost) == (31, 984_579)


@pytest.mark.parametrize("example", ["example1", "example2"])
def test_the_examples_that_explain_equal_shares(example):
    told = json.loads((DATA / "oracles/equalshares_explanation.json").read_text())
    ballots = [ballot.split() for ballot in told[example]["ballots"]]
    election = Election.of(told["projects"], told["budget"], ballots)

    outcome = count(election, "equal-shares")

    assert list(outcome.winners) == told[example]["winners"]
    effective = {round_.project: float(round_.effective) for round_ in outcome.rounds}
    for where, votes in told[example].get("effective_votes", {}).items():
        # The page rounds purses to whole dollars on the way: 250 / 60.50 and not 250 / 60.71.
        assert effective[where.split()[0]] == pytest.approx(votes, abs=0.02)


def test_a_tie_between_real_projects_goes_to_the_cheaper():
    election = read_pb(DATA / "Poland_Warszawa_2025_Wilanow.pb").election()

    outcome = count(election, "equal-shares", ties=TieRule("seed"))

    assert [tie.projects for tie in outcome.ties] == [("511", "1598")]
    assert "511" in outcome.winners
    assert "1598" not in outcome.winners


@pytest.mark.parametrize(
    "name", ["Poland_Swiecie_2023.pb", "Poland_Gdansk_2020.pb", "Poland_Lodz_2022.pb"]
)
def test_a_real_file_is_written_and_read_back(name, tmp_path):
    file = read_pb(DATA / name)
    with (tmp_path / name).open("w", encoding="utf-8", newline="") as stream:
        write_pb(file, stream)

    assert read_pb(tmp_path / name) == file
