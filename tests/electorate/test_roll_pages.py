import pytest

from civic.cycles.phases import PhaseKind
from civic.electorate import actions, queries
from civic.kernel.roles import Role
from tests import factories
from tests.electorate.test_rolls import bring, csv_of, freeze


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.BALLOT, code="1405")


@pytest.fixture
def roll(cycle, at_noon):
    return bring(cycle, at_noon)


def sign(browser, person, roll, status=303):
    return browser.sign_in(person).post("electorate.confirm_roll", roll_id=roll.id, status=status)


class TestTheList:
    def test_without_rolls_it_teaches(self, browser, adam):
        assert browser.sign_in(adam).get("electorate.rolls").select_one(".empty")

    def test_it_leads_to_each(self, browser, adam, roll):
        page = browser.sign_in(adam).get("electorate.rolls", lang="en")
        assert page.select_one(f"a[href='/rolls/{roll.id}']")
        assert "waits for two signatures" in page.text

    def test_strangers_are_led_to_the_door(self, browser):
        assert "sign-in" in browser.get("electorate.rolls", status=303).response.location

    @pytest.mark.parametrize("role", [Role.MODERATOR, Role.MAYOR, Role.AMBASSADOR])
    def test_it_is_not_for_the_districts(self, browser, tree, role):
        browser.sign_in(factories.make_staff("Mina", role, area=tree.district))
        browser.get("electorate.rolls", status=403)


class TestOneRoll:
    def test_it_shows_the_numbers_and_the_fingerprint(self, browser, ada, roll, statements):
        browser.sign_in(ada)
        with statements() as seen:
            page = browser.get("electorate.roll", roll_id=roll.id, lang="en")
        assert len(seen) <= 8, seen
        assert roll.sha256 in page.text
        assert "Sepidar" in page.select_one("table").text
        assert not page.select("form[action$=confirm]")

    def test_two_people_sign(self, browser, adam, hedi, cycle, roll):
        sign(browser, adam, roll)
        page = browser.get("electorate.roll", roll_id=roll.id, lang="en")
        assert "one person cannot sign twice" in page.text
        assert not page.select("form[action$=confirm]")
        sign(browser, adam, roll, status=403)
        sign(browser, hedi, roll)
        assert queries.roll_statement(cycle.id).sha256 == roll.sha256
        assert "Adam" in browser.get("electorate.roll", roll_id=roll.id).text

    def test_one_who_did_not_prove_the_second_factor_does_not(self, browser, adam, roll):
        browser.sign_in(adam, second_factor=False)
        answer = browser.post("electorate.confirm_roll", roll_id=roll.id, status=303)
        assert "second" in answer.response.location
        assert queries.roll(roll.id).first_by_id is None

    def test_frozen_it_says_so(self, browser, adam, hedi, cycle, roll, at_noon):
        actions.confirm_roll(adam, roll, at=at_noon)
        freeze(cycle, at_noon)
        page = browser.sign_in(hedi).get("electorate.roll", roll_id=roll.id, lang="en")
        assert "frozen" in page.select_one(".note--warning").text
        sign(browser, hedi, roll, status=422)

    def test_an_older_one_leads_no_further(self, browser, adam, cycle, roll, at_noon):
        bring(cycle, at_noon, csv_of(1))
        page = browser.sign_in(adam).get("electorate.roll", roll_id=roll.id)
        assert not page.select("form[action$=confirm]")

    def test_what_is_not_there(self, browser, adam, tree):
        browser.sign_in(adam).get("/rolls/8a192351-2fcc-43e4-a446-392b2b0a7825", status=404)
