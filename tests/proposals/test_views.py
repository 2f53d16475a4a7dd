import io

import pytest
from flask import url_for
from PIL import Image

from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.notifications.models import Notice
from civic.proposals import queries
from civic.proposals.models import Proposal
from civic.proposals.states import State
from tests import factories

PROBLEM = "شب‌ها کوچه تاریک است و رفت‌وآمد سخت می‌شود."
SOLUTION = "چهار چراغ کم‌مصرف در طول کوچه نصب شود."
TITLE = "روشنایی کوچه‌ی گلستان در سپیدار"


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city)


@pytest.fixture
def draft(rosa, cycle, tree):
    return factories.make_proposal(rosa, cycle, tree.sepidar, title=TITLE, state=State.DRAFT)


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, kind)
    out.seek(0)
    return out


class TestStart:
    def test_a_visitor_reads_what_fits_and_is_asked_to_sign_in(self, browser, cycle):
        page = browser.get("proposals.start", lang="en")
        assert "call 137" in page.text
        assert "Sign in and begin" in page.text

    def test_outside_the_phase_it_says_when_it_opens(self, browser, tree, at_noon):
        factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        page = browser.get("proposals.start", lang="en")
        assert "The time for new proposals is over" in page.text
        assert page.select_one("form[action$='/begin']") is None

    def test_a_draft_begins_in_the_own_neighbourhood(self, browser, rosa, cycle, tree):
        answer = browser.sign_in(rosa).post("proposals.begin")
        page = browser.follow(answer)
        assert page.select_one("option[selected]")["value"] == str(tree.sepidar.id)

    def test_beginning_out_of_time_is_refused_with_the_sentence(self, browser, rosa, tree, at_noon):
        factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        page = browser.sign_in(rosa).post("proposals.begin", status=422, lang="en")
        assert "over in the present phase" in page.text


