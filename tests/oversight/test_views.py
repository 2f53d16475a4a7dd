import pytest

from civic.oversight.actions import escalate
from civic.projects.models import Block
from civic.projects.stages import BlockKind, Stage
from tests import factories


@pytest.fixture
def desk(make_work, at_noon):
    """Two that wait, one that is late, one that is blocked."""
    make_work("کم‌رأی", votes=5)
    make_work("پررأی", votes=50)
    make_work("دیر", stage=Stage.APPROVED, due=-3)
    stuck = make_work("گیر", stage=Stage.BUILDING)
    day = at_noon.date()
    factories.keep(Block(project_id=stuck.id, kind=BlockKind.LAND, text="معارض", since=day))


class TestDesk:
    def test_residents_rank_and_the_mayor_reads(self, browser, maya, desk):
        page = browser.sign_in(maya).get("oversight.desk")
        titles = [a.text.strip() for a in page.select("main h3 a")]
        assert titles == ["پررأی", "کم‌رأی", "دیر", "گیر"]
        figures = [b.text for b in page.select(".figure b")]
        assert figures[:4] == ["۲", "۱", "۱", "۱"]

    def test_headquarters_sees_every_district(self, browser, hedi, desk):
        page = browser.sign_in(hedi).get("oversight.desk")
        assert page.select_one("h1").text == "همهٔ منطقه‌ها"
        assert len(page.select("main h3 a")) == 4

    def test_others_have_no_desk(self, browser, otto):
        browser.sign_in(otto).get("oversight.desk", status=403)

    def test_few_statements_whatever_the_rows(self, browser, maya, make_work, statements):
        for n in range(15):
            make_work(f"کار {n}")
        browser.sign_in(maya)
        with statements() as seen:
            browser.get("oversight.desk")
        assert len(seen) <= 8, seen

    def test_an_empty_desk_teaches(self, browser, maya):
        assert "هیچ مانعی سر راه نیست" in browser.sign_in(maya).get("oversight.desk").text


class TestRule:
    def test_one_press_approves_what_was_voted(self, browser, maya, playground):
        browser.sign_in(maya)
        answer = browser.post("oversight.rule", {"decision": "approve"}, project_id=playground.id)
        assert answer.response.location.endswith("/mayor/")
        assert playground.stage is Stage.APPROVED

    def test_what_was_typed_stays_when_it_is_refused(self, browser, maya, playground):
        browser.sign_in(maya)
        data = {"decision": "escalate", "reason": "برق منطقه‌ای", "owner": ""}
        page = browser.post("oversight.rule", data, status=422, project_id=playground.id)
        assert page.select_one("textarea").text.strip() == "برق منطقه‌ای"
        assert page.select(".field--wrong")

    def test_another_districts_mayor_is_refused(self, browser, tree, playground):
        from civic.kernel.roles import Role

        other = factories.make_staff("Omid", Role.MAYOR, area=tree.narvan)
        browser.sign_in(other).get("oversight.rule", status=403, project_id=playground.id)

    def test_an_unknown_project_is_missing(self, browser, maya):
        browser.sign_in(maya).get(
            "/mayor/projects/00000000-0000-0000-0000-000000000000", status=404
        )


class TestEscalations:
    @pytest.fixture
    def escalated(self, maya, playground, at_noon):
        from datetime import timedelta

        due = at_noon.date() + timedelta(days=5)
        return escalate(maya, playground, "برق", owner="معاون", due_on=due, at=at_noon)

    def test_headquarters_answers(self, browser, hedi, escalated):
        browser.sign_in(hedi)
        assert len(browser.get("oversight.escalations").select("tbody tr")) == 1
        browser.post("oversight.answer", {"reason": "وصل می‌شود"}, ruling_id=escalated.id)
        page = browser.get("projects.show", project_id=escalated.project_id)
        assert "وصل می‌شود" in page.text

    def test_an_empty_answer_is_refused(self, browser, hedi, escalated):
        browser.sign_in(hedi)
        browser.post("oversight.answer", {"reason": ""}, status=422, ruling_id=escalated.id)

    def test_a_mayor_reads_but_does_not_answer(self, browser, maya, escalated):
        browser.sign_in(maya).get("oversight.escalations")
        browser.get("oversight.answer", status=403, ruling_id=escalated.id)
