from datetime import date, timedelta
from uuid import uuid4

import pytest

from civic.electorate import queries, rules
from civic.electorate.actions import declare_residency, mark_participation
from civic.electorate.models import Tie
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import PLATFORM
from tests import factories

TODAY = date(2026, 11, 22)
POT = uuid4()


class TestDeclareResidency:
    def test_the_first_time_and_the_second(self, tree, at_noon):
        person = factories.make_account()
        declare_residency(person, tree.sepidar, Tie.LIVES, at=at_noon)
        declare_residency(person, tree.narvan, Tie.WORKS, at=at_noon)
        home = queries.residency_of(person.id)
        assert (home.area, home.tie) == (tree.narvan, Tie.WORKS)
        places = (tree.sepidar, tree.narvan, tree.district)
        assert [queries.lives_in(person.id, place) for place in places] == [False, True, True]
        assert not queries.lives_in(None, tree.district)

    def test_a_vote_binds_until_the_voting_closes(self, rosa, tree, at_noon):
        close = TODAY + timedelta(days=7)
        mark_participation(rosa, POT, tree.district, on_day=TODAY, binds_until=close)
        with pytest.raises(RuleBroken, match="taken part") as refused:
            declare_residency(rosa, tree.narvan, Tie.LIVES, at=at_noon)
        assert refused.value.params == {"day": close}
        declare_residency(rosa, tree.sepidar, Tie.WORKS, at=at_noon)
        declare_residency(rosa, tree.narvan, Tie.LIVES, at=at_noon + timedelta(days=8))

    def test_a_district_is_not_a_neighbourhood(self, rosa, tree, at_noon):
        with pytest.raises(RuleBroken, match="not a whole district"):
            declare_residency(rosa, tree.district, Tie.LIVES, at=at_noon)

    def test_nobody_without_an_account(self, tree, at_noon):
        with pytest.raises(NotAllowed):
            declare_residency(PLATFORM, tree.sepidar, Tie.LIVES, at=at_noon)


class TestMarkParticipation:
    def test_it_is_marked_once_for_each_pot(self, rosa, rami, tree):
        mark_participation(rosa, POT, tree.sepidar, on_day=TODAY)
        mark_participation(rosa, POT, tree.sepidar, on_day=TODAY + timedelta(days=1))
        mark_participation(rami, POT, tree.sepidar, on_day=TODAY)
        assert queries.participation_of(rosa.id, POT).on_day == TODAY
        assert queries.turnout(POT) == 2
        assert queries.turnout(uuid4()) == 0

    def test_it_is_found_by_person_and_pot(self, rosa, rami, tree):
        mark_participation(rosa, POT, tree.sepidar, on_day=TODAY)
        assert queries.took_part(rosa.id, POT)
        assert not queries.took_part(rami.id, POT)
        assert not queries.took_part(rosa.id, uuid4())

    def test_those_to_be_told_are_found_by_pot(self, rosa, rami, tree):
        mark_participation(rosa, POT, tree.sepidar, on_day=TODAY)
        mark_participation(rosa, uuid4(), tree.district, on_day=TODAY)
        mark_participation(rami, POT, tree.narvan, on_day=TODAY)
        assert set(queries.participants_of(POT)) == {rosa.id, rami.id}

    def test_the_table_knows_the_day_and_no_hour(self):
        from civic.electorate.models import Participation

        columns = {column.name: column.type.python_type for column in Participation.__table__.c}
        assert columns.pop("on_day") is date
        assert columns.pop("binds_until") is date
        assert set(columns) == {"id", "account_id", "pot_key", "area_id"}


def asked(account, area, *, pot_key=None, **terms):
    """The verdict about an account and the money of an area, from what is known of the person."""
    home = queries.home_of(account.id)
    facts = queries.facts_of(account, home, rules.AS_DECLARED, pot_key=pot_key)
    return rules.eligibility(facts, area_path=area.path, terms=rules.AS_DECLARED, **terms)


class TestWhatIsKnown:
    def test_it_gathers_what_is_known(self, rosa, tree):
        ask = {"minimum_age": 16, "on_day": TODAY, "pot_key": POT}
        assert asked(rosa, tree.district, **ask).may_vote
        mark_participation(rosa, POT, tree.district, on_day=TODAY)
        said = asked(rosa, tree.district, **ask)
        assert said.checks[-1].params == {"day": TODAY}
        assert not asked(rosa, tree.narvan, **ask).may_vote

    def test_a_newcomer_misses_much(self, tree):
        newcomer = factories.make_account()
        said = asked(newcomer, tree.district, minimum_age=0, on_day=TODAY)
        assert [check.name for check in said.missing] == ["national_id", "home"]
