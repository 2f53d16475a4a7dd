import io
from datetime import date, timedelta

import pytest
from flask import url_for
from PIL import Image

from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.projects.models import Block, Milestone, MoneyLine, Project, StageDate, Update
from civic.projects.stages import BlockKind, MoneyKind, Stage
from tests import factories

TODAY = date(2026, 11, 22)
A_DAY = {"day": "1", "month": "9", "year": "۱۴۰۵"}  # 1 Azar 1405, which is today


def day_of(prefix, **parts):
    return {f"{prefix}-{name}": value for name, value in {**A_DAY, **parts}.items()}


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)


@pytest.fixture
def project(cycle, tree, works, rosa):
    return factories.make_project(tree.sepidar, works, stage=Stage.BUILDING, author=rosa)


def promise(project, days, stage=Stage.HANDED_OVER):
    day = TODAY + timedelta(days=days)
    return factories.keep(StageDate(project_id=project.id, stage=stage, planned_on=day))


def tell_story(project, officer, at):
    """A project about which everything has been said."""
    promise(project, -18)
    factories.keep(
        *(Update(project_id=project.id, officer_id=officer.id, text=f"گزارش {n}", progress=10 * n,
                 at=at - timedelta(days=9 - n)) for n in range(8)),
        *(Milestone(project_id=project.id, title=f"گام {n}", due_on=TODAY) for n in range(8)),
        *(MoneyLine(project_id=project.id, kind=MoneyKind.CONTRACTED, amount=40, on_day=TODAY)
          for _ in range(8)),
        *(Block(project_id=project.id, kind=BlockKind.UTILITY, text="انشعاب برق", since=TODAY,
                gone_on=None if n else TODAY) for n in range(4)),
    )  # fmt: skip


class TestIndex:
    def test_an_empty_city_says_what_will_come(self, browser, cycle):
        assert "After the vote" in browser.get("projects.index", lang="en").text

    def test_lists_projects_with_stage_and_lateness(self, browser, project):
        promise(project, -18)
        row = browser.get("projects.index", lang="en").select_one(".project")
        assert "Construction" in row.text
        assert "18 days late" in row.text

    def test_is_narrowed_by_area_tab_category_and_lateness(self, browser, tree, works, project):
        other = factories.make_project(tree.narvan, works)
        promise(other, 0)

        def titles(**wanted):
            page = browser.get("projects.index", **wanted)
            return {link.text.strip() for link in page.select(".project__title a")}

        assert titles() == {project.title, other.title}
        assert titles(area="demo-6-1") == titles(tab="running") == {project.title}
        assert titles(area="demo-6", category="green", tab="planned") == {other.title}
        assert titles(late="yes") == set()
        promise(project, -1)
        assert titles(late="yes") == {project.title}

    def test_nothing_fits_leads_back(self, browser, project):
        assert "Nothing fits" in browser.get("projects.index", tab="done", lang="en").text

    def test_htmx_gets_the_list_alone(self, browser, project):
        part = browser.get("projects.index", htmx=True)
        assert part.select_one("#project-list .project")
        assert part.select_one("html") is None

    def test_stays_within_its_queries(self, browser, rosa, tree, works, project, statements):
        for n in range(6):
            promise(factories.make_project(tree.narvan, works), -n)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("projects.index")
        assert len(seen) <= 8


