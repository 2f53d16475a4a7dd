"""What is proven about all shares of a range: it is true, and no less is proven than can be."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import NamedTuple

import pytest

from civic.counting.rules.equal_shares.auction import run_auction
from civic.counting.rules.equal_shares.lasting import lasts
from tests.counting.slow_instances import by_id
from tests.counting.test_raising import settled

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Family(NamedTuple):
    """Elections with so many projects of about a cost; a ballot holds one of these numbers."""

    projects: int
    cost: int
    spread: int
    sizes: tuple[int, ...]
    wider: float

    def drawn(self, seed):
        """An election, and a share at which some of its projects can be bought."""
        draw = random.Random(f"{self} {seed}")
        costs = [self.cost + draw.randint(-self.spread, self.spread) for _ in range(self.projects)]
        ballots = [
            draw.sample(range(self.projects), draw.choice(self.sizes))
            for _ in range(draw.randint(10, 40))
        ]
        if draw.random() < 0.3:
            ballots = [{p: draw.randint(1, 4) for p in ballot} for ballot in ballots]
        share = Fraction(draw.randint(6 * self.cost, 50 * self.cost), 100)
        return by_id(costs, 100 * self.cost, ballots), share

    def how_far(self, seed, utility):
        """In how many steps a range becomes so wide that nothing is proven; checks what is."""
        election, share = self.drawn(seed)
        setting = settled(election, utility)
        bought = frozenset(run_auction(setting, share).bought)
        far = 0
        while far < 35 and lasts(setting, bought, float(share), self.end_of(share, far)):
            far += 1
        for part in range(1, 8):
            within = share + (Fraction(self.end_of(share, far - 1)) - share) * part / 7
            if far > 1:
                assert frozenset(run_auction(setting, within).bought) == bought, seed
        return far

    def end_of(self, share, far):
        return float(share) * (1 + self.wider * far)


# The more rates lie close together, the more projects are bought now in this order, now in that:
# then a proof must take several at once, and lift their ceilings until they hold.
# So far a proof reaches in each election of a family; a shorter one would cost a count its time.
FAMILIES = [
    (Family(5, 1000, 10, (1, 2, 3), 0.02),
     "zz5711kkzzzz51ccgg1127zz11zzc9zzzzzz44zzzzzzzz6b"),
    (Family(5, 1000, 100, (1, 2, 2, 3), 0.02),
     "eez5zzzzzzzzzz31zzggzzzzaa2111zzzzzzaacc27zzzzbb"),
    (Family(6, 1000, 100, (2, 2, 3), 0.02),
     "zzzz11zzzz77zz2xzz11zz33zzzz33llbbii134414zzhh22"),
    (Family(8, 1000, 300, (1, 1, 2), 0.01),
     "qqddbbdeaaa5qq7766ggbbzzekii33mm44zz44aa22ef6631"),
    (Family(10, 1000, 300, (1, 1, 1, 2), 0.01),
     "mmqqzz33zzzz9jii45iizzzzzzqqyymm74ss7744xxdggqff"),
    (Family(6, 1000, 10, (1, 1, 1, 1, 2), 0.01),
     "ddzzzzzz55ll44ll44zzz1zz66zzhhzz55zzzz22zzxxsszz"),
    (Family(5, 1000, 100, (1, 1, 1, 2, 3), 0.01),
     "zzczmm5bzzzzzze2zzzzzzzz44zz1z2ncczzee58zzzzzz14"),
    (Family(4, 1000, 200, (1, 1, 1, 2), 0.005),
     "zzzzzzzzzz66zzzzzzzzzzqq7hzz7755zzf4zzzzzzzzc6zz"),
    (Family(5, 30, 20, (1, 2, 3), 0.03),
     "33zzzz22zz761588934511zz2277432221d1zz55zzdd3tzz"),
    (Family(5, 30, 20, (1, 2, 4, 5), 0.03),
     "73zzzz5ncc3522zz66zzzzzz188zj2zzll214444zzzzzz71"),
    (Family(4, 30, 0, (1, 2, 3), 0.05),
     "33zzzz552711zzzz661154zzzzzz24zz32zzzzzzzzzzzzzz"),
]  # fmt: skip
HUGE = 10**13  # what may be wrong by SLACK is a hundred units of it, and by NEAR ten thousand


@pytest.mark.parametrize(("family", "reached"), FAMILIES)
def test_what_is_proven_is_true_and_reaches_as_far_as_ever(family, reached):
    far = [
        family.how_far(seed, utility) for seed in range(24) for utility in ("cost", "cardinality")
    ]

    assert "".join(DIGITS[steps] for steps in far) == reached


@pytest.mark.parametrize(("family", "seed", "utility", "reached"), [
    (Family(10, 1000, 300, (1, 1, 1, 2), 0.01), 25, "cost", 12),
    (Family(5, 1000, 100, (1, 1, 1, 2, 3), 0.01), 29, "cardinality", 16),
    (Family(7, 1000, 500, (1, 2, 2), 0.005), 33, "cost", 7),
])  # fmt: skip
def test_what_comes_after_a_part_of_a_block_only_belongs_to_it(family, seed, utility, reached):
    # Without it, so much wider ranges would be taken for proven.
    assert family.how_far(seed, utility) == reached


class TestByAHair:
    """Sums of floats are relied on only where they hold by more than they can be wrong."""

    @staticmethod
    def proven(costs, ballots, bought, shares, utility="cost"):
        setting = settled(by_id(costs, 100 * HUGE, ballots), utility)
        return lasts(setting, frozenset(bought), *map(float, shares))

    @pytest.mark.parametrize(("more", "is_proven"), [(-5_000, False), (270, False), (330, True)])
    def test_who_must_pay_all_of_a_cost_must_surely_have_it(self, more, is_proven):
        # The share may be less by one hundred, and must be two hundred more than the cost.
        assert self.proven([HUGE], [[0]], [0], (HUGE + more, 3 * HUGE)) == is_proven

    @pytest.mark.parametrize(("less", "is_proven"), [(270, False), (330, True)])
    def test_who_cannot_pay_must_surely_have_less(self, less, is_proven):
        assert self.proven([HUGE], [[0]], [], (1, HUGE - less)) == is_proven

    @pytest.mark.parametrize(("less", "is_proven"), [(10_450, False), (10_550, True)])
    def test_what_is_left_at_most_after_a_purchase(self, less, is_proven):
        # The first may have been cheaper by ten thousand, and the price by one hundred more.
        shares = (1.5 * HUGE, 2 * HUGE - less)
        assert self.proven([HUGE, HUGE], [[0, 1]], [0], shares) == is_proven

    @pytest.mark.parametrize(("more", "is_proven"), [(10_450, False), (10_550, True)])
    def test_what_is_left_at_least_after_a_purchase(self, more, is_proven):
        shares = (2 * HUGE + more, 3 * HUGE)
        assert self.proven([HUGE, HUGE], [[0, 1]], [0, 1], shares) == is_proven

    @pytest.mark.parametrize(("more", "is_proven"), [(7_770, False), (7_805, True)])
    def test_what_is_left_at_least_when_either_may_come_first(self, more, is_proven):
        # The last voter pays what the others lack after they bought the dear project together.
        dear = 12 * HUGE // 10
        low = (2 * HUGE + dear) // 3 + more
        ballots = [{0: 1, 2: 2}, {1: 1, 2: 2}, {0: 1, 1: 1}]

        shares = (low, 1.2 * HUGE)
        assert self.proven([HUGE, HUGE, dear], ballots, range(3), shares, "score") == is_proven
