import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.cycles.phases import PhaseKind
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.models import Notice
from civic.proposals.states import State
from civic.results import queries
from civic.results.actions import count_pot, publish_result
from civic.results.jobs import count_box_of
from tests import factories
from tests.results.conftest import fill_box


class TestCountPot:
    def test_the_most_wanted_wins_while_the_money_lasts(self, pot, swing, bridge, counted):
        lines = {line.project_id: line for line in queries.lines_of(counted)}
        assert (lines[swing.id].votes, lines[swing.id].funded) == (40, True)
        assert (lines[bridge.id].votes, lines[bridge.id].funded) == (20, False)
        assert (counted.ballots, counted.spent) == (60, 400)

    def test_an_open_box_is_not_counted(self, pot, swing, at_noon):
        fill_box(pot, [[swing.number]], state="open")
        with pytest.raises(RuleBroken, match="not closed"):
            count_pot(pot, at=at_noon)

    def test_a_pot_without_a_box_is_not_counted(self, pot, at_noon):
        with pytest.raises(RuleBroken, match="not closed"):
            count_pot(pot, at=at_noon)

    def test_counting_twice_gives_one_result(self, pot, counted, at_noon):
        again = count_pot(pot, at=at_noon)
        assert again.input_sha256 == counted.input_sha256
        assert len(db.session.scalars(queries.on_desk()).all()) == 1

    def test_a_published_result_is_not_counted_anew(self, pot, counted, adam, at_noon):
        publish_result(adam, counted, at=at_noon)
        with pytest.raises(RuleBroken, match="stands"):
            count_pot(pot, at=at_noon)

    def test_the_log_can_repeat_it_and_reveals_no_ballot(self, counted):
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry.event == "result:count"
        assert set(entry.details) == {"rule", "ballots", "input", "code"}

    def test_the_job_is_harmless_twice_and_for_what_is_gone(self, pot, box):
        count_box_of(str(pot.id))
        count_box_of(str(pot.id))
        count_box_of("00000000-0000-0000-0000-000000000000")
        assert queries.count_of(pot.id).ballots == 60

    def test_a_closed_box_is_due_until_it_is_counted(self, pot, box, at_noon):
        assert [one.id for one in queries.pots_to_count()] == [pot.id]
        count_pot(pot, at=at_noon)
        assert not queries.pots_to_count()


class TestPublishResult:
    def test_headquarters_may(self, counted, hedi, at_noon):
        assert publish_result(hedi, counted, at=at_noon).published_at == at_noon

    @pytest.mark.parametrize("person", ["milo", "maya", "rosa", "ada", "otto"])
    def test_whoever_depends_on_it_may_not(self, counted, at_noon, request, person):
        with pytest.raises(NotAllowed):
            publish_result(request.getfixturevalue(person), counted, at=at_noon)

    def test_twice_is_refused(self, counted, adam, at_noon):
        publish_result(adam, counted, at=at_noon)
        with pytest.raises(RuleBroken, match="stands"):
            publish_result(adam, counted, at=at_noon)

    def test_everyone_who_took_part_is_told_and_no_choice_is(
        self, pot, counted, rosa, adam, at_noon
    ):
        factories.keep(
            Participation(account_id=rosa.id, pot_key=pot.id, area_id=pot.area_id,
                          on_day=at_noon.date(), binds_until=at_noon.date())
        )  # fmt: skip
        publish_result(adam, counted, at=at_noon)
        notice = db.session.scalar(select(Notice).where(Notice.account_id == rosa.id))
        assert notice.kind == "result:published"
        assert set(notice.params) == {"area"}

    def test_proposals_learn_their_fate(self, pot, rosa, tree, adam, at_noon):
        proposals = [
            factories.make_proposal(rosa, pot.cycle, tree.sepidar, state=State.ON_BALLOT, cost=600)
            for _ in range(2)
        ]
        won, lost = (factories.make_ballot_project(pot, cost=600, proposal=p) for p in proposals)
        fill_box(pot, [[won.number]] * 3 + [[lost.number]])
        publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
        for proposal in proposals:
            db.session.refresh(proposal, ["state"])
        assert [p.state for p in proposals] == [State.SELECTED, State.NOT_SELECTED]

    def test_not_while_voting_runs(self, tree, adam, at_noon):
        cycle = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        pot = factories.make_pot(cycle, tree.sepidar)
        project = factories.make_ballot_project(pot)
        fill_box(pot, [[project.number]])
        with pytest.raises(RuleBroken, match="opens on"):
            publish_result(adam, count_pot(pot, at=at_noon), at=at_noon)