class TestShow:
    def test_shows_the_whole_story(self, browser, project, otto, at_noon):
        tell_story(project, otto, at_noon)
        text = browser.get("projects.show", project_id=project.id, lang="en").text
        for words in ("Construction", "18 days late", "with 12 votes", "Works", "Paid",
                      "Water, power", "still there", "Milestones"):  # fmt: skip
            assert words in text

    def test_reports_stand_newest_first(self, browser, project, otto, at_noon):
        tell_story(project, otto, at_noon)
        page = browser.get("projects.show", project_id=project.id)
        assert "گزارش 7" in page.select(".report")[0].text

    def test_says_where_it_came_from(self, browser, project):
        page = browser.get("projects.show", project_id=project.id)
        links = {link["href"] for link in page.select(".origin a")}
        assert url_for("proposals.show", proposal_id=project.proposal_id, _external=False) in links

    def test_a_late_project_without_a_reason_says_that_one_is_owed(self, browser, project):
        promise(project, -1)
        page = browser.get("projects.show", project_id=project.id, lang="en")
        assert "has not given a reason" in page.text

    def test_on_the_promised_day_it_is_not_late(self, browser, project):
        promise(project, 0)
        page = browser.get("projects.show", project_id=project.id, lang="en")
        assert "late" not in page.select_one("main").text

    def test_residents_follow_it_and_visitors_are_led_to_sign_in(self, browser, rosa, project):
        page = browser.get("projects.show", project_id=project.id, lang="en")
        assert "Sign in to follow" in page.text
        browser.sign_in(rosa)
        browser.post(
            "notifications.follow",
            {"subject_kind": "project", "subject_id": project.id, "wanted": "on"},
        )
        page = browser.get("projects.show", project_id=project.id, lang="en")
        assert "Stop following" in page.text

    def test_an_unknown_project_is_not_here(self, browser, cycle):
        browser.get("projects.show", status=404, project_id=cycle.id)

    def test_stays_within_its_queries(self, browser, rosa, project, otto, at_noon, statements):
        tell_story(project, otto, at_noon)
        browser.sign_in(rosa)
        with statements() as seen:
            browser.get("projects.show", project_id=project.id)
        assert len(seen) <= 8


class TestRouting:
    @pytest.fixture
    def line(self, cycle, tree):
        pot = factories.make_pot(cycle, tree.sepidar)
        return factories.make_line(factories.make_ballot_project(pot, title="تاب"))

    def test_a_winner_is_routed_with_one_press(self, browser, milo, line, works):
        page = browser.sign_in(milo).get("projects.routing")
        form = page.select_one(".routing-form")
        data = {f"{line.id}-department": works.id}
        answer = browser.post(form["action"], data)
        assert "تاب" in browser.follow(answer).select_one("h1").text
        assert not browser.get("projects.routing").select(".routing-form")

    def test_the_second_press_is_told_that_it_is_done(self, browser, milo, line, works):
        browser.sign_in(milo)
        data = {f"{line.id}-department": works.id}
        browser.post("projects.route", data, line_id=line.id)
        page = browser.post("projects.route", data, status=422, line_id=line.id, lang="en")
        assert "already routed" in page.text
        assert db.session.query(Project).count() == 1

    def test_an_unchosen_department_is_asked_for(self, browser, milo, line, works):
        browser.sign_in(milo).post("projects.route", {}, status=422, line_id=line.id)

    def test_losers_and_unpublished_winners_do_not_appear(self, browser, milo, cycle, tree):
        pot = factories.make_pot(cycle, tree.sepidar)
        factories.make_line(factories.make_ballot_project(pot), published=False)
        page = browser.sign_in(milo).get("projects.routing", lang="en")
        assert "Nothing waits" in page.text

    def test_elites_of_another_area_see_nothing_of_it(self, browser, tree, line, works):
        from civic.kernel.roles import Role

        other = factories.make_staff("Other", Role.MODERATOR, area=tree.narvan)
        assert not browser.sign_in(other).get("projects.routing").select(".project-rows li")
        data = {f"{line.id}-department": works.id}
        browser.post("projects.route", data, status=403, line_id=line.id)

    def test_others_are_refused(self, browser, otto, cycle):
        browser.sign_in(otto).get("projects.routing", status=403)

    def test_stays_within_its_queries(self, browser, milo, cycle, tree, line, works, statements):
        for _ in range(5):
            factories.make_line(factories.make_ballot_project(line.project.pot))
        browser.sign_in(milo)
        with statements() as seen:
            browser.get("projects.routing")
        assert len(seen) <= 8


