from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select, text

from civic.ballots.models import Ballot
from civic.kernel import clock
from civic.kernel.db import db, on_postgres
from civic.kernel.i18n import local
from civic.ledger.models import Entry
from civic.signals import actions, rules, salts
from civic.signals.actions import Attempt, keep_signal
from civic.signals.kinds import SignalKind
from civic.signals.models import DaySalt, Signal
from civic.signals.origin import Origin
from tests import factories

AT = datetime(2026, 11, 22, 8, 41, 13, tzinfo=UTC)


class TestRules:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("5.160.77.201", "5.160.77.0/24"),
            ("::ffff:5.160.77.201", "5.160.77.0/24"),
            ("2a02:4540:12:ab::7", "2a02:4540:12::/48"),
            ("", ""),
            ("nonsense", ""),
        ],
    )
    def test_an_address_is_cut(self, address, network):
        assert rules.network_of(address) == network


def kept():
    return db.session.scalars(select(Signal)).all()


class TestKeeping:
    def test_a_signal_has_no_person_no_ballot_and_no_minute(self, database):
        columns = {column.key for column in inspect(Signal).columns}
        assert columns == {
            "id", "kind", "cycle_key", "hour", "network", "device", "phone", "age", "area_code",
            "assistant_id", "mixed",
        }  # fmt: skip
        assert not Signal.__table__.foreign_keys
        keep_signal(Attempt(SignalKind.CODE_SENT, phone=b"p" * 32), at=AT)
        # It is 12:11 in Tehran.
        assert kept()[0].hour == datetime(2026, 11, 22, 8, 30, tzinfo=UTC)

    def test_marks_are_the_same_on_a_day_and_others_on_the_next(self, database):
        here = Origin("5.160.77.0/24", "a browser")
        for at in (AT, AT + timedelta(hours=1), AT + timedelta(days=1)):
            keep_signal(Attempt(SignalKind.CODE_SENT, phone=b"p" * 32), at=at, origin=here)
        today, later, tomorrow = sorted(kept(), key=lambda signal: signal.hour)
        for name in ("network", "device", "phone"):
            assert getattr(today, name) == getattr(later, name)
            assert getattr(today, name) != getattr(tomorrow, name)

    def test_yesterdays_salt_is_gone_for_good(self, database, app):
        salts.salt_of(AT.date())
        salts.salt_of(AT.date())
        actions.forget_the_day(at=AT + timedelta(days=1))
        assert db.session.scalars(select(DaySalt)).all() == []
        assert AT.date() not in app.extensions["signal_salt"]

    def test_casting_costs_one_insert_and_no_question(self, cast, rosa, tree, statements):
        neighbour = factories.make_resident("Neighbour", tree.sepidar)
        cast(rosa, 0)
        salts.salt_of(local(clock.now()).date())
        with statements() as seen:
            cast(neighbour, 1)
        about = [one for one in seen if "signal" in one.lower()]
        assert len(about) == 1
        assert "INSERT INTO signals" in about[0]
        assert "FROM signal" not in about[0]
        cast(rosa, 1)
        kinds = sorted(signal.kind for signal in kept())
        first = SignalKind.VOTE_FIRST
        assert kinds == [SignalKind.VOTE_CHANGED, first, first]

    def test_the_same_press_is_one_attempt(self, cast, rosa):
        key = uuid4()
        for _ in range(5):
            cast(rosa, 0, key=key)
        assert len(kept()) == 1

    def test_signals_of_no_cycle_go_after_thirty_days(self, database):
        keep_signal(Attempt(SignalKind.CODE_SENT), at=AT)
        actions.forget_the_day(at=AT + timedelta(days=29))
        assert len(kept()) == 1
        actions.forget_the_day(at=AT + timedelta(days=31))
        assert kept() == []

    def test_the_signals_of_one_cycle_go_and_others_stay(self, database):
        one, other = uuid4(), uuid4()
        for cycle in (one, one, other):
            keep_signal(Attempt(SignalKind.VOTE_FIRST, cycle_key=cycle), at=AT)
        assert actions.forget_signals(one) == 2
        assert [signal.cycle_key for signal in kept()] == [other]


