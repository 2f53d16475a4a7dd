from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from civic.counting import Cap, Election, Limits, Project, TieRule, count
from civic.counting.arithmetic.bounds import Bounded
from civic.counting.rules.overspending import bos as overspending
from civic.counting.rules.overspending import bos_plus as overspending_plus
from civic.counting.rules.overspending.offers import Offer
from civic.counting.rules.overspending.wallets import Payers
from tests.counting.examples import FIRST_COMES_FIRST, election_of, large_instance
from tests.counting.slow_bos import Bought, bos, bos_plus
from tests.counting.slow_instances import (
    approvals,
    by_id,
    nearly_tied,
    nearly_tied_points,
    points,
    points_below_nought,
)
from tests.counting.slow_limits import kept, limited

KINDS = [
    (approvals, "cost"),
    (approvals, "cardinality"),
    (points, "score"),
    (points, "cost"),
    (points, "cardinality"),
    (points_below_nought, "score"),
    (nearly_tied, "cost"),
    (nearly_tied_points, "score"),
]
BLOCKS, EACH = 2, 100


def ours(instance, utility="cost", limits=None):
    options = {"utility": utility, "limits": limits or Limits(), "ties": FIRST_COMES_FIRST}
    return count(by_id(*instance), "bos-plus", **options)


def told(outcome):
    """The purchases as the reasons tell them."""
    reasons = {line.project: line.reason.params for line in outcome.lines if line.funded}
    return [
        Bought(
            int(winner[1:]),
            reasons[winner]["payers"],
            reasons[winner]["payment"].units,
            reasons[winner]["beyond"].units if "beyond" in reasons[winner] else 0,
        )
        for winner in outcome.winners
    ]


class TestAgainstTheSlowCount:
    @pytest.mark.parametrize("block", range(BLOCKS))
    @pytest.mark.parametrize(
        ("draw", "utility"), KINDS, ids=[f"{draw.__name__}-{utility}" for draw, utility in KINDS]
    )
    def test_small_elections_full_of_ties(self, draw, utility, block):
        for seed in range(block * EACH, (block + 1) * EACH):
            instance = draw(seed)

            assert told(ours(instance, utility)) == bos_plus(*instance, utility), seed

    @pytest.mark.parametrize("utility", ["cost", "cardinality"])
    def test_elections_with_large_money(self, utility):
        beyond = 0
        for seed in range(6):
            instance = large_instance(seed)
            slow = bos_plus(*instance, utility)

            assert told(ours(instance, utility)) == slow
            beyond += sum(sale.loan > 0 for sale in slow)
        assert beyond > 12

    @pytest.mark.parametrize("utility", ["cost", "cardinality"])
    def test_what_differs_by_a_hair_is_no_tie(self, utility):
        # Ten quadrillions, and one more or less: floats see ties where there are none.
        for seed in range(100):
            costs, budget, ballots = approvals(seed)
            draw = random.Random(seed)
            hair = [cost * 10**16 + draw.randint(-1, 1) for cost in costs]
            instance = hair, budget * 10**16 + draw.randint(-1, 1), ballots

            assert told(ours(instance, utility)) == bos_plus(*instance, utility), seed

    def test_ballots_that_were_cast_many_times(self):
        for seed in range(40):
            costs, budget, ballots = approvals(seed)
            draw = random.Random(seed)
            repeated = [ballot for ballot in ballots for _ in range(draw.randint(1, 20))]
            instance = costs, budget * 5, repeated

            assert told(ours(instance)) == bos_plus(*instance), seed

    def test_another_set_than_the_plain_form(self):
        differs = 0
        for seed in range(200):
            instance = nearly_tied_points(seed)
            plus = {sale.place for sale in bos_plus(*instance, "score")}
            differs += plus != set(bos(*instance, "score"))
        assert differs > 5