class TestStep:
    def test_the_whole_way_from_the_first_step_to_the_number(self, browser, rosa, cycle, tree):
        browser.sign_in(rosa).post("proposals.begin")
        [draft] = queries.drafts_of(rosa.id)
        for step, typed in [
            ("area", {"area_id": tree.narvan.id}),
            ("title", {"title": TITLE}),
            ("problem", {"problem": PROBLEM}),
            ("solution", {"solution": SOLUTION}),
            ("category", {"category": "lighting"}),
            ("place", {"place": "کوچه‌ی گلستان", "lon": "", "lat": ""}),
            ("picture", {"picture": (picture(), "place.png")}),
        ]:
            answer = browser.post("proposals.step", typed, proposal_id=draft.id, step=step)
            browser.follow(answer)
        answer = browser.post("proposals.check", {"no_names": "y"}, proposal_id=draft.id)
        assert "۱" in browser.follow(answer).select_one(".figure").text
        stored = db.session.get(Proposal, draft.id, populate_existing=True)
        assert (stored.state, stored.number, stored.title) == (State.SUBMITTED, 1, TITLE)
        assert stored.area_id == tree.narvan.id
        assert stored.picture.endswith(".webp")

    def test_what_was_typed_stays_when_it_is_too_short(self, browser, rosa, draft):
        browser.sign_in(rosa)
        page = browser.post(
            "proposals.step", {"title": "چراغ"}, 422, proposal_id=draft.id, step="title"
        )
        assert page.select_one("#title")["value"] == "چراغ"
        assert page.select_one("[role=alert]")

    def test_who_has_told_no_home_chooses_the_neighbourhood(self, browser, rosa, draft):
        browser.sign_in(rosa)
        page = browser.get("proposals.step", proposal_id=draft.id, step="area")
        assert page.select_one("#area_id option")["value"] == ""
        page = browser.post(
            "proposals.step", {"area_id": ""}, 422, proposal_id=draft.id, step="area"
        )
        assert page.select_one(".errors a").text == "محله را انتخاب کنید."

    def test_what_is_too_long_is_kept_and_measured_in_the_digits_of_the_reader(
        self, browser, rosa, draft
    ):
        browser.sign_in(rosa)
        typed = {"title": "نیمکت " * 60}
        page = browser.post("proposals.step", typed, 422, proposal_id=draft.id, step="title")
        assert page.select_one("#title")["value"] == typed["title"].strip()
        assert "۱۲۰ نویسه" in page.select_one(".errors a").text

    def test_marks_that_reorder_text_are_taken_out(self, browser, rosa, draft):
        browser.sign_in(rosa)
        typed = {"title": "پیاده‌رو\u202e برای همه‌ی محله"}
        browser.post("proposals.step", typed, proposal_id=draft.id, step="title")
        stored = db.session.get(Proposal, draft.id, populate_existing=True)
        assert stored.title == "پیاده‌رو برای همه‌ی محله"

    def test_autosave_keeps_and_says_nothing(self, browser, rosa, draft):
        browser.sign_in(rosa)
        url = url_for("proposals.step", proposal_id=draft.id, step="problem")
        data = {"problem": PROBLEM}
        answer = browser.client.post(url, data=data, headers={"X-Autosave": "1"})
        assert answer.status_code == 204
        assert db.session.get(Proposal, draft.id, populate_existing=True).problem == PROBLEM

    def test_a_file_that_is_no_picture_is_refused_at_the_field(self, browser, rosa, draft):
        browser.sign_in(rosa)
        data = {"picture": (io.BytesIO(b"%PDF-1.4"), "place.png")}
        page = browser.post("proposals.step", data, 422, proposal_id=draft.id, step="picture")
        assert page.select_one("#picture-error")

    def test_similar_ideas_are_found_in_spite_of_arabic_letters(
        self, browser, rosa, rami, draft, tree
    ):
        factories.make_proposal(rami, draft.cycle, tree.narvan, title="روشنایی کوچه گلستان")
        browser.sign_in(rosa)
        values = {"proposal_id": draft.id, "step": "title", "title": "روشنايي كوچه‌ گلستان"}
        block = browser.get("proposals.step", htmx=True, **values)
        assert block.select_one("html") is None
        assert "روشنایی کوچه گلستان" in block.select_one("#similar-ideas").text

    def test_without_script_a_button_checks_for_similar_ideas(self, browser, rosa, draft):
        browser.sign_in(rosa)
        typed = {"title": TITLE, "similar": "yes"}
        answer = browser.post("proposals.step", typed, proposal_id=draft.id, step="title")
        assert answer.response.location.endswith("/write/title#similar-ideas")

    def test_the_draft_of_another_is_not_there(self, browser, rami, milo, draft):
        for person in (rami, milo):
            browser.sign_in(person)
            browser.get("proposals.step", 404, proposal_id=draft.id, step="title")
            browser.get("proposals.show", 404, proposal_id=draft.id)
            browser.post("proposals.delete", status=404, proposal_id=draft.id)

    def test_a_handed_in_proposal_is_not_changed_any_more(self, browser, rosa, cycle, tree):
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar)
        browser.sign_in(rosa)
        data = {"title": "چیز دیگری که بهتر است"}
        browser.post("proposals.step", data, 403, proposal_id=proposal.id, step="title")


class TestCheck:
    def test_it_says_what_is_missing_and_leads_there(self, browser, rosa, cycle, tree):
        browser.sign_in(rosa).post("proposals.begin")
        [draft] = queries.drafts_of(rosa.id)
        page = browser.get("proposals.check", proposal_id=draft.id, lang="en")
        assert "Still missing" in page.text
        assert "/write/title?back=check" in str(page)

    def test_names_must_be_ruled_out(self, browser, rosa, draft):
        draft.problem, draft.solution = PROBLEM, SOLUTION
        browser.sign_in(rosa)
        page = browser.post("proposals.check", {}, 422, proposal_id=draft.id, lang="en")
        assert "no persons are named" in page.select_one("[role=alert]").text

    def test_pressed_twice_it_is_handed_in_once(self, browser, rosa, draft):
        draft.problem, draft.solution = PROBLEM, SOLUTION
        browser.sign_in(rosa)
        for _ in range(2):
            browser.post("proposals.check", {"no_names": "y"}, proposal_id=draft.id)
        assert len(queries.history_of(draft)) == 1
        assert db.session.query(Notice).count() == 1


