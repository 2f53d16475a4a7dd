from datetime import timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy.orm.attributes import set_committed_value

from civic.areas.models import Level
from civic.audit.models import AuditEntry
from civic.cycles.phases import PhaseKind
from civic.deliberation.actions import give_support
from civic.deliberation.queries import supporters_of
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.moderation import actions, queries
from civic.moderation.kinds import ReasonCode
from civic.notifications.letters import in_words
from civic.notifications.models import Notice
from civic.notifications.values import unpack
from civic.proposals import actions as proposals
from civic.proposals import telling as history
from civic.proposals.queries import history_of
from civic.proposals.states import State
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def cycle(tree, at_noon):
    return factories.make_cycle(tree.city)


@pytest.fixture
def proposal(rosa, cycle, tree):
    return factories.make_proposal(rosa, cycle, tree.sepidar)


def told(person):
    notices = db.session.query(Notice).filter_by(account_id=person.id)
    return [notice.kind for notice in notices.order_by(Notice.created_at)]


def only_notice():
    [notice] = db.session.query(Notice).all()
    return notice


class TestDecide:
    def test_accepting_starts_the_clock_of_the_department(
        self, milo, rosa, works, proposal, at_noon
    ):
        actions.accept(milo, proposal, works, at=at_noon)
        assert (proposal.state, proposal.department_id) == (State.ACCEPTED, works.id)
        assert proposal.due_at > at_noon + timedelta(days=10)
        assert told(rosa) == ["proposal:accepted"]
        [entry] = db.session.query(AuditEntry).all()
        assert (entry.event, entry.subject_id) == ("proposal:accept", str(proposal.id))

    def test_returning_and_refusing_say_why_in_public(self, milo, rosa, proposal, at_noon):
        actions.return_to_author(milo, proposal, ReasonCode.UNCLEAR, "کجا؟", at=at_noon)
        assert history_of(proposal)[0].reason == "کجا؟"
        assert told(rosa) == ["proposal:returned"]
        proposal.state = State.SUBMITTED
        actions.refuse(milo, proposal, ReasonCode.REPAIR, "۱۳۷", at=at_noon)
        assert proposal.state is State.REFUSED
        assert len(queries.decisions_about(proposal)) == 2

    def test_the_second_of_two_moderators_is_told_and_nothing_is_lost(
        self, milo, tree, works, proposal, at_noon
    ):
        mina = factories.make_staff("Mina", Role.MODERATOR, area=tree.district)
        actions.accept(milo, proposal, works, at=at_noon)
        with pytest.raises(RuleBroken, match="Somebody decided meanwhile"):
            actions.refuse(mina, proposal, ReasonCode.REPAIR, "۱۳۷", at=at_noon)
        assert len(queries.decisions_about(proposal)) == 1

    def test_nobody_decides_about_their_own_or_elsewhere(self, milo, rami, cycle, tree, works):
        own = factories.make_proposal(milo, cycle, tree.sepidar)
        elsewhere = factories.make_proposal(rami, cycle, tree.narvan)
        for proposal in (own, elsewhere):
            with pytest.raises(NotAllowed):
                actions.accept(milo, proposal, works, at=NOON)

    def test_a_department_of_another_area_is_refused(self, milo, tree, proposal, at_noon):
        narvan = factories.make_department(tree.narvan, code="narvan")
        with pytest.raises(RuleBroken, match="does not serve"):
            actions.accept(milo, proposal, narvan, at=at_noon)

    def test_the_phase_must_allow_it(self, milo, rosa, tree, works, at_noon):
        voting = factories.make_cycle(tree.city, phase=PhaseKind.VOTING)
        proposal = factories.make_proposal(rosa, voting, tree.sepidar)
        with pytest.raises(RuleBroken, match="over in the present phase"):
            actions.accept(milo, proposal, works, at=at_noon)