class TestLimits:
    def test_one_of_a_pair(self):
        limits, closed = Limits(conflicts=(frozenset({"p0", "p1"}),)), 0
        for seed in range(100):
            instance = approvals(seed)
            if len(instance[0]) > 1:
                outcome = ours(instance, limits=limits)

                assert told(outcome) == bos_plus(*instance, groups=[(0, 1)]), seed
                closed += any(line.reason.kind == "conflict" for line in outcome.lines)
        assert closed > 25

    def test_every_result_is_within_the_budget_and_every_limit(self):
        for seed in range(150):
            projects, election, limits = limited(points(seed), seed)
            options = {"limits": limits, "ties": FIRST_COMES_FIRST}
            outcome, again = (count(election, "bos-plus", **options) for _ in range(2))

            winners = [int(winner[1:]) for winner in outcome.winners]
            assert kept(projects, election.budget, limits, winners), seed
            assert outcome.as_json() == again.as_json()

    def test_what_is_funded_before_is_as_if_it_never_stood_on_the_paper(self):
        for seed in range(60):
            costs, budget, ballots = approvals(seed)
            if costs[0] > budget:
                continue
            rest = [[p for p in ballot if p] for ballot in ballots]
            outcome = ours((costs, budget, ballots), limits=Limits(prefunded=("p0",)))
            bare = bos_plus(costs, budget - costs[0], rest)

            assert outcome.winners == ("p0", *(f"p{sale.place}" for sale in bare)), seed

    def test_a_cap_passes_over_a_project(self):
        parks = [Project("a", 4, category="park"), Project("b", 4, category="park")]
        election = Election.of([*parks, Project("c", 4)], 12, [["a"], ["a"], ["b"], ["c"]])
        outcome = count(election, "bos-plus", limits=Limits(caps=(Cap("category", "park", 5),)))

        assert outcome.winners == ("a", "c")
        assert outcome.lines[1].reason.kind.startswith("category")


class TestBits:
    def test_with_few_bits_the_count_is_done_again_until_it_is_certain(self, monkeypatch):
        made, market = [], overspending_plus._Market

        def noted(setting, share, bits):
            made.append(bits)
            return market(setting, share, bits)

        monkeypatch.setattr(overspending, "BITS", 1)
        monkeypatch.setattr(overspending_plus, "_Market", noted)
        for seed in range(30):
            instance = approvals(seed)

            assert told(ours(instance)) == bos_plus(*instance), seed
        assert max(made) > 64


class TestLoans:
    def test_another_project_than_the_one_that_gave_the_loan_may_be_bought(self):
        # Each of four has 1. p0 goes first, with a loan of 1/3: its supporters pay 2/3 and 4/3, so
        # one holds 1/3 and one owes 1/3. Now p2 has the best offer, a sixth of its cost at 1 for
        # a point, with a loan of 5/3. With it both can pay for p1 as well, at 2/3 for a point.
        costs, budget = [2, 2, 2, 2], 4
        ballots = [{}, {0: 1, 1: 1, 2: 2}, {0: 2, 1: 2, 3: 2}, {}]
        instance = costs, budget, ballots

        assert bos(*instance, "score") == [0, 2]
        assert told(ours(instance, "score")) == bos_plus(*instance, "score")
        assert [str(line.reason) for line in ours(instance, "score").lines[:2]] == [
            "It was bought in round 1 by 2 supporters, who each paid at most 2; for it none of them"
            " went beyond their share by more than 1.",
            "It was bought in round 2 by 2 supporters, who each paid at most 2; for it none of them"
            " went beyond their share by more than 2.",
        ]

    @pytest.mark.parametrize(("hair", "bought"), [(0, "p4"), (1, "p1")])
    def test_what_supporters_cannot_pay_for_even_with_the_loan_is_not_sold(self, hair, bought):
        # As before, with the loan of 5/3 the two hold 2 and 4/3. That is just the cost of p4, at
        # half the price of p1; or one unit in a hundred quadrillions less than its cost.
        one = 3 * 10**16
        costs, budget = [2 * one] * 4 + [10**17 + hair], 6 * one
        ballots = [{}, {0: 1, 1: 1, 2: 2, 4: 4}, {0: 2, 1: 2, 3: 2, 4: 3}, {}, {}, {}]
        outcome = ours((costs, budget, ballots), "score")

        assert told(outcome) == bos_plus(costs, budget, ballots, "score")
        assert outcome.winners[:2] == ("p0", bought)

    # Everybody holds 4. Two raise half of p0's 16 at 4 for a point, so the price is 8 and the loan
    # 4; one raises a quarter of p1's 16 at 1 for a point: the price is 4 and the loan 12. Both
    # prices divided by their parts are 16.
    BALLOTS = ({"p0": 1}, {"p0": 1}, {"p1": 4}, {})

    @pytest.mark.parametrize(("ids", "loan"), [(("p0", "p1"), 4), (("p1", "p0"), 12)])
    def test_a_tie_of_offers_with_different_loans_is_put_on_record(self, ids, loan):
        election = Election.of(dict.fromkeys(ids, 16), 16, self.BALLOTS)

        outcome = count(election, "bos-plus", ties=TieRule(steps=("order",)))

        assert outcome.winners == ids[:1]
        assert [tie.projects for tie in outcome.ties] == [ids]
        assert outcome.lines[0].reason.params["beyond"].units == loan