class TestIndex:
    @pytest.mark.parametrize(("phase", "main"), [(PhaseKind.IDEAS, 1), (PhaseKind.VOTING, 0)])
    def test_to_propose_is_the_main_thing_only_while_one_can(
        self, browser, tree, at_noon, phase, main
    ):
        factories.make_cycle(tree.city, phase=phase)
        buttons = browser.get("proposals.index").select(".row--apart a.button[href$='/new']")
        assert len(buttons) == 1
        assert sum("button--main" in button["class"] for button in buttons) == main

    def test_filters_search_and_typing_errors(self, browser, rosa, cycle, tree):
        for title in ("روشنایی بوستان لاله", "نیمکت در خیابان بهار"):
            factories.make_proposal(rosa, cycle, tree.sepidar, title=title)
        for q, hits in [("روشنايي", 1), ("روشنایی نیمکت", 0), ("نیمکط", 1), ("زرافه", 0), ("", 2)]:
            page = browser.get("proposals.index", q=q)
            assert len(page.select("article.proposal")) == hits, q
        assert not browser.get("proposals.index", area=tree.narvan.code).select("article.proposal")
        assert len(browser.get("proposals.index", area=tree.district.code).select("article")) == 2

    def test_the_list_alone_comes_back_to_htmx(self, browser, rosa, cycle, tree):
        factories.make_proposal(rosa, cycle, tree.sepidar)
        block = browser.get("proposals.index", htmx=True, sort="supported")
        assert block.select_one("html") is None
        assert block.select_one("#proposal-list article")

    def test_drafts_are_nobodys_business(self, browser, draft):
        assert not browser.get("proposals.index").select("article.proposal")
        assert not browser.get("proposals.index", state="draft").select("article.proposal")

    def test_nonsense_in_the_address_is_forgiven(self, browser, cycle):
        browser.get("proposals.index", category="x", state="y", cost="z", sort="w", page="-3")
        browser.get("proposals.index", 404, cycle="none")

    def test_every_page_of_the_mixed_order_shows_others(self, browser, rosa, cycle, tree):
        for place in range(25):
            factories.make_proposal(rosa, cycle, tree.sepidar, title=f"پیشنهاد شماره {place}")
        links = [
            link["href"]
            for number in (1, 2)
            for link in browser.get("proposals.index", page=number).select("article h2 a")
        ]
        assert len(links) == len(set(links)) == 25

    def test_statements_do_not_grow_with_the_rows(self, browser, rosa, cycle, tree, statements):
        for place in range(15):
            factories.make_proposal(rosa, cycle, tree.sepidar, title=f"پیشنهاد شماره {place}")
        browser.sign_in(rosa)
        for values in ({}, {"q": "پیشنهاد"}, {"q": "پیشنهات"}):
            with statements() as seen:
                browser.get("proposals.index", **values)
            assert len(seen) <= 8, seen


class TestShow:
    def test_a_visitor_reads_it(self, browser, rosa, cycle, tree):
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar)
        page = browser.get("proposals.show", proposal_id=proposal.id)
        assert proposal.title in page.h1.text
        draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.DRAFT)
        browser.get("proposals.show", 404, proposal_id=draft.id)

    def test_history_and_next_step_are_public(self, browser, rosa, draft, statements):
        draft.problem, draft.solution = PROBLEM, SOLUTION
        browser.sign_in(rosa).post("proposals.check", {"no_names": "y"}, proposal_id=draft.id)
        with statements() as seen:
            page = browser.get("proposals.show", proposal_id=draft.id, lang="en")
        assert "Handed in with number 1" in page.select_one(".history").text
        assert "Moderator of the neighbourhood" in page.text
        assert "Rosa" not in page.select_one("main").text
        assert len(seen) <= 8, seen

    def test_the_author_of_a_returned_one_mends_and_hands_in(self, browser, rosa, cycle, tree):
        proposal = factories.make_proposal(
            rosa, cycle, tree.sepidar, title=TITLE, state=State.RETURNED
        )
        browser.sign_in(rosa)
        assert browser.get("proposals.show", proposal_id=proposal.id, lang="en").select_one(
            ".note--warning"
        )
        for step, text in (("problem", PROBLEM), ("solution", SOLUTION)):
            browser.post("proposals.step", {step: text}, proposal_id=proposal.id, step=step)
        number = proposal.number
        browser.post("proposals.check", {"no_names": "y"}, proposal_id=proposal.id)
        assert (proposal.state, proposal.number) == (State.SUBMITTED, number)

    def test_withdrawing_is_for_the_author(self, browser, rosa, rami, cycle, tree):
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar)
        browser.sign_in(rami).post("proposals.withdraw", status=403, proposal_id=proposal.id)
        browser.sign_in(rosa).post("proposals.withdraw", proposal_id=proposal.id)
        assert proposal.state is State.WITHDRAWN

    def test_a_draft_is_deleted_by_its_author(self, browser, rosa, draft):
        browser.sign_in(rosa).post("proposals.delete", proposal_id=draft.id)
        assert not queries.drafts_of(rosa.id)
