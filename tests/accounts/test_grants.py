from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from civic.accounts import actions, queries, second_factor
from civic.accounts.models import RoleGrant, SignInSession
from civic.audit.models import AuditEntry
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from tests import factories
from tests.cast import open_session


def grant(adam, person, tree, at, **more):
    return actions.grant_role(adam, person, Role.MODERATOR, area=tree.sepidar, at=at, **more)


class TestGrantRole:
    def test_the_role_holds_in_its_area_and_is_written_down(self, adam, rosa, tree, at_noon):
        granted = grant(adam, rosa, tree, at_noon)
        person = factories.load(rosa)
        assert person.holds(Role.MODERATOR, within=tree.sepidar)
        assert not person.holds(Role.MODERATOR, within=tree.narvan)
        assert (granted.granted_by_id, granted.granted_at) == (adam.id, at_noon)
        entry = db.session.scalars(select(AuditEntry)).one()
        assert entry.event == "role:grant"
        assert entry.area_code == tree.sepidar.code
        assert entry.details == {"account": str(rosa.id), "role": "moderator"}

    def test_it_ends_by_itself(self, adam, rosa, tree, at_noon):
        grant(adam, rosa, tree, at_noon, ends_at=at_noon + timedelta(days=1))
        person = factories.load(rosa)
        person.as_of = at_noon + timedelta(days=1)
        assert not person.holds(Role.MODERATOR)

    def test_not_twice(self, adam, rosa, tree, at_noon):
        grant(adam, rosa, tree, at_noon)
        with pytest.raises(RuleBroken, match="already"):
            grant(adam, rosa, tree, at_noon)

    def test_not_to_oneself(self, adam, tree, at_noon):
        with pytest.raises(NotAllowed):
            grant(adam, adam, tree, at_noon)

    def test_not_by_others(self, milo, hedi, rosa, tree, at_noon):
        for person in (milo, hedi, rosa):
            with pytest.raises(NotAllowed):
                grant(person, rosa if person is not rosa else milo, tree, at_noon)


class TestEndRole:
    def test_the_next_click_is_without_it(self, adam, rosa, tree, at_noon):
        granted = grant(adam, rosa, tree, at_noon)
        actions.end_role(adam, queries.grant_by_id(granted.id), at=at_noon)
        assert not factories.load(rosa).holds(Role.MODERATOR)
        assert "role:end" in db.session.scalars(select(AuditEntry.event)).all()

    def test_once_is_enough(self, adam, rosa, tree, at_noon):
        granted = grant(adam, rosa, tree, at_noon)
        actions.end_role(adam, queries.grant_by_id(granted.id), at=at_noon)
        with pytest.raises(RuleBroken):
            actions.end_role(adam, queries.grant_by_id(granted.id), at=at_noon)

    def test_nobody_ends_their_own(self, adam, at_noon):
        own = db.session.scalars(select(RoleGrant).where(RoleGrant.account_id == adam.id)).one()
        with pytest.raises(NotAllowed):
            actions.end_role(adam, queries.grant_by_id(own.id), at=at_noon)


class TestFirstAdministrator:
    def test_somebody_has_to_begin(self, database, at_noon):
        granted = actions.appoint_first_administrator("09121234567", name="Adam", at=at_noon)
        person = factories.load(queries.account_by_mobile("09121234567"))
        assert person.holds(Role.ADMIN)
        assert granted.granted_by_id is None

    def test_but_only_one(self, adam, at_noon):
        with pytest.raises(RuleBroken):
            actions.appoint_first_administrator("09121234567", name="Adam", at=at_noon)


