"""One person, one vote: on paper or on the web."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic.audit.models import AuditEntry
from civic.ballots import actions, counter, queries, rules
from civic.ballots.models import Ballot, BallotVoid, VoterSlot
from civic.electorate.models import Participation
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.ledger.actions import write_lines
from civic.ledger.models import Entry
from civic.notifications.models import Notice
from civic.polling.models import PaperBatch
from tests import factories
from tests.polling.conftest import key_of


def lines_of(cycle):
    write_lines(cycle.id)
    found = select(Entry.kind, Entry.names_seq).where(Entry.book_id == cycle.id)
    return [(row.kind, row.names_seq) for row in db.session.execute(found.order_by(Entry.seq))]


class TestWebThenDesk:
    def test_the_vote_from_the_web_is_taken_out(self, cast, hand, rosa, pot, cycle):
        ballot = cast(rosa, 0)
        assert queries.turnout(pot.id) == 1
        assert hand(rosa).took_out
        assert (queries.turnout(pot.id), list(queries.openings(pot.id))) == (0, [])
        assert (queries.marked(pot.id), queries.papers_given(pot.id)) == (1, 1)
        [void] = db.session.scalars(select(BallotVoid)).all()
        assert (void.ballot_id, void.reason, void.staff_a_id) == (ballot.id, "paper", None)

    def test_the_book_says_so(self, cast, hand, rosa, cycle):
        cast(rosa, 0)
        hand(rosa)
        lines = lines_of(cycle)
        assert lines == [("config", None), ("cast", None), ("void", 1)]
        last = db.session.scalar(select(Entry.line).where(Entry.kind == "void"))
        assert last == '{"d":"demo-6-1","n":2,"r":1,"t":"void","why":"paper"}'

    def test_the_web_is_shut_afterwards(self, cast, hand, rosa, pot):
        cast(rosa, 0)
        hand(rosa)
        with pytest.raises(RuleBroken) as refused:
            cast(rosa, 1)
        assert refused.value.message == rules.ON_PAPER
        assert queries.turnout(pot.id) == 0

    def test_the_same_press_still_finds_its_receipt(self, cast, hand, rosa):
        key = uuid4()
        first = cast(rosa, 0, key=key)
        hand(rosa)
        assert cast(rosa, 0, key=key).receipt == first.receipt


class TestDeskThenWeb:
    def test_the_web_is_refused_with_a_sentence(self, cast, hand, rosa, pot):
        assert not hand(rosa).took_out
        with pytest.raises(RuleBroken, match="paper counts"):
            cast(rosa, 0)
        assert db.session.scalar(select(Ballot)) is None

    def test_nobody_gets_two(self, hand, rosa, cyrus):
        hand(rosa)
        with pytest.raises(RuleBroken, match="already"):
            hand(rosa, clerk=cyrus)

    def test_who_has_no_account_is_marked_too(self, hand, pot, paper, cast, tree):
        national_id = factories.make_national_id()
        hand(national_id)
        assert db.session.scalar(select(VoterSlot)).paper
        assert db.session.scalar(select(Participation)) is None
        person = factories.make_account("Late", national_id=national_id)
        factories.keep(
            factories.Residency(
                account_id=person.id, area_id=tree.sepidar.id, tie="lives",
                declared_at=person.created_at,
            )
        )  # fmt: skip
        with pytest.raises(RuleBroken, match="paper counts"):
            cast(factories.load(person), 0)

    def test_the_person_is_told_and_nothing_else_names_them(self, hand, rosa, pot):
        hand(rosa)
        [notice] = db.session.scalars(select(Notice)).all()
        assert (notice.kind, notice.account_id) == ("paper:given", rosa.id)
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert (entry.event, entry.details) == ("paper:hand", {"bag": 1})
        tag = counter.tag_from(rosa.national_id_lookup, pot)
        for table in ("paper_batches", "audit_entries", "notices", "book_waiting"):
            for row in db.session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608
                for secret in (rosa.national_id_lookup, tag):
                    assert secret not in row
                    assert secret.hex() not in str(row)


class TestWhoGetsOne:
    def test_only_the_clerks_of_the_area(self, hand, rosa, milo, hedi, tree):
        far = factories.make_staff("Farid", "clerk", area=tree.narvan)
        for somebody in (rosa, milo, hedi, far):
            with pytest.raises(NotAllowed):
                hand(rosa, clerk=somebody)

    def test_who_belongs_elsewhere_does_not(self, hand, rami):
        with pytest.raises(RuleBroken, match="another area"):
            hand(rami)

    def test_who_voted_elsewhere_does_not(self, hand, narvan_pot):
        national_id = factories.make_national_id()
        tag = counter.tag_from(key_of(national_id), narvan_pot)
        factories.keep(VoterSlot(pot_id=narvan_pot.id, voter_tag=tag))
        with pytest.raises(RuleBroken, match="another area in this cycle"):
            hand(national_id)

    def test_the_papers_are_looked_at_first(self, hand, pot):
        with pytest.raises(RuleBroken, match="Look at the papers first"):
            hand(factories.make_national_id(), seen=None)
        assert db.session.scalar(select(VoterSlot)) is None

    def test_whoever_is_too_young_does_not(self, hand, rosa, times):
        rosa.birth_date = times.opens.date() - timedelta(days=365 * 14)
        db.session.commit()
        with pytest.raises(RuleBroken, match="Too young"):
            hand(rosa)

    def test_not_before_and_not_after(self, hand, rosa, times):
        with pytest.raises(RuleBroken, match="opens on"):
            hand(rosa, at=times.opens - timedelta(seconds=1))
        with pytest.raises(RuleBroken, match="ended"):
            hand(rosa, at=times.closes)


class TestBags:
    def test_a_full_bag_is_followed_by_another(self, hand, cora):
        bag = hand(factories.make_national_id()).batch
        bag.handed = 49
        db.session.commit()
        assert hand(factories.make_national_id()).batch.number == 1
        assert hand(factories.make_national_id()).batch.number == 2

    def test_each_counter_has_its_own(self, hand, cyrus):
        first = hand(factories.make_national_id()).batch
        second = hand(factories.make_national_id(), clerk=cyrus).batch
        assert (first.number, second.number) == (1, 2)
        assert len(db.session.scalars(select(PaperBatch)).all()) == 2


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE voter_slots SET paper = (1 = 0)",
            "UPDATE voter_slots SET head_ballot_id = (SELECT id FROM ballots LIMIT 1)",
            "DELETE FROM ballot_voids",
            "UPDATE ballot_voids SET reason = 'merge'",
        ],
    )
    def test_a_mark_stays(self, cast, hand, rosa, statement):
        cast(rosa, 0)
        hand(rosa)
        with pytest.raises(DatabaseError, match=r"stays marked|on_paper|append-only"):
            db.session.execute(text(statement))
        db.session.rollback()

    def test_one_person_takes_nothing_out(self, cast, rosa, hedi):
        ballot = cast(rosa, 0)
        for reason, first, second in (("batch", hedi, None), ("merge", hedi, hedi)):
            with pytest.raises(DatabaseError, match="two_people_void"):
                factories.keep(
                    BallotVoid(
                        ballot_id=ballot.id, reason=reason, staff_a_id=first.id,
                        staff_b_id=second and second.id,
                    )
                )  # fmt: skip
            db.session.rollback()


class TestTheClose:
    def test_a_box_with_papers_waits_for_them(self, cast, hand, rosa, pot, times, cycle):
        hand(rosa)
        actions.close_box(pot, at=times.closes + rules.GRACE)
        assert queries.box_state(pot.id) == "held"
        assert not queries.pots_to_close(times.closes + timedelta(days=1))
        assert ("close", None) not in lines_of(cycle)

    def test_and_takes_no_vote_from_the_web(self, hand, rosa, pot, times):
        hand(rosa)
        actions.close_box(pot, at=times.closes + rules.GRACE)
        with pytest.raises(DatabaseError, match="takes paper only"):
            factories.keep(Ballot(pot_id=pot.id, commitment=b"c" * 32, receipt="1"))
        db.session.rollback()
        with pytest.raises(DatabaseError, match="takes paper only"):
            factories.keep(VoterSlot(pot_id=pot.id, voter_tag=b"t" * 32))
        db.session.rollback()

    def test_not_even_from_a_clock_that_is_late(self, hand, rosa, pot, paper, tree, times):
        hand(rosa)
        actions.close_box(pot, at=times.closes + rules.GRACE)
        neighbour = factories.make_resident("Rana", tree.sepidar)
        early = times.closes - timedelta(seconds=1)
        with pytest.raises(RuleBroken, match="Voting ended"):
            actions.cast_ballot(
                neighbour, pot, [paper[0].number], key=uuid4(), form_opened_at=early, at=early
            )

    def test_without_papers_it_closes_at_once(self, cast, rosa, pot, times, cycle):
        cast(rosa, 0)
        actions.close_box(pot, at=times.closes + rules.GRACE)
        assert queries.box_state(pot.id) == "closed"
        assert lines_of(cycle)[-1] == ("close", None)
