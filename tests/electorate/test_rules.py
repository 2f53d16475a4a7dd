from dataclasses import replace
from datetime import date

import pytest

from civic.electorate.rules import Facts, State, age_on, birthday, check_moving, eligibility
from civic.kernel.errors import RuleBroken

TODAY = date(2026, 11, 22)
ROSA = Facts(
    mobile_confirmed=True, national_id_given=True, birth_date=date(2010, 11, 22),
    home_path="demo/demo-6/demo-6-1/",
)  # fmt: skip


def verdict(facts=ROSA, area_path="demo/demo-6/", minimum_age=16):
    return eligibility(facts, area_path=area_path, minimum_age=minimum_age, on_day=TODAY)


class TestEligibility:
    def test_with_everything_in_order_one_votes(self):
        assert verdict().may_vote
        assert {check.state for check in verdict().checks} == {State.MET}
        verdict().require()

    @pytest.mark.parametrize(
        ("change", "name", "mend"),
        [
            ({"mobile_confirmed": False}, "mobile", "accounts.sign_in"),
            ({"national_id_given": False}, "national_id", "accounts.identity"),
            ({"birth_date": None}, "age", "accounts.identity"),
            ({"birth_date": date(2010, 11, 23)}, "age", None),
            ({"home_path": None}, "home", "electorate.declare"),
            ({"home_path": "demo/demo-7/demo-7-1/"}, "home", "electorate.declare"),
        ],
    )
    def test_what_is_missing_is_named_with_its_remedy(self, change, name, mend):
        said = verdict(replace(ROSA, **change))
        (missing,) = said.missing
        assert (missing.name, missing.mend) == (name, mend)
        assert not said.may_vote
        with pytest.raises(RuleBroken) as refused:
            said.require()
        assert refused.value.message == missing.sentence

    def test_all_that_is_missing_is_said_at_once(self):
        nobody = Facts(mobile_confirmed=False, national_id_given=False)
        assert len(verdict(nobody).missing) == 4

    def test_having_taken_part_is_no_obstacle(self):
        said = verdict(replace(ROSA, took_part_on=date(2026, 11, 20)))
        assert said.may_vote
        assert said.checks[-1].state is State.NOTE

    def test_without_a_minimum_age_nobody_is_asked_for_it(self):
        said = verdict(replace(ROSA, birth_date=None), minimum_age=0)
        assert said.may_vote
        assert "age" not in {check.name for check in said.checks}

    def test_a_neighbour_with_a_longer_code_is_not_inside(self):
        assert not verdict(replace(ROSA, home_path="demo/demo-60/x/")).may_vote

    def test_in_general_any_neighbourhood_will_do(self):
        assert verdict(replace(ROSA, home_path="elsewhere/"), area_path=None).may_vote


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(2010, 11, 22), 16), (date(2010, 11, 23), 15), (date(2008, 2, 29), 18)],
)
def test_years_are_completed_on_the_birthday(born, years):
    assert age_on(born, TODAY) == years


def test_a_leap_day_is_reached_the_day_after():
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)


class TestMoving:
    @pytest.mark.parametrize("bound", [TODAY, date(2026, 11, 30)])
    def test_a_vote_binds_to_its_last_day(self, bound):
        with pytest.raises(RuleBroken, match="taken part"):
            check_moving(bound, TODAY)

    @pytest.mark.parametrize("bound", [None, date(2026, 11, 21)])
    def test_afterwards_one_is_free(self, bound):
        check_moving(bound, TODAY)
