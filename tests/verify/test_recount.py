"""The winners, counted here and by the city's own library."""

import json
import random
from collections import Counter
from itertools import pairwise

import pytest

from civic.counting import Election, TieRule, count
from civic.counting.registry import suggested_step
from tests.verify.city import City, honest

RULES = [
    "greedy", "greedy-no-skip", "greedy-threshold", "greedy-per-cost",
    "equal-shares", "equal-shares/add1", "equal-shares/add1-utilitarian",
]  # fmt: skip


def small_election(rng, rule):
    """A random pot with many ties, and its ballots."""
    coins = rng.choice([1, 10, 1000])
    paper = [
        {"number": n, "code": f"p{rng.randrange(10**6)}-{n}", "cost": coins * rng.randint(1, 6)}
        for n in range(1, rng.randint(2, 9))
    ]
    options = {"threshold": rng.randint(1, 4)} if rule == "greedy-threshold" else {}
    if rng.random() < 0.3:
        options["step"] = rng.randint(1, coins)
    pot = {
        "amount": coins * rng.randint(3, 15), "rule": rule, "rule_options": options,
        "projects": paper,
    }  # fmt: skip
    numbers = [project["number"] for project in paper]
    ballots = [
        tuple(sorted(rng.sample(numbers, rng.randint(1, min(3, len(numbers))))))
        for _ in range(rng.randint(1, 30))
    ]
    return pot, ballots


def officially(pot, ballots, seed):
    codes = {project["number"]: project["code"] for project in pot["projects"]}
    costs = {project["code"]: project["cost"] for project in pot["projects"]}
    election = Election.of(costs, pot["amount"], [[codes[n] for n in one] for one in ballots])
    rule, _, completion = pot["rule"].partition("/")
    options = {"ties": TieRule(seed), "threshold": pot["rule_options"].get("threshold", 0)}
    step = pot["rule_options"].get("step") or suggested_step(election)
    return list(count(election, rule, completion or "none", step=step, **options).winners)


@pytest.mark.parametrize("rule", RULES)
def test_it_agrees_with_the_official_count(verifier, rule):
    rng = random.Random(rule)
    for turn in range(200):
        pot, ballots = small_election(rng, rule)
        mine = verifier.winners(pot, f"seed {turn}", Counter(ballots))
        assert mine == officially(pot, ballots, f"seed {turn}"), (pot, ballots)


def test_it_agrees_where_voters_are_many(verifier):
    rng = random.Random(7)
    paper = [{"number": n, "code": f"p{n}", "cost": rng.randint(10**6, 10**8)} for n in range(30)]
    popular = [rng.paretovariate(1) for _ in paper]
    ballots = [tuple(sorted(set(rng.choices(range(30), popular, k=5)))) for _ in range(1500)]
    for rule in RULES[4:]:
        pot = {"amount": 5 * 10**8, "rule": rule, "rule_options": {}, "projects": paper}
        assert verifier.winners(pot, "s", Counter(ballots)) == officially(pot, ballots, "s")


def told(city, change):
    """The files of a city whose result was changed."""
    files = city.files(counted=True)
    result = json.loads(files["result.json"])
    change(result)
    return files | {"result.json": json.dumps(result)}


@pytest.mark.parametrize(("options", "step"), [({}, 20), ({"step": 0}, 20), ({"step": 7}, 7)])
def test_shares_rise_by_the_step_of_the_pot_or_a_five_hundredth(
    verifier, monkeypatch, options, step
):
    shares, real = [], verifier.buy

    def buy(for_sale, left, share, *more):
        shares.append(share)
        return real(for_sale, left, share, *more)

    monkeypatch.setattr(verifier, "buy", buy)
    paper = [{"number": 1, "code": "a", "cost": 10_100}, {"number": 2, "code": "b", "cost": 40_000}]
    pot = {"amount": 40_000, "rule": RULES[5], "rule_options": options, "projects": paper}
    assert verifier.winners(pot, "s", Counter({(1,): 2, (2,): 2})) == ["a"]
    assert {two - one for one, two in pairwise(shares)} == {step}


CHANGES = {
    "order": lambda result: result["pots"][0]["winners"].reverse(),
    "a winner less": lambda result: result["pots"][1]["winners"].pop(),
    "another winner": lambda result: result["pots"][1]["winners"].append("2-p1"),
    "another number": lambda result: result["pots"][2].update(ballots=1),
    "another rule": lambda result: result["pots"][2].update(rule="greedy"),
    "sealed": lambda result: result["pots"][2].update(sealed=True),
    "not sealed": lambda result: result["pots"][3].update(sealed=False),
    "another root": lambda result: result["book"].update(root="00" * 32),
    "another size": lambda result: result["book"].update(size=3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_result_that_was_changed_is_named(check, change):
    code, said = check(told(honest(), CHANGES[change]), "recount")
    assert (code, "✗ Area" in said) == (1, True), said


def test_a_pot_that_nobody_voted_about_or_that_is_missing_cannot_be_checked(check):
    extra = {"area": 5, "rule": "greedy", "ballots": 0, "sealed": True, "winners": []}
    assert check(told(honest(), lambda result: result["pots"].append(extra)), "recount")[0] == 2
    assert check(told(honest(), lambda result: result["pots"].pop()), "recount")[0] == 2


def test_a_rule_that_is_not_known_is_no_success(check):
    city = honest()
    files = strange(city)
    code, said = check(files, "recount")
    assert code == 3, said
    assert "? Area 2" in said
    assert "Not every area can be counted here." in said


def strange(city):
    """The same votes under a rule of tomorrow, settled before the vote."""
    pots = [pot | ({"rule": "phragmen"} if pot["area"] == 2 else {}) for pot in city.rules["pots"]]
    other = City(0, pots)
    other.lines += city.lines[1:]
    other.envelopes, other.marked, other.heads = city.envelopes, city.marked, city.heads
    other.sign_again()
    return other.files(counted=True)


def test_what_is_wrong_outweighs_what_is_not_known(check):
    files = strange(honest())
    code, said = check(files | {"participation.json": '{"pots": []}'}, "recount")
    assert (code, "people marked" in said) == (1, True)