class TestMixing:
    def test_a_handful_waits_until_its_hour_is_over(self, database):
        for _ in range(3):
            keep_signal(Attempt(SignalKind.CODE_SENT), at=AT)
        assert actions.mix_signals(at=AT) == 0
        assert actions.mix_signals(at=AT + timedelta(hours=1)) == 3
        assert actions.mix_signals(at=AT + timedelta(hours=1)) == 0

    def test_nothing_is_lost_or_changed_by_it(self, database):
        for age in range(20, 60):
            born = date(2026 - age, 1, 1)
            keep_signal(Attempt(SignalKind.VOTE_FIRST, born=born, area_code="x"), at=AT)
        before = sorted((one.age, one.hour, one.area_code) for one in kept())
        names = {one.id for one in kept()}
        assert actions.mix_signals(at=AT) == 40
        db.session.expire_all()
        assert sorted((one.age, one.hour, one.area_code) for one in kept()) == before
        assert not names & {one.id for one in kept()}


BATCH, ROUNDS = 20, 40


class TestNobodyMatches:
    """T18: whoever holds every table and matches by order finds no more than by guessing."""

    @pytest.fixture
    def voters(self, cast, tree):
        """Twenty votes one after the other; every voter has an age of their own."""
        ballots = {}
        for age in range(30, 30 + BATCH):
            voter = factories.make_resident(f"V{age}", tree.sepidar)
            voter.birth_date = date(clock.now().year - age, 1, 1)
            db.session.commit()
            ballots[cast(factories.load(voter), 0).id] = age
        return ballots

    def orders(self, table):
        """The rows of a table in every order that it keeps."""
        orders = ["", " ORDER BY id"]
        if on_postgres():
            orders += [" ORDER BY ctid", " ORDER BY xmin::text, id"]
        found = [f"SELECT * FROM {table}{order}" for order in orders]  # noqa: S608
        return [db.session.execute(text(one)).mappings().all() for one in found]

    def best(self, voters):
        """Of all pairs of orders, how many the best one matches rightly."""
        hits = {}
        for place, signals in enumerate(self.orders("signals")):
            for other, ballots in enumerate(self.orders("ballots")):
                truth = [voters[as_uuid(ballot["id"])] for ballot in ballots]
                found = [signal["age"] for signal in signals]
                hits[place, other] = sum(a == b for a, b in zip(found, truth, strict=True))
        return hits

    def test_the_best_matcher_does_not_beat_twice_chance(self, voters):
        sums = {}
        for _ in range(ROUNDS):
            db.session.execute(text("UPDATE signals SET mixed = false"))
            assert actions.mix_signals(at=clock.now()) == BATCH
            for pair, hits in self.best(voters).items():
                sums[pair] = sums.get(pair, 0) + hits
        # One of twenty is chance; the mean over the rounds stays under two.
        assert max(sums.values()) / ROUNDS <= 2

    def test_before_the_mixing_postgresql_keeps_the_order(self, voters):
        """The control: the matcher does find everybody where nothing was mixed."""
        most = max(self.best(voters).values())
        assert most == BATCH if on_postgres() else most < BATCH

    def test_no_value_of_a_signal_is_a_value_of_the_box_or_the_book(self, voters):
        ours = {v for row in self.orders("signals")[0] for v in row.values() if is_telling(v)}
        theirs = set()
        for model in (Ballot, Entry):
            for row in db.session.execute(select(model.__table__)):
                theirs |= {v for v in row if is_telling(v)}
        assert not ours & theirs


def as_uuid(value):
    from uuid import UUID

    return value if isinstance(value, UUID) else UUID(value)


def is_telling(value):
    return isinstance(value, bytes) or len(str(value)) >= 12
