"""What is said of the best set: a sentence for each project, as far as it is not too much work."""

from __future__ import annotations

import pytest

from civic.counting import Cap, Election, Limits, Project, count
from civic.counting.rules.knapsack import rule
from civic.counting.rules.knapsack.best_set import best_set
from civic.counting.terms.reasons import Amount
from tests.counting.examples import FIRST_COMES_FIRST

PAPER = [Project("swing", 60), Project("slide", 50), Project("bench", 50), Project("hall", 500)]
BALLOTS = [["swing"]] * 7 + [["slide"]] * 4 + [["bench"]] * 4


def reasons(ballots=BALLOTS, **options):
    election = Election.of(PAPER, 100, ballots)
    lines = count(election, "knapsack", ties=FIRST_COMES_FIRST, **options).lines
    return {line.project: str(line.reason) for line in lines}


class TestSentences:
    def test_two_cheap_ones_beat_the_one_with_most_votes(self):
        assert reasons() == {
            "swing": "With it, the best set would leave out slide, bench and get 1 fewer vote in"
            " all.",
            "slide": "It belongs to the set that gets the most votes for the budget: 8 in all.",
            "bench": "It belongs to the set that gets the most votes for the budget: 8 in all.",
            "hall": "It costs 500, which is 400 more than the whole budget.",
        }

    def test_where_votes_count_the_cost(self):
        said = reasons([*BALLOTS, ["slide"]], utility="cost")

        assert said["swing"] == (
            "With it, the best set would leave out slide, bench and be worth 30 less in all, where"
            " each vote counts the cost of its project."
        )
        assert said["slide"] == (
            "It belongs to the set that is worth the most, where each vote counts the cost of its"
            " project: 450 in all."
        )

    def test_points(self):
        ballots = [{"swing": 9}, {"slide": 5}, {"bench": 5}]

        assert reasons(ballots)["swing"] == (
            "With it, the best set would leave out slide, bench and get 1 fewer point in all."
        )

    def test_a_dearer_set(self):
        assert reasons([["swing"], ["slide"]])["swing"] == (
            "With it instead of slide a set would be worth as much, but cost 10 more."
        )

    def test_a_tie(self):
        election = Election.of({"a": 6, "b": 6}, 10, [["a"], ["b"]])
        outcome = count(election, "knapsack", ties=FIRST_COMES_FIRST)

        assert outcome.winners == ("a",)
        assert outcome.ties[0].projects == ("a", "b")
        assert outcome.ties[0].decided_by == "order"
        assert str(outcome.lines[1].reason) == (
            "With it instead of a a set would be worth as much for as much money; the tie was"
            " broken for the other."
        )

    def test_nothing_to_add(self):
        assert (
            reasons([["swing"]])["bench"] == "It could add nothing to what all voters together get."
        )

    def test_what_costs_the_whole_budget_is_not_too_dear(self):
        election = Election.of({"all": 10, "half": 5}, 10, [["half"]] * 2 + [["all"]])

        assert str(count(election, "knapsack").lines[0].reason) == (
            "With it, the best set would leave out half and get 1 fewer vote in all."
        )

    def test_where_votes_are_counted_points_are_not_spoken_of(self):
        election = Election.of({"a": 5}, 10, [{"a": 9}])
        votes, points = (
            count(election, "knapsack", utility=utility).lines[0].reason
            for utility in ("cardinality", "score")
        )

        assert (votes.kind, votes.params) == ("knapsack-won", {"all": 1})
        assert (points.kind, points.params) == ("knapsack-won-points", {"all": 9})

    def test_what_a_set_is_worth_in_money_is_marked_as_money(self):
        line = count(Election.of({"a": 5}, 10, [["a"]]), "knapsack", utility="cost").lines[0]

        assert line.reason.params == {"all": Amount(5)}

    def test_rounds_follow_the_order_of_ties(self):
        election = Election.of(PAPER, 100, BALLOTS)
        rounds = count(election, "knapsack", ties=FIRST_COMES_FIRST).rounds

        assert [(r.number, r.project, r.cost, r.votes, r.left) for r in rounds] == [
            (1, "slide", 50, 4, 50),
            (2, "bench", 50, 4, 0),
        ]

    def test_a_limit_is_named_before_anything_else(self):
        limits = Limits(conflicts=(frozenset({"slide", "bench"}),))

        assert reasons(limits=limits)["slide"].startswith("With it")
        capped = Limits(caps=(Cap("category", "", number=1),))
        assert "at most 1" in reasons(limits=capped)["slide"]


class TestWhatIsTooMuchToTell:
    def test_losers_read_a_plain_fact(self, monkeypatch):
        monkeypatch.setattr(rule, "WORK_EACH", 0)
        costs = {f"p{n}": cost for n, cost in enumerate((31, 33, 35, 37, 39, 41))}
        ballots = [[id_] for id_ in costs for _ in range(3)]
        outcome = count(Election.of(costs, 106, ballots), "knapsack", utility="cost")

        said = {line.reason.kind for line in outcome.lines if not line.funded}
        assert "knapsack-not-in" in said

    @pytest.mark.parametrize(("each", "told"), [(2, 7), (20_000, 1_000)])
    def test_all_questions_together_take_no_more_than_was_set_aside(self, each, told, monkeypatch):
        monkeypatch.setattr(rule, "WORK_EACH", each)
        monkeypatch.setattr(rule, "WORK_TOLD", told)
        left = [told]

        def noted(*given, most_work, **more):
            if "fines" not in more:
                return best_set(*given, most_work=most_work)
            assert most_work == min(each, left[-1])
            left.append(left[-1] - most_work)
            found = best_set(*given, most_work=most_work, **more)
            left[-1] += most_work - found.work
            return found

        monkeypatch.setattr(rule, "best_set", noted)
        costs = {f"p{n}": cost for n, cost in enumerate((31, 33, 35, 37, 39, 41))}
        election = Election.of(costs, 106, [[id_] for id_ in costs for _ in range(3)])

        assert count(election, "knapsack", utility="cost").lines
        assert len(left) > 3
        assert 0 <= left[-1] < told

    def test_a_tie_is_left_out(self, monkeypatch):
        costs = dict.fromkeys("abcde", 6)
        election = Election.of(costs, 14, [[id_] for id_ in costs])
        assert count(election, "knapsack").ties

        monkeypatch.setattr(rule, "WORK_EACH", 0)
        assert not count(election, "knapsack").ties
