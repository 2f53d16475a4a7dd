from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.accounts import actions as accounts
from civic.accounts.models import Account, SignInSession
from civic.accounts.queries import account_by_mobile, account_of_session, mobile_of
from civic.electorate.kinds import Match
from civic.electorate.models import IdentityCheck
from civic.joining import actions, queries
from civic.joining.models import AccountJoin
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.notifications.models import Letter, Notice
from tests import factories
from tests.cast import open_session


def now(account):
    return db.session.get(Account, account.id, populate_existing=True)


class TestAsking:
    def test_the_account_with_the_id_on_the_card_stays(self, ask, rosa, again):
        asked = ask(rosa, again, uses=again)
        assert (asked.stays_id, asked.goes_id, asked.number_of_id) == (rosa.id, again.id, again.id)
        assert now(again).national_id_lookup is not None

    def test_a_card_of_neither_is_the_wrong_person(self, ask, rosa, again, rami):
        with pytest.raises(RuleBroken, match="Neither") as refused:
            ask(rosa, again, card=rami.national_id_lookup)
        assert refused.value.field == "national_id"

    def test_two_accounts_without_an_id_are_nobody_we_know(self, ask, rosa):
        first, second = factories.make_account("A"), factories.make_account("B")
        with pytest.raises(RuleBroken, match="Neither"):
            ask(first, second, card=rosa.national_id_lookup)

    def test_the_same_number_twice_and_unknown_numbers(self, cora, rosa):
        card, number = rosa.national_id_lookup, mobile_of(rosa)
        with pytest.raises(RuleBroken, match="same number"):
            actions.ask_join(cora, card, number, number, at=clock.now())
        for other, says in (("09990000000", "no account"), ("12", "not a mobile number")):
            with pytest.raises(RuleBroken, match=says) as refused:
                actions.ask_join(cora, card, number, other, at=clock.now())
            assert refused.value.field == "other"

    def test_twice_waits_once(self, ask, rosa, again):
        ask(rosa, again)
        with pytest.raises(RuleBroken, match="wait for a decision"):
            ask(rosa, again)

    @pytest.mark.parametrize("which", [0, 1])
    def test_an_office_is_never_taken_over(self, ask, rosa, again, adam, which):
        holder = (rosa, again)[which]
        accounts.grant_role(adam, holder, Role.AUDITOR, at=clock.now())
        with pytest.raises(RuleBroken, match="serves the city"):
            ask(rosa, again)

    def test_residents_and_other_staff_do_not_ask(self, ask, rosa, again, rami, adam, milo):
        for nobody in (rami, adam, milo):
            with pytest.raises(NotAllowed):
                ask(rosa, again, by=nobody)


class TestConfirming:
    def test_nobody_signs_in_with_the_one_that_goes(self, join, rosa, again):
        old, token = mobile_of(again), open_session(again)
        stays = open_session(rosa)
        join(rosa, again)
        assert account_by_mobile(old) is None
        assert account_of_session(token) is None
        assert account_of_session(stays) is None
        assert all(one.ended_at for one in db.session.scalars(select(SignInSession)))
        gone = now(again)
        assert (gone.national_id_lookup, gone.national_id_sealed, gone.birth_date) == (None,) * 3

    def test_the_number_that_is_used_now_leads_to_the_account_that_stays(self, join, rosa, again):
        lost, used = mobile_of(rosa), mobile_of(again)
        join(rosa, again, uses=again)
        assert account_by_mobile(used).id == rosa.id
        assert account_by_mobile(lost) is None
        assert mobile_of(now(rosa)) == used

    def test_the_id_that_was_mistyped_is_free_for_whose_it_is(self, join, rosa, again):
        wrong = again.national_id_lookup
        join(rosa, again)
        owner = factories.make_account("Whose it is")
        owner.national_id_lookup = wrong
        db.session.commit()

    def test_an_account_without_an_id_goes_without_a_word_about_votes(self, join, rosa):
        empty = factories.make_account("New phone")
        used = mobile_of(empty)
        join(rosa, empty, uses=empty)
        assert account_by_mobile(used).id == rosa.id

    def test_the_person_is_told_on_both_numbers(self, join, rosa, again):
        join(rosa, again)
        told = db.session.scalars(
            select(Notice.account_id).where(Notice.kind == "accounts:joined")
        ).all()
        assert set(told) == {rosa.id, again.id}
        assert len(db.session.scalars(select(Letter).where(Letter.channel == "sms")).all()) == 2

    def test_the_register_is_asked_about_the_new_number(self, join, rosa, again):
        check = IdentityCheck(account_id=rosa.id, verdict=Match.MATCHED, until=clock.now())
        factories.keep(check)
        join(rosa, again, uses=again)
        assert db.session.scalars(select(IdentityCheck)).all() == []

    def test_whoever_asked_does_not_confirm_nor_whose_accounts_they_are(
        self, ask, rosa, again, hana, cora
    ):
        asked = queries.join(ask(rosa, again, by=hana).id)
        for nobody in (hana, cora, rosa):
            with pytest.raises(NotAllowed):
                actions.confirm_join(factories.load(nobody), asked, at=clock.now())

    def test_a_second_time_is_refused(self, ask, rosa, again, hana):
        asked = queries.join(ask(rosa, again).id)
        actions.confirm_join(hana, asked, at=clock.now())
        for act in (actions.confirm_join, actions.drop_join):
            with pytest.raises(RuleBroken, match="decided"):
                act(hana, queries.join(asked.id), at=clock.now())

    def test_what_was_dropped_is_not_joined_and_can_be_asked_again(
        self, ask, rosa, again, hana, cora
    ):
        asked = queries.join(ask(rosa, again).id)
        actions.drop_join(cora, asked, at=clock.now())
        with pytest.raises(RuleBroken, match="decided"):
            actions.confirm_join(hana, queries.join(asked.id), at=clock.now())
        assert now(again).national_id_lookup is not None
        assert ask(rosa, again).state == "asked"

    def test_whoever_took_an_office_meanwhile_stays(self, ask, rosa, again, hana, adam):
        asked = queries.join(ask(rosa, again).id)
        accounts.grant_role(adam, rosa, Role.AUDITOR, at=clock.now())
        with pytest.raises(RuleBroken, match="serves the city"):
            actions.confirm_join(hana, asked, at=clock.now() + timedelta(minutes=1))

    def test_an_id_that_was_given_meanwhile_is_looked_at_again(self, ask, rosa, hana):
        empty = factories.make_account("New phone")
        asked = queries.join(ask(rosa, empty).id)
        table = Account.__table__
        db.session.execute(
            table.update().where(table.c.id == empty.id).values(national_id_lookup=b"n" * 32)
        )
        with pytest.raises(RuleBroken, match="changed just now"):
            actions.confirm_join(hana, asked, at=clock.now())

    def test_the_database_keeps_what_was_decided(self, join, rosa, again):
        joined = join(rosa, again)
        table = AccountJoin.__table__
        back = table.update().where(table.c.id == joined.id).values(state="dropped")
        with pytest.raises(Exception, match="what was decided about two accounts stays"):
            db.session.execute(back)
        db.session.rollback()