class TestManage:
    def send(self, browser, project, what, data, status=303, **values):
        where = {"project_id": project.id, "what": what, **values}
        data = {f"{what}-{name}": value for name, value in data.items()}
        return browser.post("projects.enter", data, status=status, **where)

    def test_the_office_leads_to_the_page(self, browser, otto, project):
        page = browser.sign_in(otto).get("projects.office")
        link = page.select_one(".project__title a")["href"]
        assert len(browser.get(link).select("form.form")) == 6

    def test_each_form_does_its_thing(self, browser, otto, project):
        browser.sign_in(otto)
        self.send(browser, project, "plan", {"stage": "handed_over", **day_of("planned_on")})
        self.send(browser, project, "report", {"text": "تمام شد", "progress": "۱۰۰٪"})
        self.send(browser, project, "reach", day_of("on_day"))
        self.send(browser, project, "milestone", {"title": "گام", **day_of("due_on", day="2")})
        money = {"kind": "contracted", "amount": "۳۹۰", **day_of("on_day")}
        self.send(browser, project, "money", money)
        self.send(browser, project, "report", {"text": "نصب شد", "progress": "۷۰٪"})
        self.send(browser, project, "block", {"kind": "land", "text": "زمین", **day_of("since")})
        page = browser.get("projects.show", project_id=project.id, lang="en")
        for words in ("Handed over", "گام", "390 toman", "نصب شد", "70%", "زمین"):
            assert words in page.text

    def test_a_handover_that_comes_too_early_says_what_is_missing(self, browser, otto, project):
        browser.sign_in(otto)
        self.send(browser, project, "report", {"text": "نصب شد", "progress": "۲۰"})
        page = self.send(browser, project, "reach", day_of("on_day"), status=422)
        assert "طبق آخرین گزارش ۲۰ درصد" in page.select_one("[role=alert]").text

    def test_a_picture_needs_its_words(self, browser, otto, project):
        def picture():
            out = io.BytesIO()
            Image.new("RGB", (40, 30), "green").save(out, "PNG")
            out.seek(0)
            return (out, "x.png")

        browser.sign_in(otto)
        data = {"text": "نصب شد", "progress": "70", "picture": picture()}
        page = self.send(browser, project, "report", data, status=422)
        assert page.select_one("#report-picture_alt-error")
        data |= {"picture": picture(), "picture_alt": "چراغ‌ها"}
        self.send(browser, project, "report", data)
        page = browser.get("projects.show", project_id=project.id)
        assert page.select_one(".report img")["alt"] == "چراغ‌ها"

    def test_what_was_typed_stays_with_the_refusal(self, browser, otto, project):
        browser.sign_in(otto)
        data = {"kind": "paid", "amount": "999", **day_of("on_day")}
        page = self.send(browser, project, "money", data, status=422)
        assert page.select_one("details[open] #money-amount")["value"] == "999"
        assert page.select_one("#money-amount-error")

    def test_milestones_and_obstacles_are_closed_there(self, browser, otto, project, at_noon):
        tell_story(project, otto, at_noon)
        page = browser.sign_in(otto).get("projects.manage", project_id=project.id)
        actions = [form["action"] for form in page.select("form.form")]
        for what, column in (("done", Milestone.reached_on), ("gone", Block.gone_on)):
            action = next(each for each in actions if f"/{what}/" in each)
            data = day_of(f"{what}-{action.rpartition('/')[2]}-on_day")
            before = db.session.query(column).filter(column.is_not(None)).count()
            browser.post(action, data)
            assert db.session.query(column).filter(column.is_not(None)).count() == before + 1

    def test_a_thing_of_another_project_is_not_here(self, browser, otto, project, tree, works):
        other = factories.make_project(tree.narvan, works)
        it = factories.keep(Milestone(project_id=other.id, title="گام", due_on=TODAY))
        browser.sign_in(otto)
        values = {"project_id": project.id, "what": "done", "thing_id": it.id}
        browser.post("projects.enter", day_of(f"done-{it.id}-on_day"), status=404, **values)

    def test_others_are_refused(self, browser, milo, maya, project):
        for person in (milo, maya):
            browser.sign_in(person).get("projects.manage", status=403, project_id=project.id)
            self.send(browser, project, "reach", day_of("on_day"), status=403)
            browser.get("projects.office", status=403)

    def test_stays_within_its_queries(self, browser, otto, project, at_noon, statements):
        tell_story(project, otto, at_noon)
        browser.sign_in(otto)
        for target, values in (("manage", {"project_id": project.id}), ("office", {})):
            with statements() as seen:
                browser.get(f"projects.{target}", **values)
            assert len(seen) <= 8
