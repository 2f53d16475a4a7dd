from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.alarms import actions, jobs
from civic.alarms.kinds import AlarmKind, AlarmState, Gravity
from civic.alarms.models import Alarm
from civic.audit.models import AuditEntry
from civic.ballots import queries as ballots
from civic.kernel.db import db
from civic.notifications.kinds import Kind
from civic.notifications.models import Notice
from civic.signals.actions import Attempt, keep_signal, mix_signals
from civic.signals.kinds import SignalKind
from civic.signals.models import Signal
from civic.signals.origin import Origin
from tests import factories

MINUTE = timedelta(minutes=1)
TEN_MINUTES = 10 * MINUTE


def told():
    kinds = Notice.kind == Kind.ALARM_RAISED.value
    return set(db.session.scalars(select(Notice.account_id).where(kinds)))


class TestWroclaw:
    """320 votes out of one address with 65 phones, 97 of them of people aged 97, in five hours."""

    def votes(self, vote, begin):
        """The votes of the pattern in their order, each with its moment."""
        for n in range(320):
            at = begin + n * timedelta(hours=5) / 320
            age = 97 if n % 10 in {0, 3, 6} else None
            yield (
                at,
                lambda at=at, age=age, n=n: vote(
                    at,
                    age=age,
                    phone=f"phone {n % 65}",
                    network="5.160.77.0/24",
                    device=f"ua{n % 3}",
                ),
            )

    def test_it_is_told_within_ten_minutes(self, vote, look, day, ada, hedi, adam, rosa):
        """The watch looks every three minutes, as in the schedule, from before the beginning."""
        begin, seen, patterns = day + 7 * MINUTE, {}, {}
        looks, done = begin - 2 * MINUTE, []
        for n, (at, cast) in enumerate(self.votes(vote, begin)):
            while looks <= at:
                for alarm in look(looks):
                    seen.setdefault(alarm.kind, looks)
                looks += 3 * MINUTE
            cast()
            done.append(n % 10 in {0, 3, 6})
            # The pattern is there: from here on the ten minutes count.
            if sum(done) == 40:
                patterns[AlarmKind.SAME_AGE] = at
            if n == 163:
                patterns[AlarmKind.ONE_NETWORK] = at
            if n == 130:
                patterns[AlarmKind.ONE_PHONE] = at
        for kind, at in patterns.items():
            assert at - 3 * MINUTE <= seen[kind] <= at + TEN_MINUTES, kind
        assert told() == {ada.id, hedi.id, adam.id}

    def test_the_alarm_holds_the_numbers_and_nobody_is_blocked(self, vote, look, day, statements):
        for at, cast in self.votes(vote, day):
            cast()
            last = at
        found = {alarm.kind: alarm for alarm in look(last + MINUTE)}
        network = found[AlarmKind.ONE_NETWORK]
        assert network.numbers == {"votes": 320, "phones": 65, "devices": 3}
        assert found[AlarmKind.SAME_AGE].numbers["people"] >= 96
        assert (network.first_hour, network.last_hour) == (day, day + timedelta(hours=4))
        assert network.gravity is Gravity.ALARM
        # Mixing loses the order, not the pattern; and looking again raises nothing anew.
        mix_signals(at=last)
        again = look(last + 4 * MINUTE)
        assert {alarm.id for alarm in again} == {alarm.id for alarm in found.values()}
        raised = AuditEntry.event == "alarm:raise"
        assert len(db.session.scalars(select(AuditEntry).where(raised)).all()) == len(found)


def voter(number, area):
    account = factories.make_resident(f"N{number}", area)
    account.birth_date = account.birth_date.replace(year=1946 + number % 60)
    return account


class TestOneOperator:
    def test_three_hundred_behind_one_address_all_vote(
        self, app, cast, pot, paper, tree, look, ada
    ):
        people, here = [voter(n, tree.sepidar) for n in range(300)], {"REMOTE_ADDR": "5.62.1.9"}
        db.session.commit()
        for n, person in enumerate(people):
            agent = {"User-Agent": f"Android {n % 12}"}
            with app.test_request_context("/", environ_base=here, headers=agent, method="POST"):
                cast(factories.load(person), n % 3)
        assert ballots.turnout(pot.id) == 300
        marks = {one.network for one in db.session.scalars(select(Signal))}
        assert len(marks) == 1
        from civic.kernel import clock

        found = look(clock.now())
        assert [(one.kind, one.gravity) for one in found] == [
            (AlarmKind.BUSY_NETWORK, Gravity.NOTE)
        ]
        assert told() == set()


