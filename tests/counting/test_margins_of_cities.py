"""Margins of real elections: every loser of every small file, each claim recounted."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest

from civic.counting import count, read_pb
from civic.counting.questions.changed import Joined, place_of, recount, with_budget, with_costs
from civic.counting.questions.margins import explained, margins
from civic.counting.registry import suggested_step

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("CIVIC_REFERENCE_DATA", ROOT.parent / "shared/data")) / "pabulib"
# Some of the elections with fewer than 3,000 ballots, of every kind of ballot, from 84 voters on.
FILES = """
Netherlands_Assen_2024 Switzerland_Zurich_D10 Switzerland_Zurich_S5R
Poland_Czestochowa_2024_Bleszno Poland_Warszawa_2025_Wilanow France_Toulouse_2019
Hungary_Veszprem_2025 Poland_Swiecie_2023
Poland_Poznan_2025_10_-_Swierczewo_Wilda_Zielony_Debiec__large
US_Stanford_Dataset_Your_Voice_Your_Choice_Parks_and_Streets-_Seattle_2018_District_2_vote_approvals
""".split()

# The ballots carry the age and sex of single voters, so the files may not come with the code.
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="allowed: the real elections are not part of the code"
)


def wins(election, outcome, loser):
    return loser in recount(election, outcome.options).winners


def assert_edges(election, outcome, loser, found):
    if found.votes is not None:
        joined = Joined.by_supporters_of(election, place_of(election, loser))
        assert wins(joined.by(found.votes), outcome, loser)
        assert not wins(joined.by(found.votes - 1), outcome, loser)
    if found.cost is not None:
        assert wins(with_costs(election, {loser: found.cost}), outcome, loser)
        assert not wins(with_costs(election, {loser: found.cost + 1}), outcome, loser)
    if found.budget is not None:
        assert wins(with_budget(election, found.budget), outcome, loser)
        assert not wins(with_budget(election, found.budget - 1), outcome, loser)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("rule", ["greedy", "equal-shares"])
def test_every_loser_of_a_small_city(name, rule):
    election = read_pb(DATA / f"{name}.pb").election()
    outcome = count(election, rule)

    found = dict(explained(election, outcome))

    assert list(found) == [line.project for line in outcome.lines if not line.funded]
    for loser, margins_ in found.items():
        assert_edges(election, outcome, loser, margins_)
        assert (margins_.cost is None) or "cost" in margins_.least


@pytest.mark.parametrize("completion", ["add1", "add1-exhaustive", "add1-utilitarian"])
def test_losers_after_steps(completion):
    election = read_pb(DATA / "Poland_Warszawa_2025_Wilanow.pb").election()
    # Few steps, so that the recounts of the test itself do not take long.
    step = 40 * suggested_step(election)
    outcome = count(election, "equal-shares", completion, step=step)

    found = dict(islice(explained(election, outcome), 3))

    assert len(found) == 3
    for loser, margins_ in found.items():
        assert_edges(election, outcome, loser, margins_)


def test_the_price_is_what_the_supporters_held():
    election = read_pb(DATA / "Poland_Swiecie_2023.pb").election()
    outcome = count(election, "equal-shares")

    for line in outcome.lines:
        if line.reason.kind == "shares-lost-price":
            # What they held at the end would do; an earlier round may have admitted more.
            held = line.reason.params["held"].units
            assert margins(election, outcome, line.project).cost >= held


def test_the_votes_a_list_asks_for_are_those_its_reasons_name():
    election = read_pb(DATA / "Poland_Swiecie_2023.pb").election()
    outcome = count(election, "greedy")

    for line in outcome.lines:
        if line.reason.kind == "greedy-lost":
            found = margins(election, outcome, line.project)
            assert found.votes == line.reason.params["more"]
            assert found.cost == line.reason.params["left"].units


def test_wieliczka_as_it_was_counted():
    election = read_pb(DATA / "Poland_Wieliczka_2023_Green_Budget.pb").election()
    outcome = count(election, "equal-shares", "add1", step=40)
    loser = next(line.project for line in outcome.lines if not line.funded)

    found = margins(election, outcome, loser)

    assert_edges(election, outcome, loser, found)
