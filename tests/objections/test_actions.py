from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from civic.appraisals.kinds import Verdict
from civic.appraisals.models import Appraisal
from civic.audit.models import AuditEntry
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.ledger.models import Waiting
from civic.moderation.kinds import DecisionKind, ReasonCode
from civic.moderation.models import Decision
from civic.notifications.models import Notice
from civic.objections import actions, queries, rules
from civic.objections.actions import confirm_decision, decide_objection, make_objection
from civic.objections.kinds import ObjectionKind
from civic.objections.models import ObjectionDraft
from civic.objections.states import State
from tests import factories
from tests.objections.conftest import WORDS

SAID = {"summary": "شمارش پرسیده شد.", "answer": "دوباره شمردیم."}


def events():
    found = select(AuditEntry).where(AuditEntry.event.startswith("objection:"))
    return db.session.scalars(found.order_by(AuditEntry.seq)).all()


class TestObjecting:
    def test_it_gets_a_number_and_a_day_and_its_author_is_told(self, rosas, rosa):
        assert (rosas.number, rosas.state) == (1, State.RECEIVED)
        assert rosas.due_at == rules.answer_due(rosas.at)
        notices = db.session.scalars(select(Notice).where(Notice.account_id == rosa.id))
        assert "objection:received" in {notice.kind for notice in notices}

    def test_the_log_says_that_there_is_one_and_not_whose(self, rosas, rosa):
        (entry,) = events()
        assert entry.event == "objection:receive"
        assert entry.actor_id is None
        assert "Rosa" not in str(entry.content())
        assert WORDS not in str(entry.content())

    def test_it_stands_in_the_book_of_acts(self, rosas):
        said = [row.body.get("do") for row in db.session.scalars(select(Waiting))]
        assert "objection:receive" in said

    def test_on_the_last_day(self, rosa, result, at_noon):
        at = rules.last_day(at_noon)
        assert make_objection(rosa, result, ObjectionKind.OTHER, WORDS, "", at=at).number == 1

    def test_not_after_it(self, rosa, result, at_noon):
        with pytest.raises(RuleBroken, match="came after that"):
            make_objection(
                rosa, result, ObjectionKind.OTHER, WORDS, "", at=rules.closes_at(at_noon)
            )
        assert not queries.made_by(rosa.id, result.id)

    def test_not_before_the_result(self, rosa, counted, at_noon):
        with pytest.raises(RuleBroken, match="not published"):
            make_objection(rosa, counted, ObjectionKind.OTHER, WORDS, "", at=at_noon)

    def test_who_lives_elsewhere_has_no_say(self, rami, result, at_noon):
        with pytest.raises(RuleBroken, match="live or work in this area"):
            make_objection(rami, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)

    def test_who_took_part_has(self, rami, pot, result, at_noon):
        day = at_noon.date()
        factories.keep(
            Participation(account_id=rami.id, pot_key=pot.id, area_id=pot.area_id, on_day=day)
        )
        assert make_objection(rami, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)

    def test_a_result_of_another_city_is_not_ours(self, rosa, result, at_noon):
        result.pot.cycle.imported_from = "poland.pb"
        with pytest.raises(RuleBroken, match="elsewhere"):
            make_objection(rosa, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)

    def test_three_of_one_person_are_enough(self, rosa, result, at_noon):
        numbers = [
            make_objection(rosa, result, ObjectionKind.OTHER, WORDS, "", at=at_noon).number
            for _ in range(3)
        ]
        assert numbers == [1, 2, 3]
        with pytest.raises(RuleBroken, match="3 objections"):
            make_objection(rosa, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)

    def test_what_was_typed_goes_with_the_sending(self, rosa, result, at_noon):
        for words in ("یک", "دو"):
            actions.keep_draft(rosa, result, kind="count", words=words, receipt="۱۲")
        draft = queries.draft_of(rosa.id, result.id)
        assert (draft.words, draft.receipt) == ("دو", "۱۲")
        make_objection(rosa, result, ObjectionKind.COUNT, WORDS, "", at=at_noon)
        assert not db.session.scalars(select(ObjectionDraft)).all()


