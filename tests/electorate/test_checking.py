import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.cycles.phases import PhaseKind
from civic.electorate import checking, jobs
from civic.electorate.kinds import Match
from civic.electorate.models import IdentityCheck
from civic.electorate.rules import KEEP_ASKING, ask_again_at
from civic.kernel import clock
from civic.kernel.db import db
from civic.notifications.models import Notice
from tests import factories
from tests.electorate.register import running


class Fixed:
    """A register that always says the same, and remembers whom it was asked about."""

    def __init__(self, verdict):
        self.verdict, self.asked = verdict, []

    def match(self, national_id, mobile):
        assert not db.session().in_transaction(), "A slow register must not hold the database."
        self.asked.append((national_id, mobile))
        return self.verdict


@pytest.fixture
def cycle(tree, at_noon):
    cycle = factories.make_cycle(tree.city, phase=PhaseKind.BALLOT)
    cycle.needs_match = True
    factories.keep(cycle)
    return cycle


def check_of(person):
    asked = select(IdentityCheck).where(IdentityCheck.account_id == person.id)
    return db.session.scalar(asked.execution_options(populate_existing=True))


class TestAsking:
    def test_whoever_gave_an_id_is_asked_about_once(self, cycle, rosa, at_noon):
        factories.make_account("Newcomer")
        register = Fixed(Match.MATCHED)
        assert checking.ask_about_everybody(register) == 1
        assert checking.ask_about_everybody(register) == 0
        check = check_of(rosa)
        assert (check.verdict, check.tries, check.asked_at) == (Match.MATCHED, 1, at_noon)
        assert check.again_at is None

    def test_it_asks_with_id_and_number(self, cycle, at_noon):
        national_id = factories.make_national_id()
        factories.make_account("Sara", mobile="09121234567", national_id=national_id)
        register = Fixed(Match.NOT_MATCHED)
        checking.ask_about_everybody(register)
        assert register.asked == [(national_id, "09121234567")]

    def test_a_silent_register_is_asked_later_and_later(self, cycle, rosa, at_noon, monkeypatch):
        pauses, register = [], Fixed(Match.UNAVAILABLE)
        for _ in range(8):
            now = clock.now()
            checking.ask_about_everybody(register)
            again = check_of(rosa).again_at
            pauses.append((again - now) // timedelta(minutes=1))
            monkeypatch.setattr(clock, "now", lambda again=again: again)
        assert pauses == [1, 2, 5, 15, 30, 60, 60, 60]

    def test_and_it_is_left_in_peace_after_three_silences(self, cycle, tree, at_noon):
        for _ in range(5):
            factories.make_resident("Somebody", tree.sepidar)
        register = Fixed(Match.UNAVAILABLE)
        assert checking.ask_about_everybody(register) == checking.PATIENCE

    def test_all_are_asked_about_however_many(self, cycle, tree, at_noon, monkeypatch):
        monkeypatch.setattr(checking, "AT_ONCE", 2)
        for _ in range(5):
            factories.make_resident("Somebody", tree.sepidar)
        assert checking.ask_about_everybody(Fixed(Match.MATCHED)) == 5

    def test_two_workers_do_not_ask_about_the_same(self, cycle, rosa, at_noon):
        assert len(checking.claim(at=at_noon)) == 1
        assert checking.claim(at=at_noon) == []
        assert len(checking.claim(at=at_noon + checking.CLAIM)) == 1

    def test_where_no_cycle_needs_it_nothing_leaves_the_house(self, tree, rosa, at_noon):
        factories.make_cycle(tree.city)
        register = Fixed(Match.MATCHED)
        assert checking.ask_about_everybody(register) == 0
        assert register.asked == []

    def test_the_job_asks_the_register_of_the_settings(self, app, cycle, rosa, monkeypatch, capsys):
        jobs.ask_the_register()
        assert check_of(rosa) is None
        with running((200, '{"matched": true}')) as register:
            settings = vars(app.config["CIVIC"]) | {
                "matcher": "http", "matcher_url": register.url, "matcher_token": "t",
            }  # fmt: skip
            monkeypatch.setitem(app.config, "CIVIC", type(app.config["CIVIC"])(**settings))
            jobs.ask_the_register()
        assert check_of(rosa).verdict is Match.MATCHED
        (line,) = capsys.readouterr().out.splitlines()
        assert set(json.loads(line)) - {"request_id"} == {"verdict", "event", "level", "timestamp"}


class TestTelling:
    def told(self, person):
        notices = select(Notice).where(Notice.account_id == person.id).order_by(Notice.created_at)
        return [notice.kind for notice in db.session.scalars(notices)]

    def hear(self, person, *verdicts, at):
        for place, verdict in enumerate(verdicts):
            checking.claim(at=at + timedelta(days=place))
            checking.keep_verdict(person.id, verdict, at=at + timedelta(days=place))

    def test_who_passes_at_once_is_not_bothered(self, cycle, rosa, at_noon):
        self.hear(rosa, Match.MATCHED, at=at_noon)
        assert self.told(rosa) == []

    def test_who_had_to_wait_hears_that_it_has_passed(self, cycle, rosa, at_noon):
        self.hear(rosa, Match.UNAVAILABLE, Match.UNAVAILABLE, Match.MATCHED, at=at_noon)
        assert self.told(rosa) == ["identity:matched"]

    def test_a_no_is_told_once_and_its_end_too(self, cycle, rosa, at_noon):
        no = Match.NOT_MATCHED
        self.hear(rosa, no, no, no, Match.MATCHED, at=at_noon)
        assert self.told(rosa) == ["identity:not_matched", "identity:matched"]


class TestAgain:
    def test_a_number_may_be_registered_meanwhile(self, at_noon):
        until = at_noon + KEEP_ASKING
        day = timedelta(days=1)
        assert ask_again_at(Match.NOT_MATCHED, 1, at=at_noon, until=until) == at_noon + day
        assert ask_again_at(Match.MATCHED, 1, at=at_noon, until=until) is None

    @pytest.mark.parametrize("verdict", [Match.NOT_MATCHED, Match.UNAVAILABLE])
    def test_in_the_end_it_is_the_turn_of_the_counter(self, at_noon, verdict):
        assert ask_again_at(verdict, 40, at=at_noon, until=at_noon) is None
