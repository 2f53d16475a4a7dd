import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.ballots import actions, composing, queries
from civic.cycles.phases import PhaseKind
from civic.deliberation.models import Support
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.models import Notice
from civic.proposals.states import State
from tests import factories


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.SCREENING)


@pytest.fixture
def feasible(cycle, rosa, tree):
    """Make a proposal of Sepidar that was found feasible."""

    def make(title="روشنایی", *, cost=300, state=State.FEASIBLE, area=None):
        return factories.make_proposal(
            rosa, cycle, area or tree.sepidar, title=title, state=state, cost=cost
        )

    return make


def reread(pot):
    for line in queries.paper(pot):
        db.session.expire(line)
    return queries.paper(pot)


class TestComposePaper:
    def test_takes_text_and_cost_as_they_are(self, milo, pot, feasible, rosa):
        proposal = feasible()
        [line] = actions.compose_paper(milo, pot, [proposal], at=clock.now())
        assert (line.title, line.cost, line.summary) == ("روشنایی", 300, proposal.solution)
        assert (line.code, line.proposal_id) == (str(proposal.number), proposal.id)
        assert proposal.state is State.ON_BALLOT
        notices = db.session.scalars(select(Notice).where(Notice.account_id == rosa.id)).all()
        assert [notice.kind for notice in notices] == ["proposal:on_ballot"]
        assert db.session.scalars(select(AuditEntry.event)).all() == ["ballot:compose"]

    def test_ones_own_proposal_is_put_there_by_somebody_else(self, milo, hedi, pot, feasible):
        proposal = feasible()
        proposal.author_id = milo.id
        with pytest.raises(RuleBroken, match="yourself"):
            actions.compose_paper(milo, pot, [proposal], at=clock.now())
        assert len(actions.compose_paper(hedi, pot, [proposal], at=clock.now())) == 1

    def test_supporters_hear_of_it_too(self, milo, pot, feasible, rami):
        proposal = feasible()
        factories.keep(Support(proposal_id=proposal.id, account_id=rami.id, at=clock.now()))
        actions.compose_paper(milo, pot, [proposal], at=clock.now())
        told = select(Notice.kind).where(Notice.account_id == rami.id)
        assert db.session.scalars(told).all() == ["proposal:on_ballot"]

    def test_the_order_follows_from_the_seed_and_not_from_who_came_first(self, milo, pot, feasible):
        proposals = [feasible(f"P{n}") for n in range(8)]
        actions.compose_paper(milo, pot, proposals[:3], at=clock.now())
        actions.compose_paper(milo, pot, proposals[3:], at=clock.now())
        paper = reread(pot)
        assert [line.number for line in paper] == list(range(1, 9))
        assert [line.title for line in paper] != [f"P{n}" for n in range(8)]
        before = [line.code for line in paper]
        composing.shuffle(pot)
        assert [line.code for line in reread(pot)] == before

    @pytest.mark.parametrize("who", ["rosa", "otto", "maya", "ada"])
    def test_others_may_not(self, who, pot, feasible, request):
        with pytest.raises(NotAllowed):
            actions.compose_paper(request.getfixturevalue(who), pot, [feasible()], at=clock.now())

    def test_a_moderator_of_a_part_may_not_compose_for_the_whole(self, milo, cycle, tree):
        wide = factories.make_pot(cycle, tree.district)
        with pytest.raises(NotAllowed):
            actions.compose_paper(milo, wide, [], at=clock.now())

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"state": State.ACCEPTED}, "not been found feasible"),
            ({"cost": None}, "not been found feasible"),
            ({"cost": 1_001}, "more than the whole pot"),
        ],
    )
    def test_refused(self, milo, pot, feasible, changes, sentence):
        with pytest.raises(RuleBroken, match=sentence):
            actions.compose_paper(milo, pot, [feasible(**changes)], at=clock.now())
        assert queries.paper(pot) == []

    def test_a_proposal_of_another_area_is_refused(self, hedi, pot, feasible, tree):
        with pytest.raises(RuleBroken, match="another area"):
            actions.compose_paper(hedi, pot, [feasible(area=tree.narvan)], at=clock.now())

    def test_not_while_people_vote(self, milo, tree, rosa):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        pot = factories.make_pot(cycle, tree.sepidar)
        proposal = factories.make_proposal(rosa, cycle, tree.sepidar, state=State.FEASIBLE, cost=10)
        with pytest.raises(RuleBroken, match="over in the present phase"):
            actions.compose_paper(milo, pot, [proposal], at=clock.now())
