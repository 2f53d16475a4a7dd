"""What concerns the whole city is decided by the headquarters, as a mayor decides elsewhere."""

from datetime import timedelta

import pytest

from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.letters import in_words
from civic.notifications.models import Notice
from civic.oversight.actions import approve, escalate, send_back
from civic.projects.actions import open_block, route_project
from civic.projects.stages import BlockKind, Stage
from tests import factories


@pytest.fixture
def wide(tree, works, at_noon):
    factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
    return factories.make_project(tree.city, works, stage=Stage.ROUTED, cost=400)


def told(person, kind):
    return db.session.query(Notice).filter_by(account_id=person.id, kind=kind).one()


class TestDecide:
    def test_the_headquarters_approves_and_the_mayor_does_not(self, maya, hedi, wide, at_noon):
        with pytest.raises(NotAllowed):
            approve(maya, wide, 400, at=at_noon)
        approve(hedi, wide, 400, at=at_noon)
        assert wide.stage is Stage.APPROVED

    def test_it_returns_it_with_a_reason(self, hedi, otto, wide, at_noon, app):
        send_back(hedi, wide, "جا ندارد", at=at_noon)
        with app.test_request_context("/?lang=en"):
            said = in_words(told(otto, "project:returned")).said
        assert said.endswith("by the headquarters of the city.")

    def test_nobody_is_above_it(self, hedi, wide, at_noon):
        due = at_noon.date() + timedelta(days=7)
        with pytest.raises(RuleBroken, match="decide about it themselves"):
            escalate(hedi, wide, "برق", owner="معاون", due_on=due, at=at_noon)


class TestTold:
    def test_the_headquarters_hears_what_waits_for_it(self, adam, maya, hedi, tree, works, at_noon):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)
        pot = factories.make_pot(cycle, tree.city)
        line = factories.make_line(factories.make_ballot_project(pot))
        works.area_id, works.area = tree.city.id, tree.city
        route_project(adam, line, works, at=at_noon)
        assert told(hedi, "project:routed")
        assert not db.session.query(Notice).filter_by(account_id=maya.id).count()

    def test_and_what_stands_in_the_way(self, otto, hedi, wide, at_noon):
        open_block(otto, wide, BlockKind.LAND, "زمین", since=at_noon.date(), at=at_noon)
        assert told(hedi, "project:blocked")

    def test_notices_from_before_are_still_read(self, rosa, app, at_noon):
        old = Notice(
            account_id=rosa.id, kind="project:blocked", dedupe="old", params={"title": "تاب"},
            created_at=at_noon,
        )  # fmt: skip
        factories.keep(old)
        with app.test_request_context("/?lang=en"):
            assert "the mayor of the district" in in_words(old).next


class TestPages:
    def test_it_stands_first_on_the_desk_and_is_decided_there(self, browser, hedi, wide):
        page = browser.sign_in(hedi).get("oversight.desk", lang="en")
        section = next(s for s in page.select("section") if "Of the whole city" in s.h2.text)
        page = browser.get(section.select_one("h3 a")["href"], lang="en")
        offered = [each["value"] for each in page.select("[name=decision]")]
        assert offered == ["approve", "return"]
        browser.post("oversight.rule", {"decision": "approve"}, project_id=wide.id)
        assert wide.stage is Stage.APPROVED
        page = browser.get("projects.show", project_id=wide.id, lang="en")
        assert "Approved by the headquarters" in page.text

    def test_handed_over_it_waits_there_to_be_confirmed(self, browser, hedi, tree, works, wide):
        done = factories.make_project(tree.city, works, stage=Stage.HANDED_OVER)
        page = browser.sign_in(hedi).get("oversight.desk")
        links = [a["href"] for a in page.select("main h3 a")]
        assert any(link.endswith(f"/projects/{done.id}/") for link in links)

    def test_a_mayor_sees_nothing_of_it(self, browser, maya, wide):
        page = browser.sign_in(maya).get("oversight.desk")
        assert wide.title not in page.select_one("main").text
        browser.get("oversight.rule", status=403, project_id=wide.id)