class TestNames:
    """A department and an area are named in the language of whoever reads, not of who decided."""

    @pytest.mark.parametrize(("language", "name"), [("fa", "معاونت فنی و عمرانی"), ("en", "Works")])
    def test_of_a_department(self, milo, works, proposal, at_noon, language, name):
        actions.accept(milo, proposal, works, at=at_noon)
        with force_locale(language):
            assert name in in_words(only_notice()).next
            assert name in history.told(history_of(proposal)[0]).what

    @pytest.mark.parametrize(("language", "name"), [("fa", "شهر نمونه"), ("en", "Demo City")])
    def test_of_an_area(self, milo, tree, proposal, at_noon, language, name):
        actions.carry_up(milo, proposal, tree.city, "به همه شهر مربوط است.", at=at_noon)
        with force_locale(language):
            assert name in in_words(only_notice()).said

    def test_of_an_area_without_an_english_name(self, milo, tree, proposal, at_noon):
        tree.city.name_en = None
        actions.carry_up(milo, proposal, tree.city, "به همه شهر مربوط است.", at=at_noon)
        with force_locale("en"):
            assert "\u2068شهر نمونه\u2069" in in_words(only_notice()).said


class TestQueue:
    def test_holds_only_what_can_be_decided_and_knows_its_cycle(
        self, milo, rosa, tree, proposal, at_noon
    ):
        over = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
        factories.make_proposal(rosa, over, tree.sepidar)
        [waiting] = queries.waiting_for(milo, 1, at=at_noon)
        assert waiting.id == proposal.id
        assert waiting.cycle.title_en == proposal.cycle.title_en


class TestCarryUp:
    REASON = "به همه مناطق مربوط است."

    def test_moves_it_with_a_reason_and_tells_the_author(self, milo, rosa, tree, proposal, at_noon):
        actions.carry_up(milo, proposal, tree.city, self.REASON, at=at_noon)
        assert (proposal.area_id, proposal.state) == (tree.city.id, State.SUBMITTED)
        assert proposal.due_at > at_noon + timedelta(days=5)
        [event] = history_of(proposal)
        assert (event.kind, event.reason) == ("carried_up", self.REASON)
        assert unpack(event.details["area"]) == tree.city.called
        assert told(rosa) == ["proposal:carried_up"]
        [entry] = db.session.query(AuditEntry).all()
        assert (entry.event, entry.area_code) == ("proposal:carry_up", "demo")
        assert entry.details["below"] == "demo-6-1"

    def test_from_then_on_it_is_decided_above(self, milo, hedi, tree, proposal, at_noon):
        assert queries.waiting_for(hedi, 1, at=at_noon).total == 0
        actions.carry_up(milo, proposal, tree.city, self.REASON, at=at_noon)
        assert queries.waiting_for(milo, 1, at=at_noon).total == 0
        assert [each.id for each in queries.waiting_for(hedi, 1, at=at_noon)] == [proposal.id]
        town_hall = factories.make_department(tree.city, code="town-hall")
        with pytest.raises(NotAllowed):
            actions.accept(milo, proposal, town_hall, at=at_noon)
        actions.accept(hedi, proposal, town_hall, at=at_noon)
        assert history_of(proposal)[0].by_role == "headquarters"
        assert queries.undoable(milo, at_noon) is None

    def test_above_a_district_its_own_elite_and_the_headquarters_decide(
        self, milo, hedi, works, tree, proposal, at_noon
    ):
        mina = factories.make_staff("Mina", Role.MODERATOR, area=tree.district)
        actions.carry_up(milo, proposal, tree.district, self.REASON, at=at_noon)
        for person in (mina, hedi):
            assert queries.waiting_for(person, 1, at=at_noon).total == 1
        actions.accept(mina, proposal, works, at=at_noon)

    def test_needs_a_reason_and_leads_upwards_only(self, milo, hedi, tree, proposal, at_noon):
        with pytest.raises(RuleBroken, match="why"):
            actions.carry_up(milo, proposal, tree.city, " ", at=at_noon)
        for area in (tree.narvan, tree.sepidar):
            with pytest.raises(RuleBroken, match="in which this one lies"):
                actions.carry_up(milo, proposal, area, self.REASON, at=at_noon)
        actions.carry_up(milo, proposal, tree.city, self.REASON, at=at_noon)
        with pytest.raises(RuleBroken, match="in which this one lies"):
            actions.carry_up(hedi, proposal, tree.district, self.REASON, at=at_noon)

    def test_who_still_sees_it_in_its_old_place_overwrites_nothing(
        self, milo, works, tree, proposal, at_noon
    ):
        actions.carry_up(milo, proposal, tree.district, self.REASON, at=at_noon)
        # A page that was opened before knows the proposal where it was.
        for name, old in (("area_id", tree.sepidar.id), ("area", tree.sepidar)):
            set_committed_value(proposal, name, old)
        with pytest.raises(RuleBroken, match="carried this proposal up meanwhile"):
            actions.accept(milo, proposal, works, at=at_noon)

    def test_a_carried_one_that_comes_back_is_mended_and_returns_to_the_city(
        self, milo, hedi, rosa, tree, proposal, at_noon
    ):
        actions.carry_up(milo, proposal, tree.city, self.REASON, at=at_noon)
        actions.return_to_author(hedi, proposal, ReasonCode.UNCLEAR, "کجا؟", at=at_noon)
        proposal.problem = proposal.solution = "در همه ایستگاه‌های شهر سایه‌بان کم است."
        proposals.resubmit_proposal(rosa, proposal, at=at_noon)
        assert (proposal.area_id, proposal.state) == (tree.city.id, State.SUBMITTED)