class TestWithdrawing:
    def test_by_its_author_while_it_is_open(self, rosas, rosa, at_noon):
        assert actions.withdraw_objection(rosa, rosas, at=at_noon).state is State.WITHDRAWN

    def test_by_nobody_else(self, rosas, rami, at_noon):
        with pytest.raises(NotAllowed):
            actions.withdraw_objection(rami, rosas, at=at_noon)

    def test_not_twice_and_nobody_decides_afterwards(self, rosas, rosa, case, ada, at_noon):
        actions.withdraw_objection(rosa, rosas, at=at_noon)
        with pytest.raises(RuleBroken, match="withdrawn"):
            actions.withdraw_objection(rosa, rosas, at=at_noon)
        with pytest.raises(RuleBroken, match="withdrawn"):
            decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon)

    def test_also_while_a_decision_waits_for_the_second_person(
        self, rosas, rosa, case, ada, at_noon
    ):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        actions.withdraw_objection(rosa, rosas, at=at_noon)
        assert (rosas.state, rosas.summary) == (State.WITHDRAWN, "")


class TestDeciding:
    def test_one_person_rejects(self, case, ada, rosa, at_noon):
        decided = decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon)
        assert (decided.state, decided.decided_at) == (State.REJECTED, at_noon)
        notices = db.session.scalars(select(Notice).where(Notice.account_id == rosa.id))
        assert "objection:answered" in {notice.kind for notice in notices}

    @pytest.mark.parametrize("verdict", [State.UPHELD, State.PARTLY])
    def test_two_uphold(self, case, ada, hedi, at_noon, verdict):
        waiting = decide_objection(ada, case, verdict, **SAID, at=at_noon)
        assert (waiting.state, waiting.decided_at) == (State.REVIEW, None)
        decided = confirm_decision(hedi, case, at=at_noon)
        assert (decided.state, decided.second_by_id) == (verdict, hedi.id)

    def test_the_first_is_not_the_second(self, case, ada, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        with pytest.raises(NotAllowed, match="second person"):
            confirm_decision(ada, case, at=at_noon)
        with pytest.raises(NotAllowed, match="second person"):
            actions.refuse_decision(ada, case, "نه", at=at_noon)

    def test_the_database_itself_wants_two(self, case, ada, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        statement = "UPDATE objections SET state = 'upheld', decided_at = :at"
        with pytest.raises(DBAPIError):
            db.session.execute(text(statement), {"at": at_noon.replace(tzinfo=None)})
        db.session.rollback()

    def test_nothing_waits_nothing_is_confirmed(self, case, hedi, at_noon):
        with pytest.raises(RuleBroken, match="No decision waits"):
            confirm_decision(hedi, case, at=at_noon)

    def test_no_second_decision_beside_the_waiting_one(self, case, ada, anna, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        with pytest.raises(RuleBroken, match="waits for a second person"):
            decide_objection(anna, case, State.REJECTED, **SAID, at=at_noon)

    def test_who_disagrees_says_why_and_it_begins_anew(self, case, ada, anna, hedi, at_noon):
        decide_objection(ada, case, State.UPHELD, **SAID, at=at_noon)
        with pytest.raises(RuleBroken, match="why"):
            actions.refuse_decision(anna, case, " ", at=at_noon)
        actions.refuse_decision(anna, case, "رسید او در دفتر است.", at=at_noon)
        assert decide_objection(hedi, case, State.REJECTED, **SAID, at=at_noon).decided_at

    def test_decided_is_decided(self, case, ada, hedi, at_noon):
        decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon)
        with pytest.raises(RuleBroken, match="was decided"):
            decide_objection(hedi, case, State.UPHELD, **SAID, at=at_noon)
        with pytest.raises(RuleBroken, match="was decided"):
            confirm_decision(hedi, case, at=at_noon)
        with pytest.raises(DBAPIError, match="stands"):
            db.session.execute(text("UPDATE objections SET answer = 'x'"))
        db.session.rollback()

    def test_who_takes_it_up_makes_it_seen_once(self, case, ada, hedi, at_noon):
        actions.take_up(ada, case, at=at_noon)
        actions.take_up(hedi, case, at=at_noon)
        assert case.objection.state is State.REVIEW
        assert [entry.event for entry in events()] == ["objection:receive", "objection:take"]


class TestOtherPeople:
    @pytest.mark.parametrize("person", ["rosa", "milo", "maya", "otto", "adam"])
    def test_only_headquarters_and_auditors(self, case, request, at_noon, person):
        with pytest.raises(NotAllowed):
            decide_objection(
                request.getfixturevalue(person), case, State.REJECTED, **SAID, at=at_noon
            )

    def test_not_its_author(self, tree, result, ada, at_noon):
        factories.keep(
            Participation(
                account_id=ada.id, pot_key=result.pot_id, area_id=tree.sepidar.id,
                on_day=at_noon.date(),
            )
        )  # fmt: skip
        own = make_objection(ada, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)
        with pytest.raises(NotAllowed, match="Other people"):
            decide_objection(ada, queries.case_of(own), State.REJECTED, **SAID, at=at_noon)

    def test_not_who_published_the_result(self, case, result, hedi, at_noon):
        result.published_by_id = hedi.id
        db.session.commit()
        with pytest.raises(NotAllowed, match="Other people"):
            decide_objection(
                hedi, queries.case_of(case.objection), State.REJECTED, **SAID, at=at_noon
            )

    def test_not_who_decided_about_a_proposal_on_the_paper(
        self, paper_of_two, rosa, hedi, ada, works, result, at_noon
    ):
        screened, judged, elsewhere = paper_of_two
        officer = factories.make_account("Omid")
        factories.keep(
            _accepted(screened, hedi, at_noon), _accepted(elsewhere, ada, at_noon),
            Appraisal(
                proposal_id=judged.id, department_id=works.id, officer_id=officer.id, cost=100,
                verdict=Verdict.FEASIBLE, checks={}, reason="", at=at_noon,
            ),
        )  # fmt: skip
        made = make_objection(rosa, result, ObjectionKind.OTHER, WORDS, "", at=at_noon)
        case = queries.case_of(made)
        assert case.parties == {rosa.id, hedi.id, officer.id, result.published_by_id}
        found = queries.objection(made.number)
        for person in (rosa, hedi, officer, ada):
            closed = queries.closed_to(person.id, [found])
            assert closed == ({made.number} if person.id in case.parties else set())
        with pytest.raises(NotAllowed, match="Other people"):
            decide_objection(hedi, case, State.REJECTED, **SAID, at=at_noon)
        assert decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon).decided_at


@pytest.fixture
def paper_of_two(tree, pot, rosa, result):
    """Two proposals on the paper of the pot, and one that is not."""
    made = [factories.make_proposal(rosa, pot.cycle, tree.sepidar) for _ in range(3)]
    for proposal in made[:2]:
        factories.make_ballot_project(pot, proposal=proposal)
    return made


def _accepted(proposal, person, at):
    return Decision(
        proposal_id=proposal.id, moderator_id=person.id, kind=DecisionKind.ACCEPT,
        reason_code=next(iter(ReasonCode)), at=at,
    )  # fmt: skip


def test_the_numbers_of_a_result(rosas, case, rosa, result, ada, at_noon):
    other = make_objection(
        rosa, result, ObjectionKind.OTHER, WORDS, "", at=at_noon + timedelta(days=2)
    )
    decide_objection(ada, case, State.REJECTED, **SAID, at=at_noon)
    tally = queries.objections_to(result)
    assert (tally.total, tally.waiting, tally.answered) == (2, 1, 1)
    actions.withdraw_objection(rosa, other, at=at_noon)
    tally = queries.objections_to(result)
    assert (tally.total, tally.waiting, tally.answered) == (2, 0, 1)
