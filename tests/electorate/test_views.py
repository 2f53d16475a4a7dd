from datetime import date, timedelta
from uuid import uuid4

import pytest

from civic.cycles.phases import PhaseKind
from civic.electorate import queries, views
from civic.electorate.actions import mark_participation
from civic.electorate.models import Tie
from civic.kernel import clock
from civic.kernel.i18n import local
from tests import factories


@pytest.fixture
def newcomer(browser, tree):
    person = factories.make_account("Nasrin")
    browser.sign_in(person)
    return person


class TestDeclare:
    def test_a_small_city_shows_all_its_neighbourhoods(self, browser, newcomer, tree):
        page = browser.get("electorate.declare")
        assert len(page.select("input[name=area]")) == 2
        answer = browser.post("electorate.declare", {"area": str(tree.narvan.id), "tie": "works"})
        assert tree.narvan.code in answer.response.location
        assert queries.residency_of(newcomer.id).tie is Tie.WORKS

    def test_a_large_one_asks_for_the_district_first(self, browser, newcomer, tree, monkeypatch):
        monkeypatch.setattr(views, "FEW", 1)
        assert not browser.get("electorate.declare").select("input[name=area]")
        page = browser.get("electorate.declare", district=tree.district.code)
        assert len(page.select("input[name=area]")) == 2

    def test_the_search_forgives_and_keeps_the_rest(self, browser, newcomer, tree):
        page = browser.get("electorate.declare", q="سپيدار", next="/me/vote")
        (radio,) = page.select("input[name=area]")
        assert radio["value"] == str(tree.sepidar.id)
        form = page.select_one("#declare-form")
        answer = browser.post(form["action"], {"area": radio["value"], "tie": "lives"})
        assert answer.response.location.endswith("/me/vote")

    def test_what_is_not_found_teaches(self, browser, newcomer):
        assert browser.get("electorate.declare", q="قطب شمال").select_one(".empty")

    def test_as_a_fragment(self, browser, newcomer):
        page = browser.get("electorate.declare", htmx=True, q="سپیدار")
        assert page.select_one("html") is None
        assert page.select_one("#choice")

    def test_what_is_missing_comes_back_with_what_was_chosen(self, browser, newcomer, tree):
        data = {"area": str(tree.narvan.id)}
        page = browser.post("electorate.declare", data, status=422, htmx=True)
        assert page.select_one("#tie-error")
        assert page.select_one("input[name=area][checked]")["value"] == str(tree.narvan.id)

    @pytest.mark.parametrize("area", ["", "nonsense", "8a192351-2fcc-43e4-a446-392b2b0a7825"])
    def test_what_was_not_offered_is_refused(self, browser, newcomer, area):
        data = {"area": area, "tie": "lives"}
        assert browser.post("electorate.declare", data, status=422).select_one("#area-error")

    def test_after_voting_the_answer_is_kind(self, browser, rosa, tree):
        today = local(clock.now()).date()
        close = today + timedelta(days=5)
        mark_participation(rosa, uuid4(), tree.sepidar, on_day=today, binds_until=close)
        browser.sign_in(rosa)
        data = {"area": str(tree.narvan.id), "tie": "lives"}
        page = browser.post("electorate.declare", data, status=422)
        assert page.select_one("#area-error")
        assert queries.residency_of(rosa.id).area_id == tree.sepidar.id

    def test_without_a_map_it_says_so(self, browser, database):
        browser.sign_in(factories.make_account())
        assert browser.get("electorate.declare").select_one(".empty")

    def test_strangers_are_led_to_the_door(self, browser):
        assert "sign-in" in browser.get("electorate.declare", status=303).response.location

    def test_it_asks_few_questions(self, browser, newcomer, tree, statements):
        with statements() as seen:
            browser.get("electorate.declare")
        assert len(seen) <= 8, seen


class TestEligibility:
    def test_a_newcomer_sees_what_is_missing_and_where_to_mend_it(self, browser, newcomer):
        page = browser.get("electorate.eligibility")
        links = [link["href"] for link in page.select("#checks a")]
        assert any(link.startswith("/me/profile/identity?next=") for link in links)
        assert any(link.startswith("/me/neighbourhood?next=") for link in links)

    def test_rosa_can_vote(self, browser, rosa, tree):
        mark_participation(rosa, uuid4(), tree.sepidar, on_day=date(2026, 3, 21))
        page = browser.sign_in(rosa).get("electorate.eligibility")
        assert not page.select("#checks .note--danger")
        assert "۱ فروردین ۱۴۰۵" in page.text

    def test_in_english_too(self, browser, rosa):
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "Yes." in page.text

    def test_strangers_are_led_to_the_door(self, browser):
        browser.get("electorate.eligibility", status=303)

    def test_it_asks_few_questions(self, browser, rosa, statements):
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("electorate.eligibility")
        assert len(seen) <= 8, seen


class TestTheVoteThatRuns:
    def test_it_says_when_and_about_which_money(self, browser, rosa, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        mine, _other = (factories.make_pot(cycle, area) for area in (tree.sepidar, tree.narvan))
        factories.make_pot(cycle, tree.city)
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "You can vote until" in page.select_one(".lead").text
        assert page.select_one(f"main a[href='/vote/{mine.id}']").text == "Sepidar"
        assert "Demo City" in page.text
        assert "Narvan" not in page.text

    def test_before_it_opens_it_is_said_what_it_will_ask(self, browser, rosa, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
        cycle.minimum_age = 60
        pot = factories.make_pot(cycle, tree.sepidar)
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "One votes here from the age of 60" in page.select_one("#checks").text
        assert not page.select(f"main a[href='/vote/{pot.id}']")

    def test_who_only_waits_reads_that(self, browser, rosa, tree):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        cycle.needs_roll = True
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "You have done your part" in page.select_one(".lead").text
        assert "Still waiting:" in page.select_one("#checks").text

    def test_without_money_in_ones_area_it_says_so(self, browser, rosa, tree):
        factories.make_pot(factories.make_cycle(tree.city, phase=PhaseKind.VOTING), tree.narvan)
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "there is no money for your neighbourhood" in page.text

    def test_the_counter_is_where_the_city_says(self, app, browser, rosa, monkeypatch):
        told = vars(app.config["CIVIC"]) | {
            "counter_fa": "سرای محله",
            "counter_en": "House 7, 8–14",
        }
        settings = type(app.config["CIVIC"])(**told)
        monkeypatch.setitem(app.jinja_env.globals, "settings", settings)
        browser.sign_in(rosa)
        page = browser.get("electorate.eligibility", lang="en")
        assert "House 7, 8–14" in page.select_one("#counter").text
        assert "سرای محله" in browser.get("electorate.eligibility", lang="fa").text

    def test_after_it_only_what_holds_in_general(self, browser, rosa, tree):
        factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
        page = browser.sign_in(rosa).get("electorate.eligibility", lang="en")
        assert "No vote runs or is planned" in page.text
