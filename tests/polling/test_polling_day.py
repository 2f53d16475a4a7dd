"""A polling day with 500 sheets: desks side by side, two clerks, a third person, bags, the lot."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from civic import invariants
from civic.ballots import actions as ballots
from civic.ballots import queries
from civic.ballots.rules import GRACE
from civic.cycles import queries as cycles
from civic.kernel import clock
from civic.kernel.db import db, on_postgres
from civic.kernel.errors import RuleBroken
from civic.kernel.roles import Role
from civic.ledger.actions import write_lines
from civic.ledger.models import Entry
from civic.polling import actions, rechecks, rules
from civic.polling.models import PaperBatch, PaperSheet
from tests import factories
from tests.polling.test_one_vote import town, vote

SHEETS, SPOILED, WRONG, ON_WEB = 500, 7, 15, 20
assert town


def people_of(made):
    """Twenty with an account who voted on the web, and everybody else."""
    chance = random.Random(7)
    known = [key for _person, key in made.people[:ON_WEB]]
    return known + [chance.randbytes(32) for _ in range(SHEETS - ON_WEB)]


def as_staff(made, person_id, act, *given, **named):
    """Act as a request of its own does."""
    with made.app.app_context():
        return act(factories.load(SimpleNamespace(id=person_id)), *given, at=made.now, **named)


class Day:
    """What lies in the bags, and who reads it."""

    def __init__(self, made):
        chance = random.Random(1405)
        self.made, made.now = made, clock.now()
        a, b, c = made.numbers
        shapes = [[a], [b], [a, b], [b, c], [a, b, c]]
        self.truth = [[] if n < SPOILED else chance.choice(shapes) for n in range(SHEETS)]
        chance.shuffle(self.truth)
        self.wrong = set(chance.sample(range(SHEETS), WRONG))
        self.sheets = {}
        with made.app.app_context():
            self.third, self.one, self.two = (
                factories.make_staff(name, role, area=cycles.pot(made.pot).area if own else None).id
                for name, role, own in (
                    ("Third", Role.CLERK, True), ("One", Role.HEADQUARTERS, False),
                    ("Two", Role.HEADQUARTERS, False),
                )
            )  # fmt: skip
            db.session.remove()

    def desk(self, clerk, keys):
        """A counter hands out paper after paper."""
        for key in keys:
            with self.made.app.app_context():
                me, pot = factories.load(SimpleNamespace(id=clerk)), cycles.pot(self.made.pot)
                actions.hand_out(me, pot, key, papers_seen="y", at=self.made.now)

    def bags(self):
        with self.made.app.app_context():
            rows = db.session.execute(
                select(PaperBatch.id, PaperBatch.handed).order_by(PaperBatch.number)
            ).all()
        start = 0
        for bag, handed in rows:
            self.sheets[bag] = range(start, start + handed)
            start += handed
        return [bag for bag, _ in rows]

    def work(self, bag):
        """Count, type twice, decide what differs, close."""
        first, second = self.made.clerks
        mine = self.sheets[bag]
        self.on_bag(bag, first, actions.count_bag, physical_count=len(mine), seal=f"S{bag}")
        for clerk in (first, second):
            for serial, place in enumerate(mine, start=1):
                read = list(self.truth[place])
                if clerk == second and place in self.wrong:
                    read = [self.made.numbers[2]] if read != [self.made.numbers[2]] else []
                self.on_bag(bag, clerk, actions.type_sheet, serial, read)
        self.settle(bag, mine)
        self.on_bag(bag, first, actions.close_bag)

    def settle(self, bag, mine):
        for serial, place in enumerate(mine, start=1):
            if place in self.wrong:
                with self.made.app.app_context():
                    sheet = rechecks.queries.sheet(bag, serial)
                    me = factories.load(SimpleNamespace(id=self.third))
                    actions.decide_sheet(me, sheet, self.truth[place], at=self.made.now)

    def on_bag(self, bag, person, act, *given, **named):
        with self.made.app.app_context():
            me = factories.load(SimpleNamespace(id=person))
            act(me, rechecks.queries.batch(bag), *given, at=self.made.now, **named)

    def standing(self):
        # Of its own too: on SQLite whoever reads outside a request holds the pen.
        with self.made.app.app_context():
            return rechecks.standing_of(cycles.pot(self.made.pot))

    def read_drawn(self):
        for batch in self.standing().drawn:
            for serial, place in enumerate(self.sheets[batch.id], start=1):
                self.on_bag(batch.id, self.one, actions.read_again, serial, self.truth[place])

    def finish(self, who):
        with self.made.app.app_context():
            me = factories.load(SimpleNamespace(id=who))
            actions.finish_paper(me, cycles.pot(self.made.pot), at=self.made.now)


@pytest.fixture
def day(town):
    """The morning: twenty people have voted on the web."""
    for person, _key in town.people[:ON_WEB]:
        assert vote(town, person) == "cast"
    return Day(town)


def hand_everything_out(day):
    keys = people_of(day.made)
    desks = [(clerk, keys[n::2]) for n, clerk in enumerate(day.made.clerks)]
    with ThreadPoolExecutor(2 if on_postgres() else 1) as pool:
        list(pool.map(lambda desk: day.desk(*desk), desks))


def close_for_web(day):
    with day.made.app.app_context():
        pot = cycles.pot(day.made.pot)
        voting = cycles.voting_of(pot.cycle)
        ballots.close_box(pot, at=voting.closes_at + GRACE + timedelta(seconds=1))


@pytest.mark.endurance
def test_a_polling_day(day):
    hand_everything_out(day)
    assert queries.papers_given(day.made.pot) == SHEETS
    db.session.remove()
    bags = day.bags()
    day.work(bags[0])
    close_for_web(day)
    with pytest.raises(RuleBroken, match="not closed yet"):
        day.finish(day.two)
    with ThreadPoolExecutor(2 if on_postgres() else 1) as pool:
        list(pool.map(day.work, bags[1:]))
    assert len(bags) == 10
    assert len(day.standing().drawn) == rules.LEAST_DRAWN
    with pytest.raises(RuleBroken, match="150 sheets still"):
        day.finish(day.two)
    day.read_drawn()
    day.finish(day.two)
    check_the_count(day)
    check_the_book(day)


def check_the_count(day):
    wanted = Counter(tuple(sorted(read)) for read in day.truth if read)
    found = Counter(tuple(choices) for choices in queries.openings(day.made.pot))
    assert found == wanted
    assert queries.turnout(day.made.pot) == SHEETS - SPOILED
    states = Counter(db.session.scalars(select(PaperSheet.state)))
    assert states == {"accepted": SHEETS - SPOILED, "spoiled": SPOILED}
    decided = select(PaperSheet.id).where(PaperSheet.adjudicator_id.is_not(None))
    assert len(db.session.scalars(decided).all()) == WRONG
    assert queries.box_state(day.made.pot) == "closed"
    assert [one.says for one, breaches in invariants.check_all() if breaches] == []
    db.session.remove()


def check_the_book(day):
    with day.made.app.app_context():
        while write_lines(day.made.cycle):
            pass
        kinds = db.session.scalars(select(Entry.kind).order_by(Entry.seq)).all()
    assert kinds[-1] == "close"
    assert Counter(kinds) == {
        "config": 1, "cast": ON_WEB, "void": ON_WEB, "paper": SHEETS - SPOILED, "close": 1,
    }  # fmt: skip
