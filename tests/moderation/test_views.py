import pytest

from civic.kernel.roles import Role
from civic.moderation import actions
from civic.proposals.queries import history_of
from civic.proposals.states import State
from tests import factories


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city)


@pytest.fixture
def proposal(rosa, cycle, tree):
    return factories.make_proposal(rosa, cycle, tree.sepidar)


class TestQueue:
    def test_only_what_is_mine_to_decide_waits(self, browser, milo, rami, tree, proposal):
        factories.make_proposal(rami, proposal.cycle, tree.narvan, title="جای دیگر است این")
        factories.make_proposal(milo, proposal.cycle, tree.sepidar, title="از خود من است این")
        page = browser.sign_in(milo).get("moderation.queue")
        assert [row.h2.text for row in page.select("[data-row]")] == [proposal.title]

    def test_the_list_alone_for_htmx_and_the_filters(self, browser, milo, proposal):
        browser.sign_in(milo)
        assert browser.get("moderation.queue", htmx=True).select_one("#waiting [data-row]")
        assert not browser.get("moderation.queue", only="late").select("[data-row]")
        assert not browser.get("moderation.queue", category="sport").select("[data-row]")

    def test_others_are_refused_and_a_second_factor_is_asked(self, browser, rosa, otto, milo):
        browser.get("moderation.queue", 303)
        for person in (rosa, otto):
            browser.sign_in(person).get("moderation.queue", 403)
        browser.sign_in(milo, second_factor=False).get("moderation.queue", 303)

    def test_statements_do_not_grow(self, browser, milo, proposal, rosa, statements):
        for place in range(12):
            factories.make_proposal(rosa, proposal.cycle, proposal.area, title=f"پیشنهاد {place}")
        browser.sign_in(milo)
        with statements() as seen:
            browser.get("moderation.queue")
        assert len(seen) <= 8, seen


class TestDecide:
    def test_twins_stand_beside_it(self, browser, milo, rami, tree, proposal):
        twin = factories.make_proposal(
            rami, proposal.cycle, tree.narvan, title="روشنائي بوستان لاله"
        )
        page = browser.sign_in(milo).get("moderation.decide", proposal_id=proposal.id)
        assert twin.title in page.text

    def test_accepting_leads_back_to_the_queue(self, browser, milo, works, proposal):
        data = {"decision": "accept", "department": works.id}
        answer = browser.sign_in(milo).post(
            "moderation.decide", data, proposal_id=proposal.id, lang="en"
        )
        assert "The department has it now" in browser.follow(answer).text
        assert proposal.state is State.ACCEPTED

    def test_the_usual_sentence_is_sent_when_nothing_is_written(self, browser, milo, proposal):
        data = {"decision": "refuse", "reason_code": "repair"}
        browser.sign_in(milo).post("moderation.decide", data, proposal_id=proposal.id, lang="en")
        assert "call 137" in history_of(proposal)[0].reason

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({}, "Choose a decision"),
            ({"decision": "accept"}, "Choose the department"),
            ({"decision": "return"}, "Choose a reason"),
            ({"decision": "carry_up"}, "Choose whom it concerns"),
            ({"decision": "refuse", "reason_code": "other"}, "Write the reason"),
            ({"decision": "refuse", "reason_code": "unclear"}, "fits the decision"),
        ],
    )
    def test_half_a_decision_is_not_one(self, browser, milo, proposal, data, said):
        browser.sign_in(milo)
        page = browser.post("moderation.decide", data, 422, proposal_id=proposal.id, lang="en")
        assert said in page.select_one("[role=alert]").parent.text

    def test_carrying_up_is_offered_to_what_lies_above(self, browser, milo, tree, proposal):
        page = browser.sign_in(milo).get("moderation.decide", proposal_id=proposal.id, lang="en")
        offered = [option.text for option in page.select("#area option")[1:]]
        assert offered == ["District 6", "Demo City"]
        data = {"decision": "carry_up", "area": tree.city.id, "reason": "همه شهر"}
        answer = browser.post("moderation.decide", data, proposal_id=proposal.id, lang="en")
        assert "decided there now" in browser.follow(answer).text
        page = browser.get("proposals.show", proposal_id=proposal.id, lang="en")
        assert "Carried up to" in page.text
        assert "City headquarters" in page.text

    def test_the_headquarters_decide_and_carry_nothing_further(
        self, browser, milo, hedi, tree, proposal, at_noon
    ):
        actions.carry_up(milo, proposal, tree.city, "همه شهر", at=at_noon)
        page = browser.sign_in(hedi).get("moderation.queue")
        page = browser.get(page.select_one("[data-row] h2 a")["href"])
        assert not page.select("#area")
        values = [each["value"] for each in page.select("[name=decision]")]
        assert values == ["accept", "return", "refuse"]

    def test_decided_meanwhile_keeps_what_was_typed(self, browser, milo, tree, works, proposal):
        mina = factories.make_staff("Mina", Role.MODERATOR, area=tree.district)
        actions.accept(mina, proposal, works, at=proposal.created_at)
        data = {"decision": "refuse", "reason_code": "repair", "reason": "تعمیر است"}
        browser.sign_in(milo)
        page = browser.post("moderation.decide", data, 422, proposal_id=proposal.id, lang="en")
        assert "Somebody decided meanwhile" in page.text
        assert page.select_one("#reason").text.strip() == "تعمیر است"

    def test_not_ones_own_and_not_elsewhere(self, browser, milo, rami, cycle, tree):
        own = factories.make_proposal(milo, cycle, tree.sepidar)
        elsewhere = factories.make_proposal(rami, cycle, tree.narvan)
        for person, proposal in [(milo, own), (milo, elsewhere), (rami, own)]:
            browser.sign_in(person).get("moderation.decide", 403, proposal_id=proposal.id)
        draft = factories.make_proposal(rami, cycle, tree.sepidar, state=State.DRAFT)
        browser.sign_in(milo).get("moderation.decide", 404, proposal_id=draft.id)


class TestMerge:
    def test_the_one_that_stays_is_chosen(self, browser, milo, rami, tree, proposal):
        twin = factories.make_proposal(rami, proposal.cycle, tree.sepidar, title="چراغ بوستان لاله")
        ids = {"proposal_id": proposal.id, "twin_id": twin.id}
        page = browser.sign_in(milo).get("moderation.merge", **ids)
        assert page.select_one("input[checked]")["value"] == str(twin.id)
        data = {"stays": str(proposal.id), "reason": "هر دو یکی است"}
        answer = browser.post("moderation.merge", data, **ids)
        assert twin.title in browser.follow(answer).text
        assert proposal.title in browser.get("proposals.show", proposal_id=twin.id).text

    def test_both_must_be_mine_to_decide(self, browser, milo, rami, tree, proposal):
        twin = factories.make_proposal(rami, proposal.cycle, tree.narvan)
        browser.sign_in(milo)
        browser.get("moderation.merge", 403, proposal_id=proposal.id, twin_id=twin.id)


class TestUndo:
    def test_the_queue_offers_it(self, browser, milo, works, proposal, at_noon):
        actions.accept(milo, proposal, works, at=at_noon)
        page = browser.sign_in(milo).get("moderation.queue")
        browser.post(page.select_one("form[action$='/undo']")["action"])
        assert proposal.state is State.SUBMITTED
