"""What nobody decided, mended or costed in time ends; its author is told, and takes it along."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.letters import in_words
from civic.notifications.models import Notice
from civic.proposals import jobs, queries
from civic.proposals.events import LEFT_AT
from civic.proposals.leftovers import take_along
from civic.proposals.models import Proposal
from civic.proposals.states import State
from civic.proposals.telling import told
from tests import factories


@pytest.fixture
def old(tree, at_noon):
    """A cycle whose screening is over."""
    return factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)


@pytest.fixture
def new(tree, old):
    """The next cycle, which collects ideas."""
    return factories.make_cycle(tree.city)


def notice_of(person):
    [notice] = db.session.query(Notice).filter_by(account_id=person.id)
    with force_locale("en"):
        return in_words(notice)


class TestLapsing:
    @pytest.mark.parametrize(
        ("state", "why"),
        [(State.SUBMITTED, "Those who screen did not decide"),
         (State.RETURNED, "It was not mended"),
         (State.ACCEPTED, "The department did not finish"),
         (State.FEASIBLE, "It was not put on the ballot")],
    )  # fmt: skip
    def test_what_was_left_over_ends_and_its_author_hears_why(
        self, rosa, tree, at_noon, state, why
    ):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar, state=state)
        jobs.lapse_left_overs()
        jobs.lapse_left_overs()
        db.session.refresh(proposal)
        assert (proposal.state, proposal.due_at) == (State.LAPSED, None)
        words = notice_of(rosa)
        assert f"is over. {why}" in words.said
        assert "take it there from its page" in words.next
        with force_locale("en"):
            [line] = map(told, queries.history_of(proposal))
        assert line.what.startswith(why)
        assert line.by == "The platform"

    @pytest.mark.parametrize("state", sorted(set(State) - set(LEFT_AT)))
    def test_everything_else_stays(self, rosa, tree, old, state):
        into = factories.make_proposal(rosa, old, tree.sepidar, state=State.ON_BALLOT)
        proposal = factories.make_proposal(rosa, old, tree.sepidar, state=State.ON_BALLOT)
        proposal.state = state
        proposal.merged_into_id = into.id if state is State.MERGED else None
        db.session.commit()
        jobs.lapse_left_overs()
        db.session.refresh(proposal)
        assert proposal.state is state

    def test_what_is_feasible_waits_until_the_ballot_is_composed(self, rosa, tree, old):
        proposal = factories.make_proposal(rosa, old, tree.sepidar, state=State.FEASIBLE)
        jobs.lapse_left_overs()
        db.session.refresh(proposal)
        assert proposal.state is State.FEASIBLE

    def test_everything_that_waits_has_its_reason(self):
        assert set(queries.WAITS_FOR) == set(LEFT_AT)

    @pytest.mark.parametrize("phase", [PhaseKind.IDEAS, PhaseKind.SCREENING])
    def test_while_it_can_be_decided_it_waits_even_late(self, rosa, tree, at_noon, phase):
        cycle = factories.make_cycle(tree.city, phase=phase)
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar)
        proposal.due_at = at_noon - timedelta(days=3)
        db.session.commit()
        jobs.lapse_left_overs()
        db.session.refresh(proposal)
        assert proposal.state is State.SUBMITTED


class TestTakingAlong:
    def test_everything_written_goes_along_once(self, rosa, tree, old, new, at_noon):
        lapsed = factories.make_proposal(rosa, old, tree.sepidar, state=State.LAPSED)
        draft = take_along(rosa, lapsed, new, at=at_noon)
        assert (draft.state, draft.cycle_id, draft.area_id) == (
            State.DRAFT, new.id, tree.sepidar.id,
        )  # fmt: skip
        assert (draft.title, draft.problem, draft.solution, draft.place, draft.category) == (
            lapsed.title, lapsed.problem, lapsed.solution, lapsed.place, lapsed.category,
        )  # fmt: skip
        assert draft.number is None
        assert take_along(rosa, lapsed, new, at=at_noon).id == draft.id

    def test_only_by_its_author_and_only_what_ended(self, rosa, rami, tree, old, new, at_noon):
        lapsed = factories.make_proposal(rosa, old, tree.sepidar, state=State.LAPSED)
        chosen = factories.make_proposal(rosa, old, tree.sepidar, state=State.SELECTED)
        for person, proposal in ((rami, lapsed), (rosa, chosen)):
            with pytest.raises(NotAllowed):
                take_along(person, proposal, new, at=at_noon)

    def test_only_into_another_cycle_that_collects_ideas(self, rosa, tree, old, new, at_noon):
        refused = factories.make_proposal(rosa, new, tree.sepidar, state=State.REFUSED)
        with pytest.raises(RuleBroken, match="the next one"):
            take_along(rosa, refused, new, at=at_noon)
        with pytest.raises(RuleBroken, match="over in the present phase"):
            take_along(rosa, refused, old, at=at_noon)

    def test_the_author_finds_the_way_on_the_page(self, browser, rosa, tree, old, new):
        lapsed = factories.make_proposal(rosa, old, tree.sepidar, state=State.LAPSED)
        page = browser.sign_in(rosa).get("proposals.show", proposal_id=lapsed.id, lang="en")
        assert "does not go on in this cycle" in page.select_one("main").text
        assert page.select_one(f"form[action$='{lapsed.id}/again']")
        answer = browser.post("proposals.again", proposal_id=lapsed.id)
        [draft] = db.session.query(Proposal).filter_by(state=State.DRAFT)
        assert str(draft.id) in answer.response.location
        page = browser.follow(browser.get("proposals.show", proposal_id=draft.id, status=303))
        assert lapsed.title in page.select_one("main").text

    def test_others_and_a_city_without_a_next_cycle_see_no_way(
        self, browser, rosa, rami, tree, old
    ):
        lapsed = factories.make_proposal(rosa, old, tree.sepidar, state=State.LAPSED)
        for person in (rosa, rami):
            page = browser.sign_in(person).get("proposals.show", proposal_id=lapsed.id)
            assert not page.select("form[action$='/again']")
