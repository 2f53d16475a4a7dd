from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from civic.ballots import rules
from civic.ballots.rules import Limits
from civic.cycles.kinds import BallotKind
from civic.kernel.errors import RuleBroken
from civic.kernel.money import Toman


def line(number, cost):
    return SimpleNamespace(number=number, title=f"P{number}", cost=cost)


PAPER = {n: line(n, cost) for n, cost in {1: 100, 2: 250, 3: 400, 4: 700}.items()}
KNAPSACK = Limits(BallotKind.KNAPSACK, 700, None)
APPROVAL = Limits(BallotKind.APPROVAL, 700, 2)


class TestChoices:
    def test_come_back_in_order(self):
        assert rules.check_choices([3, 1], PAPER, KNAPSACK) == [1, 3]

    def test_may_fill_the_pot_exactly(self):
        assert rules.check_choices([4], PAPER, KNAPSACK) == [4]

    def test_up_to_k_may_cost_more_than_the_pot(self):
        assert rules.check_choices([4, 3], PAPER, APPROVAL) == [3, 4]

    @pytest.mark.parametrize(
        ("choices", "sentence"),
        [
            ([], "at least one"),
            ([1, 1], "only once"),
            ([1, 99], "not on this ballot"),
            ([0], "not on this ballot"),
        ],
    )
    def test_refused(self, choices, sentence):
        with pytest.raises(RuleBroken, match=sentence) as caught:
            rules.check_choices(choices, PAPER, KNAPSACK)
        assert caught.value.field == "choices"

    def test_too_many_says_by_how_many(self):
        with pytest.raises(RuleBroken, match=r"4 projects, 2 too many.*at most 2"):
            rules.check_choices([1, 2, 3, 4], PAPER, APPROVAL)

    def test_too_dear_says_by_how_much_and_what_to_take_away(self):
        with pytest.raises(RuleBroken, match="Take one project away") as caught:
            rules.check_choices([1, 2, 3], PAPER, KNAPSACK)
        assert caught.value.params == {"over": Toman(50), "title": "P1"}

    def test_much_too_dear_names_the_dearest_first(self):
        with pytest.raises(RuleBroken, match="Take some projects away") as caught:
            rules.check_choices([1, 2, 3, 4], PAPER, Limits(BallotKind.KNAPSACK, 100, None))
        assert caught.value.params["title"] == "P4"

    def test_the_cheapest_that_is_enough_goes(self):
        assert rules.to_remove(PAPER.values(), 101).number == 2

    def test_of_two_alike_the_first_on_the_paper_goes(self):
        assert rules.to_remove([line(8, 5), line(7, 5)], 5).number == 7


class TestClock:
    OPENS = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    CLOSES = OPENS + timedelta(days=7)
    VOTING = SimpleNamespace(kind="voting", opens_at=OPENS, closes_at=CLOSES)
    SECOND = timedelta(seconds=1)

    @pytest.mark.parametrize(
        ("at", "form_opened_at", "refused"),
        [
            (OPENS - SECOND, OPENS - SECOND, "Voting opens"),
            (OPENS, OPENS, None),
            (CLOSES - SECOND, CLOSES - SECOND, None),
            (CLOSES, CLOSES - SECOND, None),
            (CLOSES, CLOSES, "Voting ended"),
            (CLOSES + 119 * SECOND, CLOSES - SECOND, None),
            (CLOSES + 120 * SECOND, CLOSES - SECOND, "Voting ended"),
            (CLOSES + 10 * SECOND, CLOSES + SECOND, "Voting ended"),
        ],
    )
    def test_half_open_with_grace_for_open_forms(self, at, form_opened_at, refused):
        if refused is None:
            rules.check_clock(self.VOTING, at, form_opened_at)
        else:
            with pytest.raises(RuleBroken, match=refused):
                rules.check_clock(self.VOTING, at, form_opened_at)

    def test_a_cycle_without_voting(self):
        with pytest.raises(RuleBroken, match="no voting"):
            rules.check_clock(None, self.OPENS, self.OPENS)


class TestCodes:
    def test_the_published_vector_of_commitment_and_receipt(self):
        held = rules.commitment(bytes(48), election="1405", area=1, choices=[22, 3, 17])
        assert held.hex() == "77371ade3bad6734520d19125bfc3a5f5c13111ed31279442ef1434262cf86fb"
        assert "-".join(rules.in_groups(rules.receipt_of(held))) == "1012-7727-8015-7372-6221-2859"

    def test_another_nonce_hides_the_same_choice(self):
        one = rules.commitment(bytes(48), election="1405", area=1, choices=[3])
        two = rules.commitment(b"\1" * 48, election="1405", area=1, choices=[3])
        assert one != two

    @pytest.mark.parametrize(
        "typed",
        [
            "101277278015737262212859",
            "1012-7727-8015-7372-6221-2859",
            " ۱۰۱۲ ۷۷۲۷ ۸۰۱۵ ۷۳۷۲ ۶۲۲۱ ۲۸۵۹\n",
            "١٠١٢–٧٧٢٧–٨٠١٥–٧٣٧٢–٦٢٢١–٢٨٥٩",
            "۱۰۱۲\u200c7727\u00a08015٧٣٧٢-6221 2859",
        ],
    )
    def test_a_code_is_read_as_people_type_it(self, typed):
        assert rules.read_code(typed) == "101277278015737262212859"

    @pytest.mark.parametrize("typed", [None, "", "1012", "x" * 24, "²" * 24, "1" * 25])
    def test_anything_else_is_no_code(self, typed):
        assert rules.read_code(typed) is None


class TestOrder:
    def test_the_seed_gives_the_same_order_whoever_came_first(self):
        names = {n: str(n) for n in range(20)}
        one = rules.shuffled(range(20), names, "seed")
        two = rules.shuffled(reversed(range(20)), names, "seed")
        assert one == two != sorted(one)
        assert one != rules.shuffled(range(20), names, "other")


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (9, 0), (10, 10), (129, 120)])
def test_turnout_is_shown_in_tens(count, shown):
    assert rules.rounded(count) == shown