class TestCodes:
    def test_one_guess_on_each_of_many_numbers(self, look, day, hedi):
        for n in range(120):
            here = Origin(f"10.0.{n}.0/24", "x")
            keep_signal(
                Attempt(SignalKind.CODE_WRONG, phone=bytes([n])),
                at=day + n * MINUTE / 4,
                origin=here,
            )
        (alarm,) = look(day + 33 * MINUTE)
        assert (alarm.kind, alarm.cycle_id) == (AlarmKind.CODES_GUESSED, None)
        assert alarm.numbers == {"wrong": 120, "right": 0, "networks": 120}
        assert told() == {hedi.id}

    def test_messages_that_nobody_uses(self, look, day):
        for n in range(260):
            keep_signal(Attempt(SignalKind.CODE_SENT, phone=b"%d" % n), at=day)
        assert look(day + MINUTE) == []
        mix_signals(at=day + 2 * MINUTE)
        (alarm,) = look(day + 3 * MINUTE)
        assert (alarm.kind, alarm.numbers["sent"]) == (AlarmKind.CODES_UNUSED, 260)

    def test_signing_in_leaves_signals(self, browser, database):
        from civic.accounts import actions as accounts
        from civic.kernel import clock
        from civic.kernel.errors import RuleBroken

        at = clock.now()
        accounts.ask_for_code("09121112233", "b" * 20, at=at)
        with pytest.raises(RuleBroken):
            accounts.sign_in("not it", "b" * 20, device="x", at=at)
        kinds = {one.kind for one in db.session.scalars(select(Signal))}
        assert kinds == {SignalKind.CODE_SENT, SignalKind.CODE_WRONG}


class TestAssistants:
    def test_one_out_of_line_with_their_name(self, vote, look, day, ada, hedi):
        helper = factories.make_account("Helper")
        for n in range(30):
            vote(day + n * MINUTE, helper=helper.id, network="10.1.1.0/24")
        (alarm,) = look(day + 31 * MINUTE)
        assert (alarm.kind, alarm.about_id) == (AlarmKind.ASSISTANT, helper.id)
        assert alarm.numbers["hour"] == 30


class TestGrowing:
    @pytest.fixture
    def alarm(self, vote, look, day):
        for n in range(45):
            vote(day + n * MINUTE / 2, phone=f"p{n % 5}", network="10.1.1.0/24", age=20 + n)
        return next(one for one in look(day + 30 * MINUTE) if one.kind is AlarmKind.ONE_NETWORK)

    def test_a_cleared_one_comes_back_when_it_doubles(self, alarm, vote, look, day, ada):
        actions.clear_alarm(ada, alarm, "کلاس رایانه", at=day + 31 * MINUTE)
        states = []
        for more in (40, 10):
            for n in range(more):
                vote(day + 32 * MINUTE, phone=f"p{n % 5}", network="10.1.1.0/24", age=20 + n)
            look(day + 35 * MINUTE)
            states.append(db.session.get(Alarm, alarm.id).state)
        assert states == [AlarmState.CLEARED, AlarmState.NEW]

    def test_no_alarm_is_deleted(self, alarm):
        from sqlalchemy.exc import DBAPIError

        db.session.delete(alarm)
        with pytest.raises(DBAPIError, match="alarms are kept"):
            db.session.flush()


class TestForgetting:
    def test_signals_go_thirty_days_after_the_close_and_alarms_stay(
        self, vote, look, day, voting, clock_at
    ):
        for n in range(45):
            vote(day + n * MINUTE / 2, phone=f"p{n % 5}", network="10.1.1.0/24")
        look(day + 30 * MINUTE)
        left = {}
        for days in (29, 30):
            clock_at(voting.closes_at + timedelta(days=days))
            jobs.forget_signals()
            left[days] = len(db.session.scalars(select(Signal)).all())
        assert left == {29: 45, 30: 0}
        assert len(db.session.scalars(select(Alarm)).all()) >= 1