class TestUndo:
    def test_a_slip_is_taken_back(self, milo, works, proposal, at_noon):
        decision = actions.accept(milo, proposal, works, at=at_noon)
        assert queries.undoable(milo, at_noon)[0].id == decision.id
        actions.undo(milo, decision, proposal, at=at_noon + timedelta(minutes=5))
        assert (proposal.state, proposal.department_id) == (State.SUBMITTED, None)
        assert queries.undoable(milo, at_noon) is None

    def test_the_author_is_told_and_finds_no_notice_twice(
        self, milo, rosa, works, proposal, at_noon
    ):
        decision = actions.accept(milo, proposal, works, at=at_noon)
        actions.undo(milo, decision, proposal, at=at_noon + timedelta(minutes=5))
        assert told(rosa) == ["proposal:reopened"]
        with force_locale("en"):
            words = in_words(only_notice())
        assert "was taken back" in words.said
        assert "decided anew by" in words.next
        actions.accept(milo, proposal, works, at=at_noon + timedelta(minutes=6))
        assert told(rosa) == ["proposal:reopened", "proposal:accepted"]

    def test_not_after_something_followed_and_not_by_another(
        self, milo, maya, works, proposal, at_noon
    ):
        decision = actions.accept(milo, proposal, works, at=at_noon)
        with pytest.raises(NotAllowed):
            actions.undo(maya, decision, proposal, at=at_noon)
        proposal.state = State.FEASIBLE
        with pytest.raises(RuleBroken, match="decision stands"):
            actions.undo(milo, decision, proposal, at=at_noon)


class TestMerge:
    def test_supporters_go_along_and_both_histories_tell(self, milo, rami, adam, proposal, at_noon):
        twin = factories.make_proposal(rami, proposal.cycle, proposal.area, title="نور بوستان")
        give_support(adam, twin, at=at_noon)
        give_support(adam, proposal, at=at_noon)
        actions.merge(milo, twin, proposal, "هر دو یک چراغ می‌خواهند.", at=at_noon)
        assert (twin.state, twin.merged_into_id) == (State.MERGED, proposal.id)
        assert set(supporters_of(proposal)) == {adam.id, rami.id}
        assert proposal.supports == 2
        assert [event.kind for event in history_of(proposal)] == ["joined"]
        assert told(proposal.author) == told(rami) == ["proposal:merged"]

    def test_twice_is_refused(self, milo, rami, proposal, at_noon):
        twin = factories.make_proposal(rami, proposal.cycle, proposal.area)
        actions.merge(milo, twin, proposal, "یکی", at=at_noon)
        with pytest.raises(RuleBroken, match="moved on meanwhile"):
            actions.merge(milo, proposal, twin, "یکی", at=at_noon)

    def test_not_over_the_border_of_districts(self, adam, rosa, tree, proposal, at_noon):
        everywhere = factories.make_staff("Everywhere", Role.MODERATOR, area=tree.city)
        other = factories._area(tree.version, tree.city, "demo-7", Level.DISTRICT, "۷", "7")
        far = factories._area(tree.version, other, "demo-7-1", Level.NEIGHBOURHOOD, "دور", "Far")
        factories.keep(other, far)
        twin = factories.make_proposal(rosa, proposal.cycle, far)
        with pytest.raises(RuleBroken, match="different districts"):
            actions.merge(everywhere, twin, proposal, "یکی", at=at_noon)