def farthest(levels, part):
    """The groups of one voter each, with a point each, that may go farthest beyond their purses."""
    ones, places = np.ones(len(levels), dtype=np.int64), np.arange(len(levels))
    payers = Payers(places, ones, ones, np.array(levels), places, places)
    high = Bounded.of(10)
    return overspending_plus._farthest(payers, Offer(0, high, Bounded.of(part), high))


class TestWhoGoesFarthest:
    def test_the_rich_do_if_all_are_charged_in_proportion(self):
        assert farthest([1.0, 3.0, 2.0], Fraction(1, 2)) == [1]

    def test_whoever_floats_cannot_tell_apart_is_looked_at(self):
        assert farthest([1.0, np.nextafter(1.0, 2.0)], Fraction(1, 2)) == [0, 1]

    def test_nor_is_the_rounding_of_the_charge_trusted(self):
        # Nearly all is raised, so the charge is nearly the purse. The purses stand just below 2,
        # the charges just above, where floats lie twice as far apart: they see the poorer ahead.
        part = 1 - Fraction(1, 2**30)
        poor = float(2 - Fraction(1, 2**30)) + 2.0**-52
        rich = float(np.nextafter(poor, 2.0))
        assert poor / float(part) - poor > rich / float(part) - rich

        assert farthest([poor, rich], part) == [0, 1]


class TestReasons:
    def test_many_go_before_few_with_a_cheap_project(self):
        ballots = [["A"]] * 403 + [["B"]] * 11
        outcome = count(Election.of({"A": 310_000, "B": 6_000}, 310_000, ballots), "bos-plus")

        assert outcome.winners == ("A",)
        assert outcome.endowment == Fraction(310_000, 414)

    def test_winners(self):
        # After p0 the supporters of p1 hold 1, 1 and 4. At the level 4 they raise 6 of 10; the
        # price for it is 20/3, so the loan is 8/3, and each of the three pays a third of the cost.
        outcome = ours(([6, 10], 16, [[0, 1], [0, 1], [1], []]), "cardinality")

        assert [str(line.reason) for line in outcome.lines] == [
            "It was bought in round 1 by 2 supporters, who each paid at most 3.",
            "It was bought in round 2 by 3 supporters, who each paid at most 4; for it none of them"
            " went beyond their share by more than 3.",
        ]
        assert [(r.project, r.left, r.payers) for r in outcome.rounds] == [
            ("p0", 10, 2),
            ("p1", 0, 3),
        ]

    def test_losers(self):
        ballots = [[0, 1, 2], [0, 1], [0], []]
        outcome = ours(([9, 4, 1, 2, 13], 12, ballots))

        assert outcome.winners == ("p0",)
        assert [str(line.reason) for line in outcome.lines[1:]] == [
            "After round 1 only 3 was left, 1 less than its cost.",
            "All its supporters had used up their shares for other projects, so nobody could pay"
            " for it.",
            "Nobody voted for it, so nobody could pay for it.",
            "It costs 13, which is 1 more than the whole budget.",
        ]

    def test_a_tie_is_broken_by_the_rule_and_noted(self):
        election = election_of([4, 4], 4, [[0], [1]])

        outcome = count(election, "bos-plus", ties=TieRule(steps=("order",)))

        assert outcome.winners == ("p0",)
        assert [tie.projects for tie in outcome.ties] == [("p0", "p1")]

    def test_no_voters_no_winners(self):
        assert ours(([5], 10, [])).winners == ()
