"""Bags and sheets: counted, read twice, decided, put into the box, read again."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from civic import invariants
from civic.ballots import actions as ballots
from civic.ballots import queries as box
from civic.ballots.models import BallotVoid
from civic.ballots.rules import GRACE
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import Role
from civic.polling import actions, queries, rechecks
from civic.polling.models import PaperRecheck
from tests import factories


@pytest.fixture
def tess(tree):
    """A third clerk."""
    return factories.make_staff("Tess", Role.CLERK, area=tree.sepidar)


@pytest.fixture
def bag(hand, cora):
    """A bag of three sheets, counted and sealed."""
    for _ in range(3):
        batch = hand(factories.make_national_id()).batch
    count(cora, batch, 3)
    return batch.id


def count(clerk, batch, sheets, seal="A1"):
    batch = queries.batch(batch.id)
    return actions.count_bag(clerk, batch, physical_count=sheets, seal=seal, at=clock.now())


def read(clerk, bag, serial, *numbers):
    return actions.type_sheet(clerk, queries.batch(bag), serial, list(numbers), at=clock.now())


def close(clerk, bag):
    return actions.close_bag(clerk, queries.batch(bag), at=clock.now())


@pytest.fixture
def typed(bag, cora, cyrus, paper):
    """Its sheets read twice alike: the first project, the second, and a spoiled one."""
    sheets = [[paper[0].number], [paper[1].number], []]
    for clerk in (cora, cyrus):
        for serial, numbers in enumerate(sheets, start=1):
            read(clerk, bag, serial, *numbers)
    return bag


class TestTyping:
    def test_two_alike_are_accepted(self, typed, pot):
        states = [sheet.state for sheet in queries.sheets_of(typed)]
        assert states == ["accepted", "accepted", "spoiled"]
        assert box.turnout(pot.id) == 0

    def test_nobody_reads_a_sheet_twice(self, bag, cora, paper):
        read(cora, bag, 1, paper[0].number)
        with pytest.raises(RuleBroken, match="somebody else"):
            read(cora, bag, 1, paper[0].number)

    def test_nobody_reads_it_a_third_time(self, typed, tess, paper):
        with pytest.raises(RuleBroken, match="twice already"):
            read(tess, typed, 1, paper[0].number)

    def test_what_differs_is_decided_by_a_third(self, bag, cora, cyrus, tess, hedi, paper):
        read(cora, bag, 1, paper[0].number)
        sheet = read(cyrus, bag, 1, paper[1].number)
        assert sheet.state == "differs"
        for clerk in (cora, cyrus):
            with pytest.raises(NotAllowed):
                decide(clerk, bag, [paper[1].number])
        assert decide(tess, bag, [paper[1].number]).state == "accepted"
        with pytest.raises(RuleBroken, match="settled"):
            decide(hedi, bag, [paper[0].number])

    def test_the_order_on_the_sheet_does_not_matter(self, bag, cora, cyrus, paper):
        read(cora, bag, 1, paper[0].number, paper[1].number)
        assert read(cyrus, bag, 1, paper[1].number, paper[0].number).state == "accepted"

    @pytest.mark.parametrize("places", [(0, 1, 2), (0, 0)])
    def test_what_the_rule_does_not_allow_is_no_valid_sheet(self, bag, cora, paper, places):
        with pytest.raises(RuleBroken) as refused:
            read(cora, bag, 1, *(paper[place].number for place in places))
        assert refused.value.field == "entry"

    def test_only_as_many_as_were_counted(self, bag, cora, paper):
        for serial in (0, 4):
            with pytest.raises(RuleBroken, match="There is no sheet"):
                read(cora, bag, serial, paper[0].number)

    def test_not_before_the_bag_is_counted(self, hand, cora, paper):
        batch = hand(factories.make_national_id()).batch
        with pytest.raises(RuleBroken, match="Count the sheets"):
            read(cora, batch.id, 1, paper[0].number)

    def test_only_clerks_of_the_area(self, bag, rosa, hedi, tree, paper):
        for somebody in (rosa, hedi, factories.make_staff("F", Role.CLERK, area=tree.narvan)):
            with pytest.raises(NotAllowed):
                read(somebody, bag, 1, paper[0].number)


def decide(person, bag, numbers, serial=1):
    return actions.decide_sheet(person, queries.sheet(bag, serial), numbers, at=clock.now())


class TestCounting:
    def test_at_most_fifty(self, bag, cora):
        with pytest.raises(RuleBroken, match="at most 50"):
            count(cora, queries.batch(bag), 51)

    def test_not_fewer_than_were_typed(self, typed, cora):
        with pytest.raises(RuleBroken, match="cannot hold fewer"):
            count(cora, queries.batch(typed), 2)


class TestClosing:
    def test_the_sheets_become_ballots(self, typed, cora, pot, paper):
        close(cora, typed)
        found = sorted(box.openings(pot.id))
        assert found == sorted([[paper[0].number], [paper[1].number]])
        assert box.turnout(pot.id) == 2
        assert [one.says for one, breaches in invariants.check_all() if breaches] == []

    def test_only_with_every_sheet(self, bag, cora, cyrus, paper):
        read(cora, bag, 1, paper[0].number)
        read(cyrus, bag, 1, paper[0].number)
        with pytest.raises(RuleBroken, match="1 of the 3"):
            close(cora, bag)

    def test_a_closed_bag_stays_closed(self, typed, cora, tess, paper):
        close(cora, typed)
        for again in (
            lambda: close(cora, typed),
            lambda: read(tess, typed, 1, paper[0].number),
            lambda: count(cora, queries.batch(typed), 3),
        ):
            with pytest.raises(RuleBroken, match="closed"):
                again()

    def test_no_more_sheets_than_papers(self, hand, cora, cyrus, paper, pot):
        batch = hand(factories.make_national_id()).batch
        count(cora, batch, 2)
        for serial in (1, 2):
            for clerk in (cora, cyrus):
                read(clerk, batch.id, serial, paper[0].number)
        with pytest.raises(RuleBroken, match="only 1 papers"):
            close(cora, batch.id)
        assert box.turnout(pot.id) == 0


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE paper_batches SET state = 'closed'",
            "UPDATE paper_sheets SET entry1 = '9'",
            "UPDATE paper_sheets SET state = 'accepted'",
            "UPDATE paper_sheets SET clerk2_id = clerk1_id, entry2 = entry1",
            "DELETE FROM paper_sheets",
            "DELETE FROM paper_batches",
            "UPDATE paper_batches SET physical_count = 51",
        ],
    )
    def test_no_short_way(self, bag, cora, paper, statement):
        read(cora, bag, 1, paper[0].number)
        with pytest.raises(
            DatabaseError, match=r"counted|rewritten|agree|two_clerks|are kept|at_most_50"
        ):
            db.session.execute(text(statement))
        db.session.rollback()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE paper_sheets SET state = 'spoiled', ballot_id = NULL",
            "UPDATE paper_batches SET state = 'open'",
        ],
    )
    def test_nothing_changes_in_a_closed_bag(self, typed, cora, statement):
        close(cora, typed)
        with pytest.raises(DatabaseError, match=r"stay as they are|stays closed"):
            db.session.execute(text(statement))
        db.session.rollback()

    def test_a_clerk_does_not_check_the_own_reading(self, typed, cora):
        close(cora, typed)
        sheet = queries.sheet(typed, 1)
        with pytest.raises(DatabaseError, match="somebody else"):
            factories.keep(PaperRecheck(sheet_id=sheet.id, entry="1", by_id=cora.id))
        db.session.rollback()


class TestReadAgain:
    @pytest.fixture
    def closed(self, typed, cora, pot, times):
        """The bag is in the box, and voting on the web is over."""
        close(cora, typed)
        ballots.close_box(pot, at=times.closes + GRACE)
        return typed

    def again(self, person, bag, serial, *numbers):
        batch = queries.batch(bag)
        return actions.read_again(person, batch, serial, list(numbers), at=clock.now())

    def finish(self, person, pot):
        actions.finish_paper(person, pot, at=clock.now())

    def test_alike_and_the_box_closes(self, closed, hedi, hana, pot, paper):
        with pytest.raises(RuleBroken, match="3 sheets still"):
            self.finish(hedi, pot)
        for serial, numbers in enumerate([[paper[0].number], [paper[1].number], []], start=1):
            self.again(hedi, closed, serial, *numbers)
        assert not rechecks.standing_of(pot).stopped
        self.finish(hedi, pot)
        assert box.box_state(pot.id) == "closed"

    def test_one_that_differs_stops_and_is_put_right_by_two(self, closed, hedi, hana, pot, paper):
        for serial, numbers in enumerate([[], [paper[1].number], [paper[2].number]], start=1):
            self.again(hedi, closed, serial, *numbers)
        assert rechecks.standing_of(pot).stopped
        with pytest.raises(RuleBroken, match="Somebody else of the commission"):
            self.finish(hedi, pot)
        self.finish(hana, pot)
        assert sorted(box.openings(pot.id)) == [[paper[1].number], [paper[2].number]]
        [void] = db.session.scalars(select(BallotVoid)).all()
        assert {void.staff_a_id, void.staff_b_id} == {hedi.id, hana.id}
        assert [sheet.state for sheet in queries.sheets_of(closed)] == [
            "spoiled", "accepted", "accepted",
        ]  # fmt: skip
        assert [one.says for one, breaches in invariants.check_all() if breaches] == []

    def test_only_the_commission_and_only_once(self, closed, hedi, tess, paper):
        with pytest.raises(NotAllowed):
            self.again(tess, closed, 1, paper[0].number)
        self.again(hedi, closed, 1, paper[0].number)
        with pytest.raises(RuleBroken, match="twice already"):
            self.again(hedi, closed, 1, paper[0].number)

    def test_not_while_voting_runs(self, typed, cora, hedi, pot, paper):
        close(cora, typed)
        for serial, numbers in enumerate([[paper[0].number], [paper[1].number], []], start=1):
            self.again(hedi, typed, serial, *numbers)
        with pytest.raises(RuleBroken, match="does not wait"):
            self.finish(hedi, pot)
