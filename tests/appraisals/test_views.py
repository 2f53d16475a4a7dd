import pytest

from civic.appraisals.kinds import CHECKS
from civic.proposals.states import State
from tests import factories

GOOD = {
    **dict.fromkeys(CHECKS, "yes"),
    "verdict": "feasible",
    "cost": "۲۵۰٬۰۰۰٬۰۰۰",
    "months": "۶",
    "upkeep_per_year": "",
    "reason": "برآورد بر پایهٔ فهرست‌بها.",
}


@pytest.fixture
def proposal(rosa, tree, works, at_noon):
    cycle = factories.make_cycle(tree.city)
    proposal = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.ACCEPTED)
    proposal.department_id = works.id
    proposal.department = works
    return factories.keep(proposal)


class TestQueue:
    def test_my_department_has_it_on_its_list(self, browser, otto, tree, proposal, statements):
        browser.sign_in(otto)
        with statements() as seen:
            page = browser.get("appraisals.queue")
        assert proposal.title in page.select_one("[data-row]").text
        assert len(seen) <= 8, seen
        assert not browser.get("appraisals.queue", tab="finished").select("[data-row]")

    def test_others_are_refused(self, browser, rosa, milo):
        browser.get("appraisals.queue", 303)
        for person in (rosa, milo):
            browser.sign_in(person).get("appraisals.queue", 403)


class TestSheet:
    def test_persian_digits_and_the_sheet_is_public(self, browser, otto, proposal, statements):
        browser.sign_in(otto).post("appraisals.sheet", GOOD, proposal_id=proposal.id)
        assert (proposal.state, proposal.cost) == (State.FEASIBLE, 250_000_000)
        with statements() as seen:
            page = browser.get("proposals.show", proposal_id=proposal.id)
        assert "۲۵۰ میلیون تومان" in page.text
        assert GOOD["reason"] in page.text
        assert len(seen) <= 8, seen

    def test_what_is_missing_is_said_at_its_field(self, browser, otto, proposal):
        browser.sign_in(otto)
        data = {**GOOD, "cost": ""}
        page = browser.post("appraisals.sheet", data, 422, proposal_id=proposal.id)
        assert page.select_one("#cost-error")
        assert GOOD["reason"] in page.select_one("#reason").text

    def test_the_form_alone_for_htmx(self, browser, otto, proposal):
        browser.sign_in(otto)
        values = {"proposal_id": proposal.id, "htmx": True, "status": 422}
        assert browser.post("appraisals.sheet", {}, **values).select_one("#sheet-form")

    def test_my_finished_sheet_is_shown_instead_of_the_form(self, browser, otto, proposal):
        browser.sign_in(otto).post("appraisals.sheet", GOOD, proposal_id=proposal.id)
        assert (
            browser.get("appraisals.sheet", proposal_id=proposal.id).select_one("form.form") is None
        )
        page = browser.post("appraisals.sheet", GOOD, 422, proposal_id=proposal.id, lang="en")
        assert "a colleague" in page.select_one("[role=alert]").text

    def test_without_the_role_it_is_refused(self, browser, rosa, milo, proposal):
        for person in (rosa, milo):
            browser.sign_in(person).get("appraisals.sheet", 403, proposal_id=proposal.id)
