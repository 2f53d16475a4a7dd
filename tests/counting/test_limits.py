"""Limits hold under every rule: held against an implementation that looks at every set anew."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from civic.counting import (
    RULES,
    Cap,
    CountingError,
    Election,
    Limits,
    Outcome,
    Project,
    TieRule,
    count,
)
from civic.counting.terms.limits import Gate
from tests.counting.slow_instances import approvals, points
from tests.counting.slow_limits import kept, limited, shares, walk

FIRST_COMES_FIRST = TieRule(steps=("votes", "cost"))
SEEDS = range(200)
CLOSED = {"conflict", "category-cap", "category-number", "area-cap", "area-number"}

WALKS = {
    "greedy": {},
    "greedy-no-skip": {"no_skip": True},
    "greedy-per-cost": {"per_cost": True},
}
COMPLETIONS = ("none", "add1", "add1-exhaustive", "add1-utilitarian", "utilitarian")
every_rule = pytest.mark.parametrize(
    ("rule", "completion"),
    [
        pytest.param(rule, completion, id=f"{rule}/{completion}")
        for rule, method in RULES.items()
        for completion in method.completions
    ],
)


def counted(election, rule, completion="none", **options):
    threshold = 1 if rule == "greedy-threshold" else 0
    return count(election, rule, completion, threshold=threshold, ties=FIRST_COMES_FIRST, **options)


def places(outcome):
    return [int(winner[1:]) for winner in outcome.winners]


class TestAgainstTheSlowCount:
    @pytest.mark.parametrize("draw", [approvals, points])
    @pytest.mark.parametrize("rule", WALKS)
    def test_walks(self, rule, draw):
        for seed in SEEDS:
            instance = draw(seed)
            projects, election, limits = limited(instance, seed)
            slow = walk(projects, election.budget, instance[2], limits, **WALKS[rule])

            assert places(counted(election, rule, limits=limits)) == slow, seed

    @pytest.mark.parametrize(("draw", "utility"), [(approvals, "cost"), (points, "score")])
    @pytest.mark.parametrize("completion", COMPLETIONS)
    def test_equal_shares(self, completion, draw, utility):
        for seed in SEEDS:
            instance = draw(seed)
            projects, election, limits = limited(instance, seed)
            slow = shares(projects, election.budget, instance[2], limits, completion, utility)

            fast = counted(election, "equal-shares", completion, utility=utility, limits=limits)

            assert places(fast) == slow, seed


@every_rule
def test_every_result_is_within_every_limit(rule, completion):
    for seed in SEEDS:
        projects, election, limits = limited(approvals(seed), seed)
        outcome = counted(election, rule, completion, limits=limits)

        assert kept(projects, election.budget, limits, places(outcome)), seed
        assert set(limits.prefunded) <= set(outcome.winners)
        assert outcome.total_cost == sum(line.cost for line in outcome.lines if line.funded)


@every_rule
def test_limits_that_bind_nothing_change_no_winner(rule, completion):
    for seed in SEEDS:
        _, election, limits = limited(approvals(seed), seed, binding=False)

        bound = counted(election, rule, completion, limits=limits)

        assert bound.winners == counted(election, rule, completion).winners, seed


@every_rule
def test_who_could_not_stand_beside_the_winners_reads_so(rule, completion):
    read = 0
    for seed in SEEDS:
        projects, election, limits = limited(approvals(seed), seed)
        outcome = counted(election, rule, completion, limits=limits)
        for place, line in enumerate(outcome.lines):
            if line.funded:
                continue
            beside = kept(projects, 10**9, limits, [*places(outcome), place])
            if line.reason.kind in CLOSED:
                assert not beside, (seed, line)
                read += 1
            elif not beside:
                # What did not fit, or had no votes, when its turn came was not closed by a limit.
                assert rule != "equal-shares", (seed, line)
                assert line.reason.kind not in {"greedy-won", "shares-won"}
    assert read > 100


@every_rule
def test_limits_are_stored_with_the_outcome(rule, completion):
    for seed in range(40):
        _, election, limits = limited(approvals(seed), seed)
        outcome = counted(election, rule, completion, limits=limits)

        again = Outcome.from_dict(json.loads(outcome.as_json()))

        assert again == outcome
        assert set(again.options.limits.conflicts) == set(limits.conflicts)
        assert again.options.limits.caps == limits.caps


PAPER = [
    Project("swing", 50, category="play", area="north"),
    Project("slide", 40, category="play", area="south"),
    Project("bench", 10, category="rest", area="north"),
    Project("gone", 5, withdrawn=True),
]
ELECTION = Election.of(
    PAPER, 100, [["swing"]] * 5 + [["slide"]] * 3 + [["bench"]] + [["slide", "bench"]]
)


def said(limits, project, rule="greedy"):
    lines = count(ELECTION, rule, limits=limits).lines
    return next(str(line.reason) for line in lines if line.project == project)


class TestSentences:
    def test_one_of_two(self):
        limits = Limits(conflicts=(frozenset({"swing", "slide"}),))

        assert said(limits, "slide") == (
            "Project swing was funded, and only one of the two can be."
        )

    @pytest.mark.parametrize(
        ("cap", "sentence"),
        [
            pytest.param(
                Cap("category", "play", cost=80),
                "Of what may be spent on the category play 30 was left, 10 less than its cost.",
                id="money of a category",
            ),
            pytest.param(
                Cap("category", "play", number=1),
                "Of the category play at most 1 may be funded; it would have been one more.",
                id="number of a category",
            ),
            pytest.param(
                Cap("area", "south", cost=39),
                "Of what may be spent in the area south 39 was left, 1 less than its cost.",
                id="dearer than the whole cap",
            ),
            pytest.param(
                Cap("area", "south", number=0),
                "Of the area south at most 0 may be funded; it would have been one more.",
                id="none at all",
            ),
        ],
    )
    def test_caps(self, cap, sentence):
        assert said(Limits(caps=(cap,)), "slide") == sentence

    def test_a_closed_project_does_not_stop_a_walk(self):
        limits = Limits(caps=(Cap("category", "play", number=1),))

        assert count(ELECTION, "greedy-no-skip", limits=limits).winners == ("swing", "bench")

    def test_what_is_funded_before_is_paid_first(self):
        outcome = count(ELECTION, limits=Limits(prefunded=("bench",)))

        assert outcome.winners == ("bench", "swing", "slide")
        assert [round_.left for round_ in outcome.rounds] == [40, 0]
        assert said(Limits(prefunded=("bench",)), "bench") == (
            "It was funded before the count, out of the same budget."
        )

    def test_shares_are_made_of_what_is_left(self):
        outcome = count(ELECTION, "equal-shares", limits=Limits(prefunded=("slide",)))

        assert outcome.endowment == 6


@pytest.mark.parametrize(
    ("limits", "complaint"),
    [
        pytest.param({"conflicts": (frozenset({"swing"}),)}, "two different", id="conflict of one"),
        pytest.param(
            {"conflicts": (frozenset({"swing", "moon"}),)}, "names project moon", id="unknown"
        ),
        pytest.param({"prefunded": ("moon",)}, "names project moon", id="unknown, funded before"),
        pytest.param({"prefunded": ("bench", "bench")}, "bench is pre-funded twice", id="twice"),
        pytest.param({"prefunded": ("gone",)}, "it was withdrawn", id="withdrawn"),
        pytest.param(
            {"prefunded": ("swing", "slide", "bench"), "budget": 99}, "more than the", id="too much"
        ),
        pytest.param(
            {"prefunded": ("swing", "slide"), "conflicts": (frozenset({"swing", "slide"}),)},
            "slide is pre-funded, but another limit",
            id="funded before though in conflict",
        ),
        pytest.param(
            {"prefunded": ("swing",), "caps": (Cap("category", "play", cost=49),)},
            "swing is pre-funded, but another limit",
            id="funded before though over a cap",
        ),
        pytest.param(
            {"caps": (Cap("area", "moon", cost=1),)}, "cap on moon, to which no", id="no such area"
        ),
        pytest.param(
            {"caps": (Cap("area", "north", cost=1), Cap("area", "north", number=1))},
            "two caps on north",
            id="two caps on one area",
        ),
    ],
)
def test_limits_that_make_no_sense(limits, complaint):
    election = Election.of(PAPER, limits.pop("budget", 100), [["swing"]])
    with pytest.raises(CountingError, match=complaint):
        count(election, limits=Limits(**limits))


@pytest.mark.parametrize(
    ("cap", "complaint"),
    [
        pytest.param({"kind": "colour", "name": "red", "cost": 1}, "no caps by colour", id="kind"),
        pytest.param({"kind": "area", "name": "north"}, "says no number", id="no number"),
        pytest.param({"kind": "area", "name": "north", "cost": -1}, "less than", id="cost"),
        pytest.param({"kind": "area", "name": "north", "number": -1}, "less than", id="number"),
    ],
)
def test_caps_that_make_no_sense(cap, complaint):
    with pytest.raises(CountingError, match=complaint):
        Cap(**cap)


def test_limits_come_back_from_their_plain_values():
    limits = Limits((frozenset({"swing", "slide"}),), (Cap("area", "north", 5, 1),), ("bench",))

    assert Limits.from_dict(limits.as_dict()) == limits
    assert not Limits.from_dict({})


@pytest.mark.parametrize(
    "limits",
    [
        Limits(conflicts=(frozenset({"swing", "slide"}),)),
        Limits(caps=(Cap("area", "north", number=1),)),
        Limits(prefunded=("bench",)),
    ],
)
def test_each_kind_of_limit_is_one_by_itself(limits):
    assert limits


def test_where_a_project_belongs_is_part_of_the_fingerprint_only_under_caps():
    moved = Election.of([replace(PAPER[0], area="south"), *PAPER[1:]], 100, [["swing"]])
    stayed = Election.of(PAPER, 100, [["swing"]])
    capped = Limits(caps=(Cap("area", "north", number=1),))

    assert Limits().fingerprint(moved) == Limits().fingerprint(stayed)
    assert capped.fingerprint(moved) != capped.fingerprint(stayed)


def test_rooms_say_what_each_limit_leaves():
    pair = frozenset({"swing", "slide"})
    caps = (Cap("category", "play", cost=95, number=2), Cap("area", "north", number=2))
    gate = Gate(ELECTION, Limits(conflicts=(pair,), caps=caps))

    free = gate.rooms()
    gate.take(2)

    assert free == [
        ({0: 1, 1: 1}, 1),
        ({0: 1, 1: 1}, 2),
        ({0: 50, 1: 40}, 95),
        ({0: 1, 2: 1}, 2),
    ]
    assert gate.rooms() == [*free[:3], ({0: 1}, 1)]
    gate.take(1)
    assert gate.rooms() == [({}, 1), ({}, 1), ({}, 55), ({}, 1)]
