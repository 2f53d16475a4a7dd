from datetime import timedelta

import pytest

from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.oversight.actions import approve, escalate
from civic.projects.models import Block
from civic.projects.stages import BlockKind, Stage
from civic.proposals.jobs import lapse_left_overs
from civic.proposals.states import State
from tests import factories

SQUARE = [[51.40, 35.70], [51.42, 35.70], [51.42, 35.72], [51.40, 35.72], [51.40, 35.70]]
OUTLINE = {"type": "Polygon", "coordinates": [SQUARE]}


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
        assert page.select_one("h1").text == "همه منطقه‌ها"
        assert len(page.select("main h3 a")) == 4

    def test_where_elites_left_proposals_is_seen(
        self, browser, maya, hedi, rosa, rami, tree, at_noon
    ):
        over = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
        for _n in range(2):
            factories.make_proposal(rosa, over, tree.sepidar)
        factories.make_proposal(rosa, over, tree.sepidar, state=State.RETURNED)
        lapse_left_overs()
        late = factories.make_proposal(rami, factories.make_cycle(tree.city), tree.narvan)
        late.due_at = at_noon - timedelta(days=1)
        factories.keep(late)
        for person in (maya, hedi):
            page = browser.sign_in(person).get("oversight.desk", lang="en")
            rows = {row.span.text: row.select_one(".late").text for row in page.select("li.row")}
            assert rows == {
                "Sepidar": "2 left undecided in the last year",
                "Narvan": "1 waits past its day",
            }

    def test_others_have_no_desk(self, browser, otto):
        browser.sign_in(otto).get("oversight.desk", status=403)

    def test_few_statements_whatever_the_rows(self, browser, maya, make_work, statements):
        for n in range(15):
            make_work(f"کار {n}")
        browser.sign_in(maya)
        with statements() as seen:
            browser.get("oversight.desk")
        assert len(seen) <= 8, seen

    def test_the_headquarters_needs_few_statements_too(
        self, browser, hedi, make_work, tree, statements
    ):
        for n in range(15):
            make_work(f"کار {n}")
        tree.district.outline = OUTLINE
        browser.sign_in(hedi)
        with statements() as seen:
            page = browser.get("oversight.desk")
        assert len(seen) <= 8, seen
        assert page.select_one("aside .map__area")["aria-label"].endswith("۱۵ کار")
        assert "۱۵ کار" in page.select_one("aside li").text

    def test_the_map_of_a_district_counts_its_neighbourhoods(self, browser, maya, make_work, tree):
        make_work()
        for area in (tree.sepidar, tree.narvan):
            area.outline = OUTLINE
        page = browser.sign_in(maya).get("oversight.desk")
        said = [it["aria-label"] for it in page.select("aside .map__area")]
        assert said == ["سپیدار: ۱ کار", "نارون"]
        assert [it.text for it in page.select("aside li a")] == ["سپیدار"]

    def test_an_empty_desk_teaches(self, browser, maya):
        assert "هیچ مانعی سر راه نیست" in browser.sign_in(maya).get("oversight.desk").text


class TestRule:
    def test_one_press_approves_what_was_voted(self, browser, maya, playground):
        browser.sign_in(maya)
        answer = browser.post("oversight.rule", {"decision": "approve"}, project_id=playground.id)
        assert answer.response.location.endswith("/mayor/")
        assert playground.stage is Stage.APPROVED

    def test_only_what_can_be_decided_is_offered(self, browser, maya, make_work):
        offered = {}
        for stage in (Stage.ROUTED, Stage.BUILDING, Stage.HANDED_OVER):
            page = browser.sign_in(maya).get("oversight.rule", project_id=make_work(stage=stage).id)
            offered[stage] = [it["value"] for it in page.select("input[name=decision]")]
        assert offered == {
            Stage.ROUTED: ["approve", "return", "escalate"],
            Stage.BUILDING: ["escalate"],
            Stage.HANDED_OVER: [],
        }

    def test_somebody_else_was_faster(self, browser, maya, playground, tree, at_noon):
        from civic.kernel.roles import Role

        deputy = factories.make_staff("Dina", Role.MAYOR, area=tree.district)
        approve(deputy, playground, 400, at=at_noon)
        browser.sign_in(maya)
        data = {"decision": "approve", "amount": "400"}
        page = browser.post("oversight.rule", data, status=422, project_id=playground.id)
        assert "تصویب" in page.select_one(".errors").text

    def test_it_says_what_stands_in_the_way_and_what_stays_as_it_is(
        self, browser, maya, make_work, at_noon
    ):
        stuck = make_work(stage=Stage.APPROVED, due=-3)
        day = at_noon.date()
        factories.keep(Block(project_id=stuck.id, kind=BlockKind.LAND, text="معارض", since=day))
        page = browser.sign_in(maya).get("oversight.rule", project_id=stuck.id)
        assert "معارض" in page.select_one(".note").text
        assert "۳ روز دیر" in page.select_one(".note").text
        assert "رتبه‌ها" in page.select_one("main").text

    def test_few_statements(self, browser, maya, playground, statements):
        browser.sign_in(maya)
        with statements() as seen:
            browser.get("oversight.rule", project_id=playground.id)
        assert len(seen) <= 8, seen

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
    def test_few_statements_whatever_the_rows(
        self, browser, hedi, maya, make_work, at_noon, statements
    ):
        due = at_noon.date() + timedelta(days=5)
        for n in range(12):
            escalate(maya, make_work(f"کار {n}"), "برق", owner="معاون", due_on=due, at=at_noon)
        browser.sign_in(hedi)
        with statements() as seen:
            page = browser.get("oversight.escalations")
        assert len(page.select("tbody tr")) == 12
        assert len(seen) <= 8, seen

    def test_what_is_overdue_says_by_how_much(self, browser, hedi, escalated, monkeypatch):
        later = clock.now() + timedelta(days=7)
        monkeypatch.setattr(clock, "now", lambda: later)
        page = browser.sign_in(hedi).get("oversight.escalations")
        assert page.select_one(".badge--late").text.strip() == "۲ روز دیر"

    def test_others_do_not_read_them(self, browser, otto):
        browser.sign_in(otto).get("oversight.escalations", status=403)

    def test_an_unknown_one_is_missing(self, browser, hedi):
        browser.sign_in(hedi).get(
            "/mayor/escalations/00000000-0000-0000-0000-000000000000", status=404
        )

    @pytest.fixture
    def escalated(self, maya, playground, at_noon):
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
