import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from civic.audit.models import AuditEntry
from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.notifications.models import Follow, Notice
from civic.projects import confirmation, queries, rules
from civic.projects.models import Answer
from civic.projects.reports import Said
from civic.projects.stages import Stage, Verdict
from civic.proposals.models import Proposal
from tests import factories

YES = Said(Verdict.YES)
NO = Said(Verdict.NO, "سه چراغ روشن نمی‌شود.")


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city, phase=PhaseKind.DELIVERY)


@pytest.fixture
def sara(tree):
    return factories.make_resident("Sara", tree.sepidar)


@pytest.fixture
def project(cycle, tree, works, sara):
    return factories.make_project(tree.sepidar, works, stage=Stage.HANDED_OVER, author=sara)


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    out.seek(0)
    return out


def numbers(project, person):
    said = queries.answers_to(project.id, person)
    return said.yes, said.no


class TestRules:
    @pytest.mark.parametrize(
        ("stage", "yes", "no", "complaint"),
        [
            pytest.param(Stage.BUILDING, 3, 0, "not handed over", id="too early"),
            pytest.param(Stage.CONFIRMED, 3, 0, "is confirmed", id="twice"),
            pytest.param(Stage.HANDED_OVER, 0, 0, "Nobody has answered", id="nobody"),
            pytest.param(Stage.HANDED_OVER, 1, 2, "say no", id="more no than yes"),
        ],
    )
    def test_a_project_is_not_confirmed(self, stage, yes, no, complaint):
        with pytest.raises(RuleBroken, match=complaint):
            rules.check_confirmable(stage, yes, no)

    @pytest.mark.parametrize(("yes", "no"), [(1, 0), (2, 2), (5, 4)])
    def test_a_project_is_confirmed(self, yes, no):
        rules.check_confirmable(Stage.HANDED_OVER, yes, no)

    def test_an_objection_has_words_and_not_too_many(self):
        for text in (" ", "بد" * 200):
            with pytest.raises(RuleBroken):
                rules.check_answer(Verdict.NO, text)
        rules.check_answer(Verdict.YES, "")

    def test_about_a_neighbourhood_its_own_residents_answer_about_the_city_all(self):
        assert rules.belongs_there("demo/demo-6/demo-6-1/", "demo/demo-6/", city_wide=False)
        assert not rules.belongs_there("demo/demo-7/demo-7-1/", "demo/demo-6/", city_wide=False)
        assert not rules.belongs_there(None, "demo/demo-6/", city_wide=False)
        assert rules.belongs_there(None, "demo/", city_wide=True)


class TestAnswer:
    def test_counts_once_and_can_be_changed(self, rosa, sara, project, at_noon):
        confirmation.answer(rosa, project, NO, at=at_noon)
        confirmation.answer(sara, project, YES, at=at_noon)
        assert numbers(project, rosa) == (1, 1)
        confirmation.answer(rosa, project, YES, at=at_noon)
        assert numbers(project, rosa) == (2, 0)
        assert db.session.get(Answer, (project.id, rosa.id)).text == ""

    def test_a_picture_stays_with_its_objection(self, rosa, project, at_noon):
        confirmation.answer(rosa, project, NO._replace(picture=picture()), at=at_noon)
        confirmation.answer(rosa, project, NO._replace(text="هنوز خاموش است."), at=at_noon)
        kept = queries.answers_to(project.id, rosa).mine
        assert kept.text == "هنوز خاموش است."
        assert kept.picture.endswith(".webp")

    def test_is_for_those_who_belong_there(self, rami, project, at_noon):
        with pytest.raises(RuleBroken, match="where this was built"):
            confirmation.answer(rami, project, YES, at=at_noon)

    def test_what_the_whole_city_got_everybody_answers(self, cycle, tree, rami, works, at_noon):
        wide = factories.make_project(tree.city, works, stage=Stage.HANDED_OVER)
        confirmation.answer(rami, wide, YES, at=at_noon)
        assert numbers(wide, rami) == (1, 0)

    def test_neither_who_builds_nor_who_confirms(self, otto, milo, project, at_noon):
        for person in (otto, milo):
            with pytest.raises(NotAllowed):
                confirmation.answer(person, project, YES, at=at_noon)

    def test_not_before_the_handover(self, cycle, tree, works, rosa, at_noon):
        early = factories.make_project(tree.sepidar, works, stage=Stage.BUILDING)
        with pytest.raises(RuleBroken, match="not handed over"):
            confirmation.answer(rosa, early, YES, at=at_noon)