class TestPage:
    FORM = {"mobile": "09127654321", "name": "نسرین", "role": "moderator", "department": "",
            "ends_on-day": "", "ends_on-month": "", "ends_on-year": ""}  # fmt: skip

    def test_a_role_is_granted_by_number(self, browser, adam, tree):
        browser.sign_in(adam)
        data = self.FORM | {"area": str(tree.sepidar.id), "ends_on-day": "29",
                            "ends_on-month": "12", "ends_on-year": "1450"}  # fmt: skip
        browser.post("accounts.grants", data)
        person = factories.load(queries.account_by_mobile("09127654321"))
        assert person.holds(Role.MODERATOR, within=tree.sepidar)
        assert "۲۹ اسفند ۱۴۵۰" in browser.get("accounts.grants").text

    def test_a_broken_rule_comes_back_on_its_field(self, browser, adam, tree):
        browser.sign_in(adam)
        page = browser.post("accounts.grants", self.FORM | {"area": ""}, status=422, htmx=True)
        assert page.select_one("html") is None
        assert page.select_one("#area-error")
        assert page.select_one("input[name=mobile]")["value"] == "09127654321"

    def test_a_role_is_ended(self, browser, adam, milo):
        browser.sign_in(adam)
        page = browser.get("accounts.grants")
        ends = [form for form in page.select("form") if "/end" in form["action"]]
        assert len(ends) == 1, "Milo's; the administrator's own has none."
        browser.post(ends[0]["action"])
        assert not factories.load(milo).is_staff

    def test_others_may_not_see_it(self, browser, milo, rosa):
        browser.sign_in(milo).get("accounts.grants", status=403)
        browser.sign_in(milo, second_factor=False).get("accounts.grants", status=303)
        browser.sign_in(rosa, second_factor=False).get("accounts.grants", status=403)

    def test_a_demotion_counts_from_the_next_click(self, browser, adam):
        browser.sign_in(adam).get("accounts.grants")
        for one in db.session.scalars(select(RoleGrant)).all():
            one.ends_at = one.starts_at
        db.session.commit()
        browser.get("accounts.grants", status=403)

    def test_it_asks_few_questions_whatever_the_rows(self, browser, adam, tree, statements):
        for number in range(15):
            factories.make_staff(f"Somebody {number}", Role.AMBASSADOR, area=tree.narvan)
        browser.sign_in(adam)
        with statements() as seen:
            browser.get("accounts.grants")
        assert len(seen) <= 8, seen


class TestResetSecondFactor:
    @pytest.fixture
    def lost(self, milo, at_noon):
        second_factor.begin(milo, milo)
        milo.totp_confirmed_at, milo.totp_last_step = at_noon, 7
        open_session(milo)
        return milo

    def test_the_person_is_signed_out_everywhere_and_begins_anew(self, adam, lost, at_noon):
        second_factor.reset_second_factor(adam, lost, at=at_noon)
        assert (lost.totp_sealed, lost.totp_confirmed_at, lost.totp_last_step) == (None, None, None)
        ended = select(SignInSession.ended_at).where(SignInSession.account_id == lost.id)
        assert db.session.scalars(ended).all() == [at_noon]
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.event, entry.actor_id) == ("second_factor:reset", adam.id)
        assert (entry.subject_id, entry.details) == (str(lost.id), {})
        second_factor.begin(lost, lost)

    def test_not_ones_own_and_not_by_others(self, adam, hedi, lost, at_noon):
        second_factor.begin(adam, adam)
        for actor, account in ((adam, adam), (hedi, lost), (lost, lost)):
            with pytest.raises(NotAllowed):
                second_factor.reset_second_factor(actor, account, at=at_noon)

    def test_who_has_none_keeps_none(self, adam, milo, at_noon):
        with pytest.raises(RuleBroken):
            second_factor.reset_second_factor(adam, milo, at=at_noon)

    def test_the_button_is_on_the_page_of_roles(self, browser, adam, lost, at_noon):
        page = browser.sign_in(adam).get("accounts.grants")
        [form] = page.select("form[action$=reset-second-factor]")
        browser.post(form["action"])
        assert factories.load(lost).totp_sealed is None
        assert not browser.get("accounts.grants").select("form[action$=reset-second-factor]")
        browser.post("accounts.reset_second_factor", status=404, account_id=uuid4())
