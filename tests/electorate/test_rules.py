from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from civic.electorate.kinds import Match, Residence, Tie
from civic.electorate.rules import (
    Entry,
    Facts,
    State,
    VoterTerms,
    check_moving,
    eligibility,
)
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


class TestMoving:
    @pytest.mark.parametrize("bound", [TODAY, date(2026, 11, 30)])
    def test_a_vote_binds_to_its_last_day(self, bound):
        with pytest.raises(RuleBroken, match="taken part"):
            check_moving(bound, TODAY)

    @pytest.mark.parametrize("bound", [None, date(2026, 11, 21)])
    def test_afterwards_one_is_free(self, bound):
        check_moving(bound, TODAY)


ENTRY = Entry(alive=True, birth_date=ROSA.birth_date, area_code="demo-6-1")
LISTED = replace(ROSA, tie=Tie.LIVES, roll_is_there=True, entry=ENTRY)
LATER = datetime(2026, 12, 1, tzinfo=UTC)


def asked(facts=LISTED, **terms):
    return eligibility(
        facts, area_path="demo/demo-6/", minimum_age=16, on_day=TODAY, terms=VoterTerms(**terms)
    )


class TestResidence:
    @pytest.mark.parametrize(
        ("residence", "tie", "may"),
        [
            (Residence.EITHER, Tie.LIVES, True), (Residence.EITHER, Tie.WORKS, True),
            (Residence.LIVES, Tie.LIVES, True), (Residence.LIVES, Tie.WORKS, False),
            (Residence.WORKS, Tie.LIVES, False), (Residence.WORKS, Tie.WORKS, True),
        ],
    )  # fmt: skip
    def test_the_cycle_says_which_tie_counts(self, residence, tie, may):
        said = asked(replace(ROSA, tie=tie), residence=residence)
        assert said.may_vote is may
        assert [check.mend for check in said.missing] == ([] if may else ["electorate.declare"])


class TestPlausibleAge:
    @pytest.mark.parametrize(
        ("born", "oldest", "may"),
        [
            (date(1916, 11, 22), 110, True), (date(1915, 11, 22), 110, False),
            (date(1826, 1, 1), 110, False), (date(1826, 1, 1), 0, True),
        ],
    )  # fmt: skip
    def test_above_it_people_look(self, born, oldest, may):
        said = asked(replace(ROSA, birth_date=born), oldest_age=oldest)
        assert said.may_vote is may
        assert [check.mend for check in said.missing] == ([] if may else ["counter"])


class TestRoll:
    def test_who_stands_on_it_votes(self):
        assert asked(needs_roll=True).may_vote
        district = replace(ENTRY, area_code="demo-6")
        assert asked(replace(LISTED, entry=district), needs_roll=True).may_vote

    @pytest.mark.parametrize(
        "entry",
        [
            None, replace(ENTRY, alive=False), replace(ENTRY, birth_date=date(1980, 1, 1)),
            replace(ENTRY, area_code="demo-6-2"), replace(ENTRY, area_code="demo-6-"),
        ],
    )  # fmt: skip
    def test_all_others_read_the_same(self, entry):
        said = asked(replace(LISTED, entry=entry), needs_roll=True)
        (missing,) = said.missing
        assert (missing.name, missing.mend, missing.params) == ("roll", "counter", {})
        assert missing == asked(replace(LISTED, entry=None), needs_roll=True).missing[0]

    def test_who_works_here_may_live_elsewhere(self):
        elsewhere = replace(LISTED, tie=Tie.WORKS, entry=replace(ENTRY, area_code="demo-9"))
        assert asked(elsewhere, needs_roll=True).may_vote

    def test_before_it_is_there_one_waits(self):
        said = asked(replace(LISTED, roll_is_there=False), needs_roll=True)
        assert said.only_waits
        assert not said.may_vote

    def test_without_an_id_it_only_says_so(self):
        said = asked(replace(LISTED, national_id_given=False), needs_roll=True)
        assert [check.name for check in said.missing] == ["national_id"]
        assert State.NOTE in {check.state for check in said.checks}


class TestMatch:
    @pytest.mark.parametrize(
        ("match", "until", "state", "mend"),
        [
            (None, None, State.WAITING, None),
            (None, LATER, State.WAITING, None),
            (Match.UNAVAILABLE, LATER, State.WAITING, None),
            (Match.UNAVAILABLE, None, State.MISSING, "counter"),
            (Match.NOT_MATCHED, LATER, State.MISSING, "counter"),
            (Match.NOT_MATCHED, None, State.MISSING, "counter"),
        ],
    )
    def test_what_the_register_said_decides(self, match, until, state, mend):
        said = asked(replace(LISTED, match=match, asked_until=until), needs_match=True)
        (missing,) = said.missing
        assert (missing.name, missing.state, missing.mend) == ("match", state, mend)
        assert ("until" in missing.params) is (match is not None and until is not None)

    def test_who_is_matched_votes(self):
        assert asked(replace(LISTED, match=Match.MATCHED), needs_match=True).may_vote

    def test_without_an_id_nobody_is_asked(self):
        facts = replace(LISTED, national_id_given=False)
        said = asked(facts, needs_match=True)
        assert [check.name for check in said.missing] == ["national_id"]
