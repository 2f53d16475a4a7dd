"""What cities announced and reported, for every real election at hand: none is passed over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from civic.counting import count, read_pb
from tests.counting.oracles.elections import ABSENT, DATA, listed

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=ABSENT)

# How a declared rule is counted here.
COUNTED_BY = {
    "greedy": ("greedy", "none"),
    "greedy-no-skip": ("greedy-no-skip", "none"),
    "greedy-threshold": ("greedy-threshold", "none"),
    "equalshares/add1": ("equal-shares", "add1"),
    "equalshares/add1-comparison": ("equal-shares", "add1"),
    # Poznań adds money of its own for a project that nearly fits; here none did.
    "greedy-custom": ("greedy", "none"),
}


class Departure(NamedTuple):
    """Where a city did not follow the ballots alone: who won by them, and who instead."""

    by_ballots: set[str]
    instead: set[str]


DEPARTURES = {
    # By a resolution that moved money between districts: the comment in the file.
    "Poland_Lodz_2020.pb": Departure({"L048"}, {"L099", "L155", "L163", "L249"}),
    # Projects on the same plot exclude one another: the comment in the file.
    "Poland_Warszawa_2024_citywide.pb": Departure({"1018", "1378", "1498"}, {"130", "306", "638"}),
}
WIELICZKA = "Poland_Wieliczka_2023_Green_Budget.pb"


def count_as_declared(file):
    rule, completion = COUNTED_BY[file.declared_rule]
    return set(count(file.election(), rule, completion, threshold=file.threshold).winners)


ANNOUNCED = [file for file in listed() if file.winners and file.rule in COUNTED_BY]


@pytest.mark.parametrize("name", [file.name for file in ANNOUNCED])
def test_the_winners_are_those_the_city_announced(name):
    file = read_pb(DATA / name)

    ours = count_as_declared(file)

    departure = DEPARTURES.get(name, Departure(set(), set()))
    assert ours - file.selected == departure.by_ballots
    assert file.selected - ours == departure.instead


def test_only_files_that_announce_nothing_or_declare_no_rule_are_left_out():
    left_out = [file for file in listed() if file not in ANNOUNCED]

    assert (len(ANNOUNCED), len(left_out)) == (17, 11)
    assert all(not file.winners or file.rule == "unknown" for file in left_out)


@pytest.fixture(scope="module")
def wieliczka():
    return read_pb(DATA / WIELICZKA).election()


class TestTheReportOfWieliczka:
    """The figures that the town printed about its count, besides the rounds."""

    def winners_of_each(self, election, rule, completion="none"):
        """For every distinct ballot the number of its projects that won."""
        won = set(count(election, rule, completion).winners)
        wins = np.array([project.id in won for project in election.projects])
        return np.add.reduceat(wins[election.choices].astype(int), election.starts[:-1])

    def share(self, election, winners, number):
        return 100 * int(election.weights[winners == number].sum()) / election.voters

    def test_voters_with_none_one_and_two_winners(self, wieliczka):
        shares = self.winners_of_each(wieliczka, "equal-shares", "add1")

        none, one, two = (self.share(wieliczka, shares, number) for number in range(3))
        assert (round(none), round(one), round(two, 1)) == (18, 45, 21.2)

    def test_what_walking_down_the_list_would_have_given(self, wieliczka):
        greedy = self.winners_of_each(wieliczka, "greedy")

        assert round(self.share(wieliczka, greedy, 0)) == 28
        assert round(np.average(greedy, weights=wieliczka.weights), 2) == 1.47

    def test_who_prefers_which_result(self, wieliczka):
        shares = self.winners_of_each(wieliczka, "equal-shares", "add1")
        greedy = self.winners_of_each(wieliczka, "greedy")

        voters = [
            int(wieliczka.weights[prefer].sum())
            for prefer in (shares > greedy, shares < greedy, shares == greedy)
        ]
        assert voters == [1615, 873, 4098]
