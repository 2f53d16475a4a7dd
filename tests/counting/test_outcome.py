from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

from civic.counting import RULES, Election, Outcome, TieRule, count
from civic.counting.registry import suggested_step
from tests.counting.examples import election_of, large_instance, small_instance

SEEDS = range(60)
every_rule = pytest.mark.parametrize(
    ("rule", "completion"),
    [
        pytest.param(rule, completion, id=f"{rule}/{completion}")
        for rule, method in RULES.items()
        for completion in method.completions
    ],
)


def outcome_of(election, rule, completion):
    threshold = 1 if rule == "greedy-threshold" else 0
    return count(election, rule, completion, ties=TieRule("seed"), threshold=threshold)


@every_rule
def test_no_result_costs_more_than_the_budget(rule, completion):
    for seed in SEEDS:
        outcome = outcome_of(election_of(*small_instance(seed)), rule, completion)

        assert outcome.total_cost <= outcome.budget
        assert outcome.total_cost == sum(line.cost for line in outcome.lines if line.funded)


@every_rule
def test_the_order_of_the_voters_changes_not_one_byte(rule, completion):
    for seed in SEEDS:
        costs, budget, ballots = small_instance(seed)
        shuffled = [random.Random(seed).sample(ballot, len(ballot)) for ballot in ballots]
        random.Random(seed).shuffle(shuffled)

        one = outcome_of(election_of(costs, budget, ballots), rule, completion)
        other = outcome_of(election_of(costs, budget, shuffled), rule, completion)

        assert one.as_json() == other.as_json()


@every_rule
def test_an_outcome_is_read_back_as_it_was(rule, completion):
    for seed in SEEDS:
        outcome = outcome_of(election_of(*small_instance(seed)), rule, completion)

        assert Outcome.from_dict(json.loads(outcome.as_json())) == outcome


@every_rule
def test_money_in_other_units_gives_the_same_winners(rule, completion):
    for seed in SEEDS:
        costs, budget, ballots = small_instance(seed)
        projects = {f"p{place}": cost * 100 for place, cost in enumerate(costs)}
        names = [[f"p{place}" for place in ballot] for ballot in ballots]

        toman = outcome_of(election_of(costs, budget, ballots), rule, completion)
        cents = outcome_of(Election.of(projects, budget * 100, names, scale=100), rule, completion)

        assert toman.winners == cents.winners


def test_equal_shares_takes_lower_effective_votes_round_by_round():
    for seed in SEEDS:
        rounds = count(election_of(*small_instance(seed)), "equal-shares").rounds
        effective = [round_.effective for round_ in rounds]

        assert effective == sorted(effective, reverse=True)
        assert all(
            e == Fraction(r.cost) / r.payment for e, r in zip(effective, rounds, strict=True)
        )


@pytest.mark.parametrize("make", [small_instance, large_instance])
def test_an_observer_can_pay_every_round_again(make):
    for seed in range(20):
        costs, budget, ballots = make(seed)
        outcome = count(election_of(costs, budget, ballots), "equal-shares")
        purses = [outcome.endowment] * len(ballots)

        for round_ in outcome.rounds:
            who = [v for v, ballot in enumerate(ballots) if int(round_.project[1:]) in ballot]
            paid = {v: min(purses[v], round_.payment) for v in who}
            purses = [purse - paid.get(v, 0) for v, purse in enumerate(purses)]

            assert sum(paid.values()) == round_.cost
            assert max(paid.values()) == round_.payment
            assert sum(share > 0 for share in paid.values()) == round_.payers


def test_removing_a_loser_leaves_plain_equal_shares_as_it_was():
    for seed in SEEDS:
        costs, budget, ballots = small_instance(seed)
        whole = count(election_of(costs, budget, ballots), "equal-shares")
        gone = {int(line.project[1:]) for line in whole.lines if not line.funded}

        rest = {f"p{place}": cost for place, cost in enumerate(costs) if place not in gone}
        names = [[f"p{place}" for place in ballot if place not in gone] for ballot in ballots]

        assert count(Election.of(rest, budget, names), "equal-shares").winners == whole.winners


def test_a_project_named_twice_on_a_ballot_counts_once():
    once = Election.of({"a": 1, "b": 1}, 2, [["a", "b"]])
    twice = Election.of({"a": 1, "b": 1}, 2, [["b", "a", "a"]])

    assert twice.votes == (1, 1)
    assert once.sha256 == twice.sha256


def test_the_fingerprint_notices_a_single_vote():
    assert Election.of({"a": 1}, 2, [["a"], []]).sha256 != Election.of({"a": 1}, 2, [["a"]]).sha256


def test_voters_with_a_winner_are_counted():
    outcome = count(Election.of({"a": 9, "b": 9}, 10, [["a"], ["a", "b"], ["b"], []]))

    assert (outcome.voters_served, outcome.share_served) == (2, Fraction(1, 2))


@pytest.mark.parametrize(("budget", "voters", "step"), [
    (10_000_000, 10, 2_000),  # five hundred such steps come to a share
    (1_000, 10, 1),  # less than one would be none
    (1_000, 0, 1),
])  # fmt: skip
def test_a_suggested_step_doubles_a_share_in_five_hundred_runs(budget, voters, step):
    election = Election.of({"a": 10}, budget, [["a"]] * voters)

    assert suggested_step(election) == step
