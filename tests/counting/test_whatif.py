from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

from civic.counting import CountingError, Election, Project, TieRule, count
from civic.counting.questions.whatif import (
    Measures,
    Share,
    by_area,
    by_category,
    gini,
    measures,
    side_by_side,
    what_if,
)
from tests.counting.slow_instances import approvals, by_id, points

SEEDS = range(60)

# Swing and bench lie in the north, the bridge in the south; one ballot is empty.
TOWN = Election.of(
    [
        Project("swing", 40, category="play", area="north"),
        Project("bench", 20, category="rest", area="north"),
        Project("bridge", 60, category="ways", area="south"),
        Project("sign", 10),
    ],
    100,
    [["swing", "bench"], ["swing", "bench"], ["swing"], ["bridge"], ["bridge", "sign"], []],
)


class TestMeasures:
    def test_by_hand(self):
        found = measures(TOWN, ["swing", "bench"], groups=by_area(TOWN))

        # Utilities of the six voters: 2 2 1 0 0 0 winners, costing 60 60 40 0 0 0.
        # Of winners, pairs differ by 2 * 1 + 6 * 2 + 3 * 1 = 17 in all, and 6 * 5 is the scale.
        assert found == Measures(
            spent=60,
            winners=2,
            voters=6,
            served=Fraction(1, 2),
            by_winners=(3, 1, 2),
            mean_winners=Fraction(5, 6),
            mean_cost=Fraction(160, 6),
            gini_winners=pairwise_gini([2, 2, 1, 0, 0, 0]),
            gini_cost=pairwise_gini([60, 60, 40, 0, 0, 0]),
            shares=(
                Share("north", Fraction(5, 7), Fraction(1)),
                Share("south", Fraction(2, 7), Fraction(0)),
            ),
            disproportion=Fraction(2, 7),
        )
        assert found.gini_winners == Fraction(17, 30)

    def test_without_groups_nothing_is_said_of_them(self):
        found = measures(TOWN, ["bridge"])

        assert (found.shares, found.disproportion) == ((), None)

    def test_projects_without_a_group_are_left_out(self):
        found = measures(TOWN, ["sign"], groups=by_category(TOWN))

        assert [share.group for share in found.shares] == ["play", "rest", "ways"]
        assert {share.money for share in found.shares} == {Fraction(0)}

    def test_nothing_won(self):
        found = measures(TOWN, [])

        assert (found.spent, found.served, found.by_winners) == (0, 0, (6,))
        assert (found.gini_winners, found.gini_cost, found.mean_cost) == (0, 0, 0)

    def test_nobody_voted(self):
        found = measures(Election.of({"a": 5}, 10, []), ["a"], groups={"a": "x"})

        assert (found.voters, found.served, found.by_winners) == (0, 0, (0,))
        assert (found.mean_winners, found.gini_cost) == (0, 0)
        assert found.shares == (Share("x", Fraction(0), Fraction(1)),)

    def test_plain_values_survive_json(self):
        plain = measures(TOWN, ["swing"], groups=by_area(TOWN)).as_dict()

        assert json.loads(json.dumps(plain)) == plain
        assert plain["served"] == "1/2"
        assert plain["by_winners"] == [3, 3]
        assert plain["shares"][0] == {"group": "north", "votes": "5/7", "money": "1/1"}

    @pytest.mark.parametrize("make", [approvals, points])
    def test_voter_by_voter(self, make):
        for seed in SEEDS:
            costs, budget, ballots = make(seed)
            winners = [p for p in range(len(costs)) if p % 2 == seed % 2]
            found = measures(by_id(costs, budget, ballots), [f"p{p}" for p in winners])

            liked = [[p for p in winners if p in ballot] for ballot in ballots]
            number = [len(mine) for mine in liked]
            money = [sum(costs[p] for p in mine) for mine in liked]
            assert found.by_winners == tuple(number.count(k) for k in range(max(number) + 1))
            assert found.served == Fraction(sum(n > 0 for n in number), len(ballots))
            assert found.mean_winners == Fraction(sum(number), len(ballots))
            assert found.mean_cost == Fraction(sum(money), len(ballots))
            assert found.gini_winners == pairwise_gini(number)
            assert found.gini_cost == pairwise_gini(money)

    def test_the_order_of_voters_changes_nothing(self):
        for seed in SEEDS:
            costs, budget, ballots = approvals(seed)
            winners = ["p0", f"p{len(costs) - 1}"]
            mixed = random.Random(seed).sample(ballots, len(ballots))

            one, other = by_id(costs, budget, ballots), by_id(costs, budget, mixed)

            assert measures(one, winners) == measures(other, winners)


