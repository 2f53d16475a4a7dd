"""Steps that change nothing are leapt over, and nobody can tell from the outcome."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from civic.counting import Cap, Election, Limits, Project, TieRule, count
from civic.counting.questions.margins import margins
from civic.counting.registry import setting_of
from civic.counting.rules.equal_shares import lasting, raising
from civic.counting.rules.equal_shares import rule as equal_shares
from civic.counting.rules.equal_shares.auction import run_auction
from civic.counting.rules.equal_shares.lasting import lasts
from civic.counting.terms.outcome import Options
from tests.counting.examples import FIRST_COMES_FIRST
from tests.counting.slow_instances import approvals, by_id, points, points_below_nought
from tests.counting.slow_limits import limited

PARTS, OF = 12, 20
COMPLETIONS = ("add1", "add1-exhaustive", "add1-utilitarian")
UTILITIES = ("cost", "cardinality", "score")
UNIT = 10**6


class OneByOne:
    """The pace of the textbook."""

    def __init__(self, setting):
        pass

    def steps(self, auction):
        return 1


def drawn(seed):
    """A small election in which many steps change nothing, and how it is counted."""
    draw = random.Random(f"raising {seed}")
    costs, budget, ballots = draw.choice([approvals, points, points_below_nought])(seed)
    unit = draw.choice([1, 5, 30, 100])
    # Some costs stay multiples of each other, so that ties are common.
    costs = [cost * unit + draw.choice([0, 0, unit // 3]) for cost in costs]
    budget *= unit * draw.choice([1, 1, 3, 8])
    options = {"completion": draw.choice(COMPLETIONS), "utility": draw.choice(UTILITIES)}
    return (costs, budget, ballots), options


def counted(election, options, **more):
    heard = []
    outcome = count(
        election,
        "equal-shares",
        ties=FIRST_COMES_FIRST,
        kernel="numpy",
        progress=lambda *said: heard.append(said),
        **options,
        **more,
    )
    return outcome, len(heard) + 1


@pytest.fixture
def eager(monkeypatch):
    """Asks after every run, and for the shortest leaps, so that most of them are tried."""
    monkeypatch.setattr(raising, "PATIENCE", 1)
    monkeypatch.setattr(raising, "MOST_PATIENCE", 1)
    monkeypatch.setattr(raising, "LEAP", 1)


class TestTheSameOutcome:
    @pytest.mark.parametrize("part", range(PARTS))
    def test_as_step_by_step(self, part, eager, monkeypatch):
        leapt = made = 0
        for seed in range(part * OF, (part + 1) * OF):
            instance, options = drawn(seed)
            election = by_id(*instance)
            quick, runs = counted(election, options)
            with monkeypatch.context() as patch:
                patch.setattr(equal_shares, "Pace", OneByOne)
                slow, _ = counted(election, options)

            assert quick.as_json() == slow.as_json(), seed
            leapt += quick.runs - runs
            made += runs

        assert leapt > made

    def test_with_limits(self, eager, monkeypatch):
        for seed in range(60):
            (costs, budget, ballots), options = drawn(seed)
            _, election, limits = limited((costs, budget, ballots), seed)
            quick, _ = counted(election, options, limits=limits)
            with monkeypatch.context() as patch:
                patch.setattr(equal_shares, "Pace", OneByOne)
                slow, _ = counted(election, options, limits=limits)

            assert quick.as_json() == slow.as_json(), seed

    def test_at_the_usual_pace(self, monkeypatch):
        for seed in range(1_000, 1_040):
            instance, options = drawn(seed)
            quick, _ = counted(by_id(*instance), options)
            with monkeypatch.context() as patch:
                patch.setattr(equal_shares, "Pace", OneByOne)
                slow, _ = counted(by_id(*instance), options)

            assert quick.as_json() == slow.as_json(), seed


@pytest.mark.parametrize("part", range(10))
def test_what_is_proven_to_last_lasts(part):
    proven = 0
    for seed in range(25 * part, 25 * (part + 1)):
        (costs, budget, ballots), options = drawn(seed)
        election = by_id(costs, budget * 50, ballots)
        setting = settled(election, options["utility"])
        draw = random.Random(seed)
        low = Fraction(draw.randint(1, max(costs)), draw.choice([1, 3]))
        high = low + draw.choice([1, 3, 20, 200])
        bought = frozenset(run_auction(setting, low).bought)
        if lasts(setting, bought, float(low), float(high)):
            proven += 1
            for sevenths in (0, 1, 2, 3, 5, 7):
                share = low + (high - low) * sevenths / 7
                assert frozenset(run_auction(setting, share).bought) == bought, seed

    assert proven > 5


def test_a_block_that_is_not_found_in_time_proves_nothing(monkeypatch):
    setting = settled(by_id([10, 10**6], 10**7, [[0]] * 9 + [[1]]), "cost")
    assert lasts(setting, frozenset({0}), 100.0, 1_000.0)
    assert not lasts(setting, frozenset({0}), 100.0, 10.0**7)

    monkeypatch.setattr(lasting, "ATTEMPTS", 0)

    assert not lasts(setting, frozenset({0}), 100.0, 1_000.0)


def settled(election, utility):
    options = Options(
        rule="equal-shares",
        completion="none",
        threshold=0,
        step=1,
        seed="",
        tie_steps=("votes", "cost"),
        utility=utility,
        comparison="",
        limits=Limits(),
    )
    return setting_of(election, options, kernel="numpy")


class TestThePace:
    """When it is asked whether a result lasts, and for how long: that is all the time it takes."""

    @pytest.fixture
    def asked(self, monkeypatch):
        """Each range of shares that is asked about; it lasts up to a share of `until`."""
        ranges: list[tuple[float, float]] = []

        def answer(_, bought, low, high):
            ranges.append((low, high))
            return high <= self.until

        self.until = -1
        monkeypatch.setattr(raising, "lasts", answer)
        return ranges

    def _pace(self, step=1, voters=1):
        """Project 0 is bought; 1 costs so much that its voters (of two kinds) are too poor."""
        ballots = [[0, 1]] * voters + [[1]] * voters
        setting = settled(by_id([10, 600_000], 10**7, ballots), "cost")
        return raising.Pace(replace(setting, step=step))

    def _run(self, share=0, bought=(0,), purses=0.0):
        money = np.full(2, purses)
        return SimpleNamespace(
            bought=list(bought), purses=SimpleNamespace(endowment=Fraction(share), money=money)
        )

    def _runs_between(self, pace, asked, times, **run):
        """How many runs are made up to each question, the run that asks among them."""
        found = []
        for _ in range(times):
            before, runs = len(asked), 0
            while len(asked) == before:
                pace.steps(self._run(**run))
                runs += 1
            found.append(runs)
        return found

    def test_it_is_asked_after_six_runs_that_bought_the_same(self, asked):
        assert self._runs_between(self._pace(), asked, 1) == [6]

    def test_runs_that_bought_nothing_are_alike_too(self, asked):
        assert self._runs_between(self._pace(), asked, 1, bought=()) == [6]

    def test_another_result_begins_the_count_anew(self, asked):
        pace = self._pace()
        for _ in range(5):
            assert pace.steps(self._run()) == 1
        assert pace.steps(self._run(bought=())) == 1

        assert self._runs_between(pace, asked, 1) == [6]

    def test_it_is_asked_half_as_often_where_that_was_in_vain(self, asked):
        between = self._runs_between(self._pace(), asked, 9)

        assert between == [6, 12, 24, 48, 96, 192, 384, 384, 384]

    def test_it_is_asked_twice_as_often_where_it_was_not(self, asked):
        pace = self._pace()
        self.until = 1e5
        assert self._runs_between(pace, asked, 5) == [6, 3, 1, 1, 1]

        self.until = -1
        assert self._runs_between(pace, asked, 3) == [1, 2, 4]

    def test_a_leap_grows_fourfold_and_twofold_after_it_was_too_far(self, asked):
        pace = self._pace(step=10)
        self.until = 100 + 10 * (8 + 32 + 128 + 300)
        for _ in range(5):
            assert pace.steps(self._run(100)) == 1

        assert pace.steps(self._run(100)) == 1 + 464
        assert [((low - 100) / 10, (high - 100) / 10) for low, high in asked] == [
            (1, 8), (9, 40), (41, 168), (169, 680),  # too far
            (169, 296), (297, 552),  # too far
            (297, 360), (361, 488),  # too far
            (361, 392), (393, 456), (457, 584), (457, 488),  # too far, twice
            (457, 464), (465, 480),  # too far, and a shorter leap is not worth the question
        ]  # fmt: skip

    @pytest.mark.parametrize(("purses", "is_near"), [(100_000 - 80, True), (100_000 - 81, False)])
    def test_it_is_not_asked_where_a_leap_could_pay_for_more(self, asked, purses, is_near):
        # A leap of eight tens gives each of the six voters just what they lack, or a little less.
        pace = self._pace(step=10, voters=3)
        for _ in range(20):
            pace.steps(self._run(purses=purses))

        assert (not asked) == is_near


class TestFewRuns:
    """A pot that is larger than all costs, and projects that hardly anybody chose."""

    COSTS = (5_000, 300, 400 * UNIT, 90 * UNIT)
    BALLOTS = [[0, 1], [0], [0, 1, 3], [1], [1, 2, 3], [2], [2, 3]] * 100 + [[4], [4, 5], [5]]

    def test_millions_of_steps_that_change_nothing(self):
        costs = [*self.COSTS, 30 * UNIT, 25 * UNIT]
        outcome, runs = counted(by_id(costs, 600 * UNIT, self.BALLOTS), {"completion": "add1"})

        assert set(outcome.winners) == {f"p{p}" for p in range(6)}
        assert outcome.runs > 15 * UNIT
        assert runs < 100

    def test_steps_that_end_at_the_budget(self):
        costs = [*self.COSTS, 30 * UNIT, 25 * UNIT]
        budget = sum(costs) - 1
        outcome, runs = counted(by_id(costs, budget, self.BALLOTS), {"completion": "add1"})

        assert outcome.total_cost <= budget
        assert len(outcome.winners) == 5
        assert outcome.runs > 10 * UNIT
        assert runs < 100

    def test_the_steps_to_a_single_vote(self):
        # The last project is bought when its only voter holds all of its cost.
        outcome, runs = counted(
            by_id([10, 10**9 + 7], 10**10, [[0]] * 99 + [[1]]), {"completion": "add1"}
        )

        assert outcome.endowment == 10**9 + 7
        assert outcome.runs == 10**9 + 7 - 10**8 + 1
        assert runs < 60

    def test_a_tie_that_lasts(self):
        # With full purses both cost their voter the same for a unit; votes and cost decide.
        outcome, runs = counted(
            by_id([40 * UNIT, 50 * UNIT, 7], 10**8, [[0, 1]] + [[2]] * 9), {"completion": "add1"}
        )

        assert outcome.winners == ("p2", "p0", "p1")
        assert runs < 60

    def test_margins_over_such_steps(self):
        election = by_id([10, 4 * UNIT, 5 * UNIT], 6 * UNIT, [[0]] * 97 + [[1], [2], [1]])
        outcome, _ = counted(election, {"completion": "add1"})

        found = margins(election, outcome, "p2", kernel="numpy")

        assert found.budget == 9 * UNIT + 10


def test_a_cap_that_closes_the_rest_ends_the_steps():
    projects = [Project("a", 5, category="green"), Project("b", 10**7, category="green")]
    limits = Limits(caps=(Cap("category", "green", number=1),))
    election = Election.of(projects, 10**8, [["a"]] * 50 + [["b"]])

    outcome = count(election, "equal-shares", "add1", ties=TieRule(), limits=limits)

    assert outcome.winners == ("a",)
    assert outcome.runs == 1
