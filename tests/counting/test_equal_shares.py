from __future__ import annotations

from fractions import Fraction

import pytest

from civic.counting import CountingError, count
from tests.counting.examples import (
    FIRST_COMES_FIRST,
    election_of,
    large_instance,
    small_instance,
)
from tests.counting.slow_shares import completed, equal_shares

COMPLETIONS = ("none", "add1", "add1-exhaustive")


def fast(costs, budget, ballots, completion="none", ties=FIRST_COMES_FIRST):
    outcome = count(election_of(costs, budget, ballots), "equal-shares", completion, ties=ties)
    return [int(winner[1:]) for winner in outcome.winners]


class TestAgainstTheTextbook:
    @pytest.mark.parametrize("block", range(10))
    @pytest.mark.parametrize("completion", COMPLETIONS)
    def test_small_elections_full_of_ties(self, completion, block):
        for seed in range(block * 50, block * 50 + 50):
            instance = small_instance(seed)

            assert fast(*instance, completion) == completed(*instance, completion), seed

    @pytest.mark.parametrize("seed", range(20))
    def test_elections_with_large_money(self, seed):
        instance = large_instance(seed)

        assert fast(*instance) == completed(*instance, "none")

    def test_every_purse_and_payment_is_exact(self):
        for seed in range(200):
            costs, budget, ballots = small_instance(seed)
            election = election_of(costs, budget, ballots)
            outcome = count(election, "equal-shares", ties=FIRST_COMES_FIRST)
            _, purses = equal_shares(costs, ballots, Fraction(budget, len(ballots)))
            by_id = {line.project: line for line in outcome.lines}

            for place in range(len(costs)):
                reason = by_id[f"p{place}"].reason
                held = sum(p for p, b in zip(purses, ballots, strict=True) if place in b)
                if reason.kind.startswith("shares-lost"):
                    assert reason.params["held"].units == int(held), seed


class TestSmallExamples:
    def test_a_project_that_costs_all_its_supporters_have_is_bought(self):
        # Three of six hold exactly half of the budget; in floats that may fall short.
        outcome = count(election_of([7], 14, [[0], [0], [0], [], [], []]), "equal-shares")

        assert outcome.winners == ("p0",)
        assert outcome.rounds[0].payment == Fraction(7, 3)

    def test_an_empty_ballot_takes_its_share_away(self):
        assert fast([10], 10, [[0]]) == [0]
        assert fast([10], 10, [[0], []]) == []

    def test_a_project_dearer_than_the_budget_does_not_end_the_completion(self):
        # Raised shares could pay for p0; the count must go on to p1 without it.
        outcome = count(election_of([30, 9], 20, [[0], [0], [0], [1]]), "equal-shares", "add1")

        assert outcome.winners == ("p1",)
        assert outcome.lines[0].reason.kind == "too-dear"

    def test_no_voters_no_winners(self):
        outcome = count(election_of([5], 10, []), "equal-shares", "add1")

        assert outcome.winners == ()
        assert outcome.endowment == 0

    def test_the_step_is_the_callers(self):
        election = election_of([9, 9], 20, [[0], [1], [1]])

        fine = count(election, "equal-shares", "add1", step=1)
        coarse = count(election, "equal-shares", "add1", step=5)

        assert fine.endowment - Fraction(20, 3) == 3
        assert (coarse.endowment - Fraction(20, 3)) % 5 == 0


class TestMoreThanSixtyFourRounds:
    def test_a_long_count_stays_exact(self):
        costs = [3 + place % 5 for place in range(90)]
        ballots = [[p for p in range(90) if (p * 7 + v * 5) % 11 < 6] for v in range(30)]
        budget = sum(costs)

        winners = fast(costs, budget, ballots)

        assert len(winners) > 64
        assert winners == completed(costs, budget, ballots, "none")


def test_an_unknown_completion_is_refused():
    election = election_of([5], 10, [[0]])
    for completion in ("add2", "add1+add1", "utilitarian+add1"):
        with pytest.raises(CountingError, match="no completion"):
            count(election, "equal-shares", completion)


def test_a_rule_without_completions_refuses_one():
    with pytest.raises(CountingError, match="no rule greedy with completion add1"):
        count(election_of([5], 10, [[0]]), "greedy", "add1")


def test_an_unknown_utility_or_kernel_is_refused():
    election = election_of([5], 10, [[0]])
    with pytest.raises(CountingError, match="no utility joy"):
        count(election, "equal-shares", utility="joy")
    with pytest.raises(CountingError, match="abacus"):
        count(election, "equal-shares", kernel="abacus")


def test_what_is_left_goes_by_votes_for_the_money_where_asked():
    ballots = [[0], [0], [1], [2, 1], [2]]
    election = election_of([9, 2, 8], 12, ballots)
    plain = count(election, "equal-shares")
    filled = count(election, "equal-shares", "utilitarian-per-cost")
    assert filled.winners[: len(plain.winners)] == plain.winners
    assert filled.total_cost > plain.total_cost


def test_a_long_completion_tells_how_far_it_is():
    heard = []
    election = election_of([6, 5], 12, [[0], [0], [0], [1]])
    count(election, "equal-shares", "add1", progress=lambda *said: heard.append(said))
    assert heard[0] == (1, 6)
    assert [runs for runs, _ in heard] == list(range(1, len(heard) + 1))


def test_every_number_of_the_story():
    # Six purses of 2. p2 and p0 are equal bargains, p2 is cheaper; who wants p1 then holds 2.5.
    ballots = [[0], [0], [1], [1, 2], [2], [4]]
    election = election_of([4, 5, 3, 1, 6, 13], 12, ballots)

    outcome = count(election, "equal-shares", "utilitarian", ties=FIRST_COMES_FIRST)

    assert [(r.number, r.project, r.left, r.payment, r.effective) for r in outcome.rounds] == [
        (1, "p2", 9, Fraction(3, 2), 2),
        (2, "p0", 5, 2, 2),
        (3, "p1", 0, None, None),
    ]
    assert [(line.reason.kind, plain(line.reason)) for line in outcome.lines] == [
        ("shares-won", {"round": 2, "payers": 2, "payment": 2}),
        ("filled-won", {"round": 3, "cost": 5, "left": 5}),
        ("shares-won", {"round": 1, "payers": 2, "payment": 2}),
        ("no-votes", {}),
        ("shares-lost", {"held": 2, "missing": 4}),
        ("too-dear", {"cost": 13, "missing": 1}),
    ]


def test_who_holds_nothing_is_promised_no_price():
    # Both purses of the supporters of p1 are empty once p0 is bought; p2 was dearer by 1.
    election = election_of([4, 4, 3, 8], 8, [[0, 1], [0, 1], [2], [3]])

    lines = count(election, "equal-shares", ties=FIRST_COMES_FIRST).lines

    assert [(line.reason.kind, plain(line.reason)) for line in lines[1:]] == [
        ("shares-lost", {"held": 0, "missing": 4}),
        ("shares-lost-price", {"held": 2, "missing": 1}),
        ("shares-lost-price", {"held": 2, "missing": 6}),
    ]


def plain(reason):
    return {name: getattr(value, "units", value) for name, value in reason.params.items()}