def pairwise_gini(values):
    """By its definition: all pairs of people."""
    apart = sum(abs(one - other) for one in values for other in values)
    return Fraction(apart, 2 * len(values) * sum(values)) if sum(values) else Fraction(0)


class TestGini:
    @pytest.mark.parametrize(
        ("spread", "index"),
        [
            ({}, 0),
            ({0: 7}, 0),
            ({5: 7}, 0),
            ({0: 1, 1: 1}, Fraction(1, 2)),
            ({0: 99, 3: 1}, Fraction(99, 100)),
        ],
    )
    def test_known_distributions(self, spread, index):
        assert gini(spread) == index

    def test_it_is_that_of_all_pairs_within_its_range_and_blind_to_the_unit(self):
        draw = random.Random(7)
        for _ in range(200):
            spread = {draw.randint(0, 50): draw.randint(1, 9) for _ in range(draw.randint(1, 6))}
            people = [value for value, many in spread.items() for _ in range(many)]

            found = gini(spread)

            assert found == pairwise_gini(people)
            assert 0 <= found < 1
            assert gini({7 * value: many for value, many in spread.items()}) == found
            assert gini({value: 3 * many for value, many in spread.items()}) == found


class TestWhatIf:
    def test_another_rule_on_the_same_ballots(self):
        assert what_if(TOWN, rule="equal-shares") == count(TOWN, "equal-shares")

    def test_another_pot_and_other_costs(self):
        outcome = what_if(TOWN, budget=60, costs={"bridge": 10}, rule="greedy", ties=TieRule("s"))

        # Level with the bench, the bridge goes first as the cheaper; ten are left for the sign.
        assert outcome.winners == ("swing", "bridge", "sign")
        assert (outcome.budget, outcome.total_cost) == (60, 60)
        assert [line.cost for line in outcome.lines] == [40, 20, 10, 10]

    def test_nothing_changed_is_the_count(self):
        assert what_if(TOWN) == count(TOWN)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"costs": {"moon": 5}}, "Project moon is not in the list."),
            ({"costs": {"swing": 0}}, "Project swing must cost more than nothing."),
            ({"budget": -1}, "The budget cannot be negative."),
        ],
    )
    def test_what_no_rule_can_count_is_refused(self, change, said):
        with pytest.raises(CountingError, match=said):
            what_if(TOWN, **change)


class TestSideBySide:
    def test_by_hand(self):
        one = count(TOWN, ties=TieRule(steps=("order",)))
        other = what_if(TOWN, budget=70, costs={"bridge": 30}, ties=TieRule(steps=("order",)))

        found = side_by_side(TOWN, one, other, groups=by_area(TOWN))

        # In the order swing 3, bench 2, bridge 2, sign 1: 40 + 20 (the bridge does not fit) + 10;
        # with 70, and the bridge at 30: 40 + 20, then only the sign fits into 10.
        assert one.winners == ("swing", "bench", "sign")
        assert other.winners == ("swing", "bench", "sign")
        assert (found.gained, found.lost, found.kept) == ((), (), one.winners)
        assert (found.better, found.worse) == (0, 0)

    def test_gained_and_lost(self):
        one = count(TOWN, ties=TieRule(steps=("order",)))
        other = what_if(TOWN, budget=80, costs={"swing": 90, "bridge": 50})

        found = side_by_side(TOWN, one, other, groups=by_area(TOWN))

        assert set(found.gained) == {"bridge"}
        assert found.lost == ("swing",)
        assert set(found.kept) == {"bench", "sign"}
        # Both voters of the bridge gain; the three of the swing lose.
        assert (found.better, found.worse) == (2, 3)
        assert (found.one.spent, found.other.spent) == (70, 80)
        assert found.as_dict()["other"]["spent"] == 80
        assert json.loads(json.dumps(found.as_dict())) == found.as_dict()

    def test_turned_around_gains_are_losses(self):
        for seed in SEEDS:
            election = by_id(*approvals(seed))
            one, other = count(election), count(election, "equal-shares")

            there, back = side_by_side(election, one, other), side_by_side(election, other, one)

            assert (set(there.gained), set(there.lost)) == (set(back.lost), set(back.gained))
            assert set(there.kept) == set(back.kept)
            assert (there.one, there.other) == (back.other, back.one)
            assert (there.better, there.worse) == (back.worse, back.better)
