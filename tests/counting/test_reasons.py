from __future__ import annotations

from collections.abc import Mapping

import pytest

from civic.counting import Election, count
from civic.counting.terms.reasons import SENTENCES, Amount, Reason
from tests.counting.examples import FIRST_COMES_FIRST, election_of, small_instance

SEEDS = range(150)


def losers(outcome, kinds):
    return [line for line in outcome.lines if line.reason.kind in kinds]


def with_cost(instance, project, cost):
    costs, budget, ballots = instance
    changed = [cost if f"p{place}" == project else old for place, old in enumerate(costs)]
    return election_of(changed, budget, ballots)


def with_votes(instance, project, more):
    costs, budget, ballots = instance
    return election_of(costs, budget, [*ballots, *[[int(project[1:])]] * more])


class TestStatedNumbersAreProven:
    @pytest.mark.parametrize("rule", ["greedy", "greedy-no-skip"])
    def test_the_votes_that_were_needed(self, rule):
        checked = 0
        for seed in SEEDS:
            instance = small_instance(seed)
            outcome = count(election_of(*instance), rule, ties=FIRST_COMES_FIRST)
            for line in losers(outcome, {"greedy-lost", "greedy-stopped"}):
                more = line.reason.params["more"]

                enough = count(
                    with_votes(instance, line.project, more), rule, ties=FIRST_COMES_FIRST
                )
                short = count(
                    with_votes(instance, line.project, more - 1), rule, ties=FIRST_COMES_FIRST
                )

                assert line.project in enough.winners, (seed, line)
                assert line.project not in short.winners, (seed, line)
                checked += 1
        assert checked > 50

    def test_the_cost_at_which_equal_shares_would_have_bought(self):
        checked = 0
        for seed in SEEDS:
            instance = small_instance(seed)
            outcome = count(election_of(*instance), "equal-shares")
            for line in losers(outcome, {"shares-lost-price"}):
                price = line.reason.params["held"].units

                again = count(with_cost(instance, line.project, price), "equal-shares")

                assert line.project in again.winners, (seed, line)
                checked += 1
        assert checked > 100

    def test_what_was_left_would_have_been_enough(self):
        for seed in SEEDS:
            instance = small_instance(seed)
            for line in losers(count(election_of(*instance)), {"greedy-lost"}):
                left = line.reason.params["left"].units
                if left:
                    assert line.project in count(with_cost(instance, line.project, left)).winners

    def test_a_completed_count_promises_no_price(self):
        for seed in SEEDS:
            outcome = count(election_of(*small_instance(seed)), "equal-shares", "add1")

            assert not losers(outcome, {"shares-lost-price"})


class TestSentences:
    def test_a_loser_by_votes_reads_what_it_lacked(self):
        election = Election.of({"swing": 50, "bridge": 60}, 100, [["swing"]] * 5 + [["bridge"]] * 4)

        line = count(election).lines[1]

        assert str(line.reason) == (
            "It came number 2 by votes; when its turn came 50 was left, 10 less than its cost."
            " With 2 more votes it would have been funded."
        )

    def test_a_winner_by_shares_reads_who_paid(self):
        line = count(Election.of({"swing": 10}, 11, [["swing"]] * 3), "equal-shares").lines[0]

        assert str(line.reason) == (
            "It was bought in round 1 by 3 supporters, who each paid at most 4."
        )

    def test_one_supporter_is_spoken_of_as_one(self):
        line = count(Election.of({"swing": 10}, 11, [["swing"]]), "equal-shares").lines[0]

        assert str(line.reason) == "It was bought in round 1 by 1 supporter, who paid at most 10."

    @pytest.mark.parametrize("kind", SENTENCES)
    def test_every_sentence_survives_storing(self, kind):
        class Anything(dict):
            def __missing__(self, name):
                self[name] = Amount(7) if name in {"cost", "left"} else 3
                return self[name]

        params: Mapping = Anything()
        sentence = str(Reason(kind, params))

        again = Reason.from_dict(Reason(kind, dict(params)).as_dict())

        assert again == Reason(kind, dict(params))
        assert str(again) == sentence

    def test_money_is_marked_as_money(self):
        reason = Reason("too-dear", {"cost": Amount(5), "missing": Amount(2)})

        assert reason.as_dict()["params"]["cost"] == {"money": 5}


def test_a_fact_leaves_out_what_would_have_helped():
    outcome = count(Election.of({"a": 5, "b": 9}, 10, [["a"], ["a"], ["b"]]))
    lost = outcome.lines[1].reason
    assert "would have been funded" in str(lost)
    assert "would have been funded" not in str(lost.fact)
    assert outcome.lines[0].reason.fact == outcome.lines[0].reason
