from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.notifications.actions import follow
from civic.notifications.models import Notice
from civic.oversight import queries
from civic.oversight.actions import answer_escalation, approve, escalate, send_back
from civic.oversight.kinds import RulingKind
from civic.projects.stages import Stage
from tests import factories


@pytest.fixture
def next_week(at_noon):
    return at_noon.date() + timedelta(days=7)


@pytest.fixture
def escalated(maya, playground, at_noon, next_week):
    return escalate(
        maya, playground, "برق منطقه‌ای", owner="معاون فنی", due_on=next_week, at=at_noon
    )


class TestApprove:
    def test_the_project_enters_the_budget_with_what_was_voted(self, maya, playground, at_noon):
        approve(maya, playground, 400, at=at_noon)
        assert playground.stage is Stage.APPROVED
        assert queries.voted_money(playground.id) == 400

    def test_another_amount_needs_its_reason(self, maya, playground, at_noon):
        with pytest.raises(RuleBroken, match="another amount"):
            approve(maya, playground, 500, at=at_noon)
        assert approve(maya, playground, 500, "قیمت تازه", at=at_noon).reason == "قیمت تازه"

    def test_it_is_written_down(self, maya, playground, at_noon):
        approve(maya, playground, 400, at=at_noon)
        events = set(db.session.scalars(select(AuditEntry.event)))
        assert "ruling:approve" in events

    def test_twice_is_refused_with_where_it_stands(self, maya, playground, at_noon):
        approve(maya, playground, 400, at=at_noon)
        with pytest.raises(RuleBroken, match="stands at"):
            approve(maya, playground, 400, at=at_noon)

    @pytest.mark.parametrize("person", ["milo", "otto", "hedi", "adam", "rosa", "ada"])
    def test_nobody_else_approves(self, playground, at_noon, request, person):
        with pytest.raises(NotAllowed):
            approve(request.getfixturevalue(person), playground, 400, at=at_noon)

    def test_nor_the_mayor_of_another_district(self, playground, tree, at_noon):
        from civic.kernel.roles import Role

        other = factories.make_staff("Omid", Role.MAYOR, area=tree.narvan)
        with pytest.raises(NotAllowed):
            approve(other, playground, 400, at=at_noon)

    def test_the_department_hears_that_it_can_go_on(self, maya, otto, playground, at_noon):
        approve(maya, playground, 400, at=at_noon)
        kinds = db.session.scalars(select(Notice.kind).where(Notice.account_id == otto.id))
        assert "project:staged" in set(kinds)


class TestSendBack:
    def test_it_has_a_reason_and_the_officers_hear_it(self, maya, otto, playground, at_noon):
        send_back(maya, playground, "جا ندارد", at=at_noon)
        notice = db.session.scalar(select(Notice).where(Notice.account_id == otto.id))
        assert notice.kind == "project:returned"
        assert queries.rulings_of(playground.id)[0].kind is RulingKind.RETURN

    def test_without_a_reason_it_is_refused(self, maya, playground, at_noon):
        with pytest.raises(RuleBroken, match="reason"):
            send_back(maya, playground, "  ", at=at_noon)

    def test_a_second_time_waits_for_the_department(self, maya, otto, playground, tree, at_noon):
        from civic.kernel.roles import Role
        from civic.projects.actions import add_milestone

        deputy = factories.make_staff("Dina", Role.MAYOR, area=tree.district)
        send_back(deputy, playground, "جا ندارد", at=at_noon)
        with pytest.raises(RuleBroken, match="returned on"):
            send_back(maya, playground, "جا ندارد", at=at_noon + timedelta(hours=1))
        assert len(queries.rulings_of(playground.id)) == 1
        later = at_noon + timedelta(hours=2)
        add_milestone(otto, playground, "جای تازه", later.date(), at=later)
        send_back(maya, playground, "هنوز نه", at=at_noon + timedelta(hours=3))

    def test_what_is_approved_stays(self, maya, playground, at_noon):
        approve(maya, playground, 400, at=at_noon)
        with pytest.raises(RuleBroken, match="approved already"):
            send_back(maya, playground, "جا ندارد", at=at_noon)


class TestEscalate:
    def test_headquarters_and_followers_hear_of_it(
        self, rosa, hedi, maya, playground, at_noon, next_week
    ):
        follow(rosa, "project", playground.id, at=at_noon)
        escalate(maya, playground, "برق", owner="معاون", due_on=next_week, at=at_noon)
        told = set(db.session.scalars(select(Notice.account_id)))
        assert {rosa.id, hedi.id} <= told

    def test_one_matter_lies_in_one_place(self, escalated, maya, playground, at_noon, next_week):
        with pytest.raises(RuleBroken, match="already"):
            escalate(maya, playground, "باز", owner="معاون", due_on=next_week, at=at_noon)

    @pytest.mark.parametrize(
        ("owner", "days", "complaint"),
        [
            pytest.param("", 7, "Name the post", id="nobody"),
            pytest.param("معاون", 0, "from tomorrow", id="today"),
            pytest.param("معاون", None, "from tomorrow", id="no day"),
        ],
    )
    def test_it_names_who_answers_and_by_when(
        self, maya, playground, at_noon, owner, days, complaint
    ):
        due = None if days is None else at_noon.date() + timedelta(days=days)
        with pytest.raises(RuleBroken, match=complaint):
            escalate(maya, playground, "برق", owner=owner, due_on=due, at=at_noon)

    def test_what_is_handed_over_needs_none(self, make_work, maya, at_noon, next_week):
        done = make_work(stage=Stage.HANDED_OVER)
        with pytest.raises(RuleBroken, match="handed over"):
            escalate(maya, done, "برق", owner="معاون", due_on=next_week, at=at_noon)


class TestAnswerEscalation:
    def test_the_mayor_hears_the_answer(self, escalated, hedi, maya, at_noon):
        answer_escalation(hedi, escalated, "تا هفتهٔ بعد وصل می‌شود", at=at_noon)
        kinds = db.session.scalars(select(Notice.kind).where(Notice.account_id == maya.id))
        assert "escalation:answered" in set(kinds)
        assert queries.open_escalation(escalated.project_id) is None

    def test_twice_is_refused(self, escalated, hedi, at_noon):
        answer_escalation(hedi, escalated, "بله", at=at_noon)
        with pytest.raises(RuleBroken, match="already"):
            answer_escalation(hedi, escalated, "نه", at=at_noon)

    def test_the_mayor_does_not_answer_the_own_question(self, escalated, maya, at_noon):
        with pytest.raises(NotAllowed):
            answer_escalation(maya, escalated, "بله", at=at_noon)


def test_money_of_other_kinds_is_not_voted(maya, playground, at_noon):
    approve(maya, playground, 380, "قیمت تازه", at=at_noon)
    assert queries.voted_money(playground.id) == 400
