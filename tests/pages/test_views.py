import pytest

from civic.cycles.phases import PhaseKind
from civic.kernel.roles import Role
from civic.projects.stages import Stage
from tests import factories

PHASES = list(PhaseKind)


class TestHome:
    def test_without_a_cycle_it_says_so(self, browser, tree):
        page = browser.get("pages.home")
        assert "هنوز دوره‌ای" in page.text

    @pytest.mark.parametrize("phase", PHASES, ids=str)
    def test_it_offers_what_the_phase_allows(self, browser, tree, phase):
        factories.make_cycle(tree.city, phase=phase)
        page = browser.get("pages.home")
        assert len(page.select("main .button--main")) == 1
        assert page.select_one("[aria-current=step]")

    def test_a_neighbourhood_is_found_however_it_is_written(self, browser, tree):
        page = browser.get("pages.home", q="سپيدار", htmx=True)
        assert page.select_one("html") is None
        assert page.select_one("a")["href"].endswith("/a/demo-6-1")

    def test_a_name_that_is_nowhere_is_answered(self, browser, tree):
        assert "محله‌ای با این نام نیست" in browser.get("pages.home", q="ژژژژ").text

    def test_a_resident_finds_the_own_neighbourhood(self, browser, rosa):
        page = browser.sign_in(rosa).get("pages.home")
        assert page.select_one("main a[href$='/a/demo-6-1']")

    def test_few_statements(self, browser, rosa, tree, statements):
        factories.make_cycle(tree.city)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("pages.home", q="سپیدار")
        assert len(seen) <= 8, seen


class TestArea:
    def test_it_has_the_phases_one_step_and_three_tabs(self, browser, tree):
        factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        page = browser.get("pages.area", code="demo-6-1")
        assert page.select_one("h1").text == "سپیدار"
        assert len(page.select(".tabs a")) == 3
        assert len(page.select("main .button--main")) == 1

    def test_a_tab_comes_alone_for_htmx(self, browser, tree):
        part = browser.get("pages.area", code="demo-6-1", tab="done", htmx=True)
        assert part.select_one("html") is None
        assert part.select_one("[aria-current=page]").text.startswith("انجام")

    def test_an_unknown_tab_is_the_running_one(self, browser, tree):
        page = browser.get("pages.area", code="demo-6-1", tab="nonsense")
        assert page.select_one(".tabs [aria-current=page]").text.startswith("در حال")

    def test_an_unknown_code_is_missing(self, browser, tree):
        browser.get("pages.area", code="nowhere", status=404)

    def test_english_is_complete_too(self, browser, tree):
        page = browser.get("pages.area", code="demo-6-1", lang="en")
        assert page.select_one("h1").text == "Sepidar"
        assert page.select_one("html")["dir"] == "ltr"

    def test_the_tabs_say_how_many_works_they_hold(self, browser, rosa, tree, works):
        for stage in (Stage.BUILDING, Stage.BUILDING, Stage.HANDED_OVER, Stage.ROUTED):
            factories.make_project(tree.sepidar, works, stage=stage)
        factories.make_project(tree.narvan, works, stage=Stage.BUILDING)
        page = browser.get("pages.area", code="demo-6-1", lang="en")
        said = [" ".join(tab.text.split()) for tab in page.select(".tabs a")]
        assert said == ["Done 1", "Running 2", "Planned 1"]

    def test_few_statements_whatever_the_rows(self, browser, rosa, tree, works, statements):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        pot = factories.make_pot(cycle, tree.sepidar)
        for _ in range(12):
            factories.make_ballot_project(pot)
            factories.make_proposal(rosa, cycle, tree.sepidar)
            factories.make_project(tree.sepidar, works, stage=Stage.BUILDING)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("pages.area", code="demo-6-1")
        assert len(seen) <= 8, seen


class TestMine:
    def test_visitors_are_led_to_the_sign_in(self, browser, tree):
        answer = browser.get("pages.mine", status=303)
        assert "/sign-in" in answer.response.location

    def test_it_shows_what_i_did(self, browser, rosa, tree):
        cycle = factories.make_cycle(tree.city)
        factories.make_proposal(rosa, cycle, tree.sepidar, title="نیمکت برای میدان")
        assert "نیمکت برای میدان" in browser.sign_in(rosa).get("pages.mine").text

    def test_what_can_be_done_now_stands_first(self, browser, rosa, tree):
        factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        seen = browser.sign_in(rosa).get("pages.mine")
        assert seen.select_one("main .button")["href"] == "/vote/"

    def test_few_statements_whatever_the_rows(self, browser, rosa, tree, statements):
        cycle = factories.make_cycle(tree.city)
        for _ in range(12):
            factories.make_proposal(rosa, cycle, tree.sepidar)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("pages.mine")
        assert len(seen) <= 8, seen


class TestDesk:
    def test_each_role_finds_its_desk(self, browser, milo):
        page = browser.sign_in(milo).get("pages.desk")
        assert page.select("main article")

    def test_an_administrator_finds_the_dates_of_the_cycle(self, browser, adam, tree):
        cycle = factories.make_cycle(tree.city)
        page = browser.sign_in(adam).get("pages.desk")
        assert page.select_one(f"main a[href='/cycles/{cycle.code}/manage']")

    def test_residents_have_none_and_are_not_led_to_a_second_factor(self, browser, rosa):
        browser.sign_in(rosa, second_factor=False)
        page = browser.get("pages.desk", status=403, lang="en")
        assert "people who serve the city in an office" in page.select_one("main").text
        assert browser.get("moderation.queue", status=403)

    def test_an_ambassador_reads_what_to_do_at_the_counter(self, browser, tree):
        aras = factories.make_staff("Aras", Role.AMBASSADOR, area=tree.sepidar)
        page = browser.sign_in(aras).get("pages.desk", lang="en")
        assert "keep no copy" in page.select_one("main .lead").text
        ways = [link["href"] for link in page.select("main article a")]
        assert ways == ["/about", "/proposals/", "/verify", "/assist/"]


class TestLanguage:
    def test_it_is_remembered_and_leads_back(self, browser, tree):
        answer = browser.get("pages.language", code="en", next="/about", status=303)
        assert answer.response.location.endswith("/about")
        assert browser.get("pages.about").select_one("html")["lang"] == "en"

    def test_it_never_leads_to_another_site(self, browser, tree):
        answer = browser.get("pages.language", code="en", next="//evil.example", status=303)
        assert "evil" not in answer.response.location

    def test_an_unknown_language_is_missing(self, browser, tree):
        browser.get("pages.language", code="xx", status=404)


def test_the_patterns_show_every_component(browser, tree):
    assert browser.get("pages.patterns").select("main section")


def test_health_is_plain(browser, tree):
    assert browser.get("pages.healthz").response.text == "ok\n"
