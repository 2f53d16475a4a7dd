"""Votes with the help of an ambassador: paced, told, and held apart until the count."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from civic import invariants
from civic.ballots import actions as ballots
from civic.ballots import queries as box
from civic.ballots.models import Ballot, BallotVoid
from civic.ballots.rules import GRACE
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.ledger.actions import write_lines
from civic.ledger.models import Entry
from civic.notifications.models import Notice
from civic.polling import actions, assisting, rules
from civic.polling.models import AssistedBallot, AssistedBatch, AssistedSession, AssistedVote
from tests import factories


@pytest.fixture
def arash(tree):
    """The ambassador of Sepidar."""
    return factories.make_staff("Arash", Role.AMBASSADOR, area=tree.sepidar)


def session(arash, voter, at=None):
    return assisting.open_session(
        arash, voter, place="خانه سالمندان", device="تبلت ۳", at=at or clock.now()
    )


@pytest.fixture
def help_to_vote(pot, paper):
    def helping(arash, voter, *, opened=None, at=None, key=None):
        at = at or clock.now()
        opened = opened or session(arash, voter, at)
        numbers = [paper[0].number]
        assisting.cast_assisted(arash, opened, pot, numbers, key=key or uuid4(), at=at)
        return opened

    return helping


class TestASession:
    def test_is_kept_beside_the_person_and_never_beside_the_ballot(
        self, help_to_vote, arash, rosa, pot
    ):
        opened = help_to_vote(arash, rosa)
        assert (opened.account_id, opened.assistant_id) == (rosa.id, arash.id)
        assert box.turnout(pot.id) == 1
        kept = {column.name for column in AssistedBallot.__table__.columns}
        assert kept == {"ballot_id", "batch_id"}
        assert {c.name for c in AssistedVote.__table__.columns} == {"session_id", "pot_id"}
        assert not any("at" in c.name.split("_") for c in AssistedSession.__table__.columns)

    def test_the_voter_is_told_where(self, help_to_vote, arash, rosa):
        help_to_vote(arash, rosa)
        told = db.session.scalars(select(Notice)).one()
        assert (told.account_id, told.kind) == (rosa.id, "ballot:assisted")
        assert told.link_endpoint == "ballots.receipt"
        assert "خانه سالمندان" in str(told.params)

    def test_votes_once(self, help_to_vote, arash, rosa, pot):
        opened = help_to_vote(arash, rosa)
        with pytest.raises(RuleBroken, match="already"):
            help_to_vote(arash, rosa, opened=opened)
        assert len(db.session.scalars(select(Ballot)).all()) == 1

    def test_belongs_to_one_ambassador_and_one_day(self, help_to_vote, arash, rosa, tree):
        opened = session(arash, rosa)
        other = factories.make_staff("Omid", Role.AMBASSADOR, area=tree.sepidar)
        with pytest.raises(RuleBroken, match="over"):
            help_to_vote(other, rosa, opened=opened)
        with pytest.raises(RuleBroken, match="over"):
            help_to_vote(arash, rosa, opened=opened, at=clock.now() + timedelta(days=1))

    def test_not_for_oneself_not_elsewhere_and_not_by_others(self, arash, rosa, rami, milo, paper):
        with pytest.raises(RuleBroken, match="themselves"):
            session(arash, arash)
        for helper, voter in ((arash, rami), (milo, rosa), (rosa, rosa)):
            with pytest.raises(NotAllowed):
                session(helper, voter)

    def test_the_pace_is_that_of_one_person(self, arash, rosa, at_noon):
        for _ in range(rules.PER_HOUR):
            session(arash, rosa, at_noon)
        with pytest.raises(RuleBroken, match="in this hour"):
            session(arash, rosa, at_noon)
        for hour in range(1, 5):
            for _ in range(rules.PER_HOUR):
                session(arash, rosa, at_noon + timedelta(hours=hour))
        with pytest.raises(RuleBroken, match="today"):
            session(arash, rosa, at_noon + timedelta(hours=6))


@pytest.fixture
def held(help_to_vote, arash, tree, pot, times):
    """Eleven votes by Arash and three by Omid, and the web is closed."""
    other = factories.make_staff("Omid", Role.AMBASSADOR, area=tree.sepidar)
    for n in range(11):
        person = factories.make_resident(f"P{n}", tree.sepidar)
        help_to_vote(arash, person)
    for n in range(3):
        help_to_vote(other, factories.make_resident(f"Q{n}", tree.sepidar))
    ballots.close_box(pot, at=times.closes + GRACE)
    return pot


class TestTheCommission:
    def test_small_batches_are_decided_about_with_others(self, held):
        [unit] = assisting.units_of(held)
        assert (len(unit.batches), unit.votes) == (2, 14)

    def test_two_people_take_a_batch_out(self, held, hedi, hana, cycle):
        [unit] = assisting.units_of(held)
        assisting.question(hedi, unit.first.id, why="۱۴ رأی در سه دقیقه", at=clock.now())
        with pytest.raises(RuleBroken, match="yourself"):
            assisting.exclude(hedi, unit.first.id, at=clock.now())
        with pytest.raises(RuleBroken, match="second person"):
            actions.finish_paper(hana, held, at=clock.now())
        assert assisting.exclude(hana, unit.first.id, at=clock.now()) == 14
        assert box.turnout(held.id) == 0
        voids = db.session.scalars(select(BallotVoid)).all()
        assert {(v.reason, v.staff_a_id, v.staff_b_id) for v in voids} == {
            ("batch", hedi.id, hana.id)
        }
        actions.finish_paper(hana, held, at=clock.now())
        write_lines(cycle.id)
        kinds = db.session.scalars(select(Entry.kind).where(Entry.book_id == cycle.id)).all()
        assert (kinds.count("void"), kinds.count("close")) == (14, 1)
        assert [one.says for one, breaches in invariants.check_all() if breaches] == []

    def test_or_let_it_stand(self, held, hedi, hana):
        [unit] = assisting.units_of(held)
        assisting.question(hedi, unit.first.id, why="?", at=clock.now())
        assisting.let_stand(hana, unit.first.id, at=clock.now())
        assert not assisting.is_questioned(held)
        actions.finish_paper(hana, held, at=clock.now())
        assert box.turnout(held.id) == 14

    def test_nobody_else_and_nothing_before_the_close(self, help_to_vote, arash, rosa, hedi, adam):
        help_to_vote(arash, rosa)
        batch = db.session.scalars(select(AssistedBatch)).one()
        with pytest.raises(RuleBroken, match="after voting on the web"):
            assisting.question(hedi, batch.id, why="?", at=clock.now())
        for somebody in (arash, adam, rosa):
            with pytest.raises(NotAllowed):
                assisting.question(somebody, batch.id, why="?", at=clock.now())


def test_a_voter_who_voted_alone_later_keeps_that_vote(
    help_to_vote, arash, rosa, pot, paper, cast, hedi, hana, times
):
    help_to_vote(arash, rosa)
    cast(rosa, 1)
    ballots.close_box(pot, at=times.closes + GRACE)
    [unit] = assisting.units_of(pot)
    assert unit.votes == 0
    assisting.question(hedi, unit.first.id, why="?", at=clock.now())
    assert assisting.exclude(hana, unit.first.id, at=clock.now()) == 0
    assert list(box.openings(pot.id)) == [[paper[1].number]]


class TestMerging:
    @pytest.mark.parametrize(
        ("sizes", "groups"),
        [
            ({}, []),
            ({"a": 12}, [["a"]]),
            ({"a": 3}, [["a"]]),
            ({"a": 3, "b": 12}, [["b", "a"]]),
            ({"a": 3, "b": 4, "c": 5, "d": 10}, [["a", "b", "c"], ["d"]]),
            ({"a": 9, "b": 9, "c": 1}, [["a", "b", "c"]]),
        ],
    )
    def test_until_there_are_ten(self, sizes, groups):
        assert rules.merged(sizes) == groups
