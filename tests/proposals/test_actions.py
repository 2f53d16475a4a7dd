import pytest

from civic.cycles.phases import PhaseKind
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.actions import unpack
from civic.notifications.models import Notice
from civic.proposals import actions, queries
from civic.proposals.events import Entry
from civic.proposals.states import State
from tests import factories

TEXT = "کوچه تاریک است و چراغ می‌خواهد."


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city)


def test_an_empty_draft_is_taken_up_again_and_there_is_an_end(rosa, cycle, tree, at_noon):
    first = actions.start_draft(rosa, cycle, at=at_noon)
    assert actions.start_draft(rosa, cycle, at=at_noon).id == first.id
    for place in range(5):
        factories.make_proposal(rosa, cycle, tree.sepidar, title=f"{place}", state=State.DRAFT)
    first.title = "یک"
    db.session.commit()
    with pytest.raises(RuleBroken, match="6 drafts already"):
        actions.start_draft(rosa, cycle, at=at_noon)


def test_what_is_incomplete_or_too_late_is_not_handed_in(rosa, cycle, tree, at_noon):
    draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.DRAFT)
    with pytest.raises(RuleBroken, match="what is wrong"):
        actions.submit_proposal(rosa, draft, at=at_noon)
    late = factories.make_cycle(tree.city, phase=PhaseKind.SCREENING)
    draft = factories.make_proposal(rosa, late, tree.sepidar, state=State.DRAFT)
    with pytest.raises(RuleBroken, match="over in the present phase"):
        actions.submit_proposal(rosa, draft, at=at_noon)
    assert draft.number is None


def test_numbers_begin_anew_in_each_cycle(rosa, cycle, tree, at_noon):
    for each in (cycle, factories.make_cycle(tree.city)):
        draft = factories.make_proposal(rosa, each, tree.sepidar, state=State.DRAFT)
        actions.save_step(rosa, draft, {"problem": TEXT, "solution": TEXT}, at=at_noon)
        assert actions.submit_proposal(rosa, draft, at=at_noon).number == 1


def test_others_can_do_nothing_with_it(rosa, rami, cycle, tree, at_noon):
    draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.DRAFT)
    for act in (
        lambda: actions.save_step(rami, draft, {"title": "x"}, at=at_noon),
        lambda: actions.submit_proposal(rami, draft, at=at_noon),
        lambda: actions.withdraw_proposal(rami, draft, at=at_noon),
        lambda: actions.delete_draft(rami, draft),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_step_writes_nothing_but_what_authors_write(rosa, cycle, tree, at_noon):
    draft = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.DRAFT)
    values = {"title": "پیاده‌رو هموار", "state": State.SELECTED, "cost": 1, "number": 7}
    actions.save_step(rosa, draft, values, at=at_noon)
    assert (draft.state, draft.cost, draft.number) == (State.DRAFT, None, None)
    assert "پیاده رو هموار" in draft.search_text


def test_on_the_ballot_and_chosen_everybody_concerned_hears(rosa, rami, cycle, tree, at_noon):
    proposal = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.FEASIBLE, cost=5)
    actions.put_on_ballot(proposal, at=at_noon, opens=at_noon)
    actions.decide_fate(proposal, State.SELECTED, at=at_noon, also=[rami.id])
    assert proposal.state is State.SELECTED
    told = {(notice.account_id, notice.kind) for notice in db.session.query(Notice)}
    assert told == {
        (rosa.id, "proposal:on_ballot"),
        (rosa.id, "proposal:chosen"),
        (rami.id, "proposal:chosen"),
    }
    with pytest.raises(RuleBroken, match="not possible any more"):
        actions.decide_fate(proposal, State.NOT_SELECTED, at=at_noon)


def test_values_of_the_history_come_back_as_they_were(rosa, cycle, tree, at_noon):
    proposal = factories.make_proposal(rosa, cycle, tree.sepidar)
    entry = Entry("moderator", details={"due": at_noon, "department": "works"})
    actions.change_state(proposal, State.ACCEPTED, entry, at=at_noon)
    [event] = queries.history_of(proposal)
    assert unpack(event.details["due"]) == at_noon
