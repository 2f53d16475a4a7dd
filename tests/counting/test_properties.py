"""What must hold of every count, whatever was voted: order, money, fairness and names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from civic.counting import RULES, Election, Project, TieRule, count
from tests.counting.slow_greedy import points_of
from tests.counting.slow_shares import worth

MANY = settings(max_examples=300, derandomize=True)
SOME = settings(max_examples=100, derandomize=True)
# Steps that look at what a project is, not at where it stands in the list.
BY_WHAT_IT_IS = TieRule(steps=("votes", "cost", "lot"), seed="drawn before the count")
BY_PLACE = TieRule(steps=("votes", "cost"))

SHARES = [
    ("equal-shares", completion, utility)
    for completion in RULES["equal-shares"].completions
    for utility in ("cost", "cardinality", "score")
]
PLAIN_SHARES = [way for way in SHARES if way[1] == "none"]
OTHERS = [
    (rule, "none", utility)
    for rule in RULES
    if rule != "equal-shares"
    for utility in RULES[rule].utilities or ("score",)
]
EVERY = [*SHARES, *OTHERS]
PASS_OVER = [("greedy", "none", "score"), ("greedy-per-cost", "none", "score")]
ONLY_APPROVALS = {"phragmen"}
EXHAUSTIVE = [*PASS_OVER, *(way for way in SHARES if way[1].endswith("utilitarian"))]


@st.composite
def cases(draw, ways, projects=6, voters=9):
    """A way to count with costs, a budget and ballots, small so that ties are common."""
    way = draw(st.sampled_from(ways))
    costs = draw(st.lists(st.integers(1, 12), min_size=1, max_size=projects))
    places = st.integers(0, len(costs) - 1)
    approval = st.sets(places).map(sorted)
    points = st.dictionaries(places, st.integers(1, 4))
    kind = draw(st.sampled_from([approval] if way[0] in ONLY_APPROVALS else [approval, points]))
    ballots = draw(st.lists(kind, min_size=1, max_size=voters))
    return way, costs, draw(st.integers(1, 40)), ballots


def paper(costs, names=None):
    """Numbered projects in a row, or under other names."""
    return [Project(names[p] if names else f"p{p}", cost) for p, cost in enumerate(costs)]


def cast(ballots, names=None):
    """Ballots as the package takes them."""
    call = (lambda p: names[p]) if names else (lambda p: f"p{p}")
    return [
        {call(p): points for p, points in ballot.items()}
        if isinstance(ballot, dict)
        else [call(p) for p in ballot]
        for ballot in ballots
    ]


def counted(election, way, ties=BY_WHAT_IT_IS, step=1):
    """Count in one of the ways; the rule that needs a threshold gets the least there is."""
    rule, completion, utility = way
    least = 1 if rule == "greedy-threshold" else 0
    return count(election, rule, completion, utility=utility, ties=ties, threshold=least, step=step)


def places_of(outcome):
    return [int(winner[1:]) for winner in outcome.winners]


class TestNothingElseMatters:
    """Neither who votes first, nor where a project stands, nor its name, nor the currency."""

    @MANY
    @given(cases(EVERY), st.randoms(use_true_random=False))
    def test_the_order_of_voters(self, case, lot):
        way, costs, budget, ballots = case
        mixed = lot.sample(ballots, len(ballots))

        one, other = (
            counted(Election.of(paper(costs), budget, cast(given_)), way)
            for given_ in (ballots, mixed)
        )

        assert one.as_json() == other.as_json()

    @MANY
    @given(cases(EVERY), st.randoms(use_true_random=False))
    def test_the_order_of_projects(self, case, lot):
        way, costs, budget, ballots = case
        mixed = lot.sample(paper(costs), len(costs))

        one = counted(Election.of(paper(costs), budget, cast(ballots)), way)
        other = counted(Election.of(mixed, budget, cast(ballots)), way)

        assert one.winners == other.winners

    @MANY
    @given(cases(EVERY))
    def test_the_names_of_projects(self, case):
        way, costs, budget, ballots = case
        names = [f"{9 - p} über {p}" for p in range(len(costs))]

        one = counted(Election.of(paper(costs), budget, cast(ballots)), way, BY_PLACE)
        renamed = Election.of(paper(costs, names), budget, cast(ballots, names))
        other = counted(renamed, way, BY_PLACE)

        assert [names[place] for place in places_of(one)] == list(other.winners)

    @MANY
    @given(cases(EVERY), st.sampled_from([7, 100, 10**6]))
    def test_the_unit_of_money(self, case, unit):
        way, costs, budget, ballots = case

        one = counted(Election.of(paper(costs), budget, cast(ballots)), way)
        dear = paper([cost * unit for cost in costs])
        other = counted(Election.of(dear, budget * unit, cast(ballots)), way, step=unit)

        assert one.winners == other.winners
        assert other.total_cost == one.total_cost * unit

    @MANY
    @given(cases(EVERY), st.integers(2, 5))
    def test_equal_ballots_cast_one_by_one_or_as_one_with_a_weight(self, case, times):
        way, costs, budget, ballots = case
        once = Election.of(paper(costs), budget, cast(ballots))
        weighted = replace(once, voters=once.voters * times, weights=once.weights * times)
        again = Election.of(paper(costs), budget, cast(ballots * times))

        assert counted(weighted, way).as_json() == counted(again, way).as_json()


class TestMoney:
    @MANY
    @given(cases(EVERY))
    def test_no_count_spends_more_than_there_is(self, case):
        way, costs, budget, ballots = case

        outcome = counted(Election.of(paper(costs), budget, cast(ballots)), way)

        assert outcome.total_cost == sum(costs[p] for p in places_of(outcome)) <= budget

    @MANY
    @given(cases(EXHAUSTIVE))
    def test_where_it_is_promised_nothing_more_would_fit(self, case):
        way, costs, budget, ballots = case

        won = places_of(counted(Election.of(paper(costs), budget, cast(ballots)), way))

        left = budget - sum(costs[p] for p in won)
        assert all(costs[p] > left for p in range(len(costs)) if p not in won)

    @MANY
    @given(cases(SHARES))
    def test_supporters_pay_exactly_what_a_project_costs(self, case):
        way, costs, budget, ballots = case

        outcome = counted(Election.of(paper(costs), budget, cast(ballots)), way)

        purses = [outcome.endowment] * len(ballots)
        for round_ in outcome.rounds:
            if round_.payment is None:
                continue  # bought afterwards, by votes
            place = int(round_.project[1:])
            units = [points_of(ballot, place) for ballot in ballots]
            if way[2] == "cardinality":
                units = [min(given_, 1) for given_ in units]
            paid = [min(p, round_.payment * u) for p, u in zip(purses, units, strict=True)]
            assert sum(paid) == round_.cost
            assert sum(amount > 0 for amount in paid) == round_.payers
            purses = [purse - amount for purse, amount in zip(purses, paid, strict=True)]
        assert min(purses) >= 0

    @MANY
    @given(cases(SHARES))
    def test_what_is_bought_later_is_never_a_better_bargain(self, case):
        way, costs, budget, ballots = case

        outcome = counted(Election.of(paper(costs), budget, cast(ballots)), way)

        rates = [
            round_.payment / (round_.cost if way[2] == "cost" else 1)
            for round_ in outcome.rounds
            if round_.payment is not None
        ]
        assert all(earlier <= later for earlier, later in pairwise(rates))


class TestFairness:
    @SOME
    @given(cases(SHARES, projects=4, voters=6))
    def test_who_agrees_gets_a_share_up_to_one_project(self, case):
        """Extended justified representation up to one project, for every group that agrees."""
        way, costs, budget, ballots = case
        won = places_of(counted(Election.of(paper(costs), budget, cast(ballots)), way))
        worths = [[worth(way[2], costs, b, p) for p in range(len(costs))] for b in ballots]

        for group, wishes in agreeing(costs, budget, len(ballots)):
            due = sum(min(worths[v][p] for v in group) for p in wishes)
            best = max(
                sum(worths[v][p] for p in won)
                + max((worths[v][p] for p in wishes if p not in won), default=0)
                for v in group
            )
            satisfied = any(sum(worths[v][p] for p in won) >= due for v in group)
            assert satisfied or best > due, (group, wishes, won)

    @MANY
    @given(cases(PLAIN_SHARES), st.randoms(use_true_random=False))
    def test_a_loser_could_have_stayed_at_home(self, case, lot):
        way, costs, budget, ballots = case
        outcome = counted(Election.of(paper(costs), budget, cast(ballots)), way)
        losers = [p for p in range(len(costs)) if p not in places_of(outcome)]
        if not losers:
            return
        gone = lot.choice(losers)
        rest = [project for project in paper(costs) if project.id != f"p{gone}"]
        without = [
            {p: points for p, points in ballot.items() if p != gone}
            if isinstance(ballot, dict)
            else [p for p in ballot if p != gone]
            for ballot in ballots
        ]

        again = counted(Election.of(rest, budget, cast(without)), way)

        assert again.winners == outcome.winners


def agreeing(costs, budget, voters):
    """Every group of voters with every set of projects that is theirs to decide by their number."""
    for size in range(1, len(costs) + 1):
        for wishes in combinations(range(len(costs)), size):
            share = Fraction(sum(costs[p] for p in wishes), budget)
            for number in range(1, voters + 1):
                if Fraction(number, voters) >= share:
                    for group in combinations(range(voters), number):
                        yield group, wishes