class TestConfirm:
    def test_closes_it_and_tells_proposer_and_followers(
        self, milo, rosa, rami, sara, project, at_noon
    ):
        factories.keep(
            Follow(account_id=rami.id, subject_kind="project", subject_id=project.id, since=at_noon)
        )
        confirmation.answer(rosa, project, YES, at=at_noon)
        confirmation.confirm(milo, project, at=at_noon)
        assert project.stage is Stage.CONFIRMED
        assert queries.dates_of(project.id)[Stage.CONFIRMED].reached_on == at_noon.date()
        told = select(Notice.account_id).where(Notice.kind == "project:staged")
        assert set(db.session.scalars(told)) == {sara.id, rami.id}
        [entry] = db.session.scalars(select(AuditEntry))
        assert (entry.event, entry.details["yes"], entry.details["no"]) == ("project:stage", 1, 0)

    def test_closes_the_answers(self, milo, rosa, project, at_noon):
        confirmation.answer(rosa, project, YES, at=at_noon)
        confirmation.confirm(milo, project, at=at_noon)
        with pytest.raises(RuleBroken, match="answers are closed"):
            confirmation.answer(rosa, project, NO, at=at_noon)

    def test_not_against_the_residents(self, milo, rosa, project, at_noon):
        with pytest.raises(RuleBroken, match="Nobody has answered"):
            confirmation.confirm(milo, project, at=at_noon)
        confirmation.answer(rosa, project, NO, at=at_noon)
        with pytest.raises(RuleBroken, match="say no"):
            confirmation.confirm(milo, project, at=at_noon)
        assert project.stage is Stage.HANDED_OVER

    def test_not_by_who_proposed_it(self, milo, rosa, project, at_noon):
        confirmation.answer(rosa, project, YES, at=at_noon)
        db.session.get(Proposal, project.proposal_id).author_id = milo.id
        with pytest.raises(RuleBroken, match="yourself"):
            confirmation.confirm(milo, project, at=at_noon)

    def test_not_by_the_department_nor_an_elite_elsewhere(self, otto, hedi, tree, project, at_noon):
        far = factories.make_staff("Far", Role.MODERATOR, area=tree.narvan)
        for person in (otto, far, hedi):
            with pytest.raises(NotAllowed):
                confirmation.confirm(person, project, at=at_noon)

    def test_what_no_elite_stands_above_the_headquarters_confirm(
        self, cycle, tree, works, rosa, hedi, milo, at_noon
    ):
        wide = factories.make_project(tree.city, works, stage=Stage.HANDED_OVER)
        confirmation.answer(rosa, wide, YES, at=at_noon)
        with pytest.raises(NotAllowed):
            confirmation.confirm(milo, wide, at=at_noon)
        confirmation.confirm(hedi, wide, at=at_noon)
        assert wide.stage is Stage.CONFIRMED


class TestPages:
    def answer(self, browser, project, status=303, **values):
        data = {f"answer-{name}": value for name, value in values.items()}
        return browser.post("projects.answer", data, status=status, project_id=project.id)

    def show(self, browser, project):
        return browser.get("projects.show", project_id=project.id, lang="en")

    def test_a_resident_answers_and_changes_it(self, browser, rosa, project):
        form = self.show(browser.sign_in(rosa), project).select_one("#answer-form")
        assert len(form.select("[name=answer-verdict]")) == 2
        self.answer(browser, project, verdict="no", text=NO.text, picture=(picture(), "x.png"))
        page = self.show(browser, project)
        assert "1resident says no" in page.select_one("#answers").text
        assert NO.text in page.select_one("#answers li").text
        assert page.select_one("#answer-verdict-1").has_attr("checked")
        self.answer(browser, project, verdict="yes")
        assert "1resident says yes" in self.show(browser, project).text

    def test_what_is_wrong_stands_at_its_field(self, browser, rosa, project):
        browser.sign_in(rosa)
        page = self.answer(browser, project, status=422, verdict="no")
        assert page.select_one("#answer-text-error")
        assert self.answer(browser, project, status=422).select_one("#answer-verdict-error")

    def test_too_early_is_said_in_a_sentence(self, browser, rosa, cycle, tree, works):
        early = factories.make_project(tree.sepidar, works, stage=Stage.BUILDING)
        page = self.answer(browser.sign_in(rosa), early, status=422, verdict="yes")
        assert "هنوز تحویل نشده" in page.text

    def test_only_those_in_charge_see_pictures(self, browser, rosa, rami, otto, project):
        self.answer(
            browser.sign_in(rosa), project, verdict="no", text=NO.text, picture=(picture(), "x.png")
        )
        assert not self.show(browser.sign_in(rami), project).select("#answers img")
        page = browser.sign_in(otto).get("projects.manage", project_id=project.id, lang="en")
        assert NO.text in page.text
        assert page.select_one("main img")["alt"] == "Picture sent with this objection"

    def test_others_are_told_how_they_could(self, browser, rami, project, tree, works):
        assert "Sign in and answer" in self.show(browser, project).text
        assert "Choose your neighbourhood" in self.show(browser.sign_in(rami), project).text
        running = factories.make_project(tree.sepidar, works, stage=Stage.BUILDING)
        assert not self.show(browser, running).select_one("#answers")

    def test_an_elite_confirms_it_with_a_press(self, browser, milo, rosa, project, at_noon):
        page = self.show(browser.sign_in(milo), project)
        action = page.select_one("#confirm-form")["action"]
        page = browser.post(action, status=422, lang="en")
        assert page.select_one("#answers [role=alert]")
        confirmation.answer(rosa, project, YES, at=at_noon)
        browser.post(action)
        page = self.show(browser, project)
        assert "Confirmed by residents" in page.text
        assert not page.select_one("#answers form")

    def test_it_waits_on_the_desk_of_the_elite(self, browser, milo, project):
        page = browser.sign_in(milo).get("projects.routing", lang="en")
        assert project.title in page.select_one("#handed-over").text

    def test_stays_within_its_queries(self, browser, milo, project, tree, at_noon, statements):
        for number in range(6):
            person = factories.make_resident(f"R{number}", tree.sepidar)
            confirmation.answer(person, project, NO, at=at_noon)
        browser.sign_in(milo)
        for target in (f"/projects/{project.id}/", "projects.routing"):
            with statements() as seen:
                browser.get(target)
            assert len(seen) <= 8
        assert db.session.scalar(select(func.count()).select_from(Answer)) == 6
