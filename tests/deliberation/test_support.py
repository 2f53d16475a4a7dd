import pytest

from civic.cycles.phases import PhaseKind
from civic.deliberation import actions, queries
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.proposals.states import State
from tests import factories


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city)


@pytest.fixture
def proposal(rosa, cycle, tree):
    return factories.make_proposal(rosa, cycle, tree.sepidar)


class TestActions:
    def test_twice_is_once_and_back_is_back(self, rami, proposal, at_noon):
        for _ in range(2):
            actions.give_support(rami, proposal, at=at_noon)
        assert queries.support_counts([proposal.id]) == {proposal.id: 1}
        assert proposal.supports == 1
        assert [p.id for p in queries.supported_by(rami.id)] == [proposal.id]
        for _ in range(2):
            actions.take_back_support(rami, proposal, at=at_noon)
        assert queries.support_counts([proposal.id]) == {}
        assert proposal.supports == 0

    def test_the_author_stands_behind_it_already(self, rosa, proposal, at_noon):
        with pytest.raises(NotAllowed, match="stand behind already"):
            actions.give_support(rosa, proposal, at=at_noon)

    def test_not_when_it_is_refused(self, rami, rosa, cycle, tree, at_noon):
        refused = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.REFUSED)
        with pytest.raises(RuleBroken, match="Support is over"):
            actions.give_support(rami, refused, at=at_noon)

    def test_not_in_the_wrong_phase(self, rami, rosa, tree, at_noon):
        voting = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        proposal = factories.make_proposal(rosa, voting, tree.sepidar)
        with pytest.raises(RuleBroken, match="over in the present phase"):
            actions.give_support(rami, proposal, at=at_noon)

    def test_supporters_of_a_twin_are_carried_over_without_doubles(
        self, rosa, rami, milo, proposal, at_noon
    ):
        twin = factories.make_proposal(rami, proposal.cycle, proposal.area)
        for person in (milo, rosa):
            actions.give_support(person, twin, at=at_noon)
        actions.give_support(milo, proposal, at=at_noon)
        assert actions.carry_over(twin, proposal, at=at_noon) == 1
        assert set(queries.supporters_of(proposal)) == {milo.id, rami.id}
        assert proposal.supports == 2


class TestSupport:
    def test_the_button_works_without_script(self, browser, rami, proposal):
        answer = browser.sign_in(rami).post("deliberation.support", proposal_id=proposal.id)
        page = browser.follow(answer)
        assert page.select_one("#support input[name=want]")["value"] == "no"
        assert "۱" in page.select_one("#support .figure").text

    def test_htmx_gets_the_button_alone(self, browser, rami, proposal):
        browser.sign_in(rami)
        values = {"proposal_id": proposal.id, "status": 200, "htmx": True}
        block = browser.post("deliberation.support", {"want": "yes"}, **values)
        assert block.select_one("html") is None
        block = browser.post("deliberation.support", {"want": "no"}, **values)
        assert "۰" in block.select_one("#support .figure").text

    def test_a_visitor_is_led_to_the_sign_in(self, browser, proposal):
        answer = browser.post("deliberation.support", proposal_id=proposal.id)
        assert "/sign-in" in answer.response.location

    def test_a_draft_cannot_be_supported(self, browser, rami, rosa, cycle, tree):
        draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.DRAFT)
        browser.sign_in(rami).post("deliberation.support", status=404, proposal_id=draft.id)

    def test_the_page_stays_within_its_statements(self, browser, rami, proposal, statements):
        browser.sign_in(rami)
        with statements() as seen:
            browser.get("proposals.show", proposal_id=proposal.id)
        assert len(seen) <= 8, seen
