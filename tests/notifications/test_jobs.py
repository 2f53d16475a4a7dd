from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.accounts.second_factor import reset_second_factor
from civic.kernel import clock
from civic.kernel.db import db
from civic.notifications.delivery import deliver_letters
from civic.notifications.jobs import WITHIN, tell_of_resets
from civic.notifications.models import Letter, Notice
from civic.schedule import SCHEDULE
from tests.accounts.phone import begin_factor
from tests.factories import keep


@pytest.fixture
def reset(milo, adam, at_noon):
    """An administrator has taken Milo's second factor away."""
    begin_factor(milo)
    reset_second_factor(adam, milo, at=at_noon)


class TestTellOfResets:
    def test_by_notice_message_and_mail_and_once(self, milo, rosa, reset):
        milo.email = "milo@civic.test"
        keep(milo)
        for _twice in range(2):
            tell_of_resets()
        [notice] = db.session.scalars(select(Notice))
        assert (notice.account_id, notice.kind) == (milo.id, "second_factor:reset")
        assert {letter.channel for letter in db.session.scalars(select(Letter))} == {"sms", "email"}

    def test_a_second_reset_is_told_again(self, milo, adam, reset, at_noon):
        tell_of_resets()
        begin_factor(milo)
        reset_second_factor(adam, milo, at=at_noon)
        tell_of_resets()
        assert len(db.session.scalars(select(Notice)).all()) == 2

    def test_the_message_says_what_to_do(self, reset, outbox):
        tell_of_resets()
        deliver_letters()
        [sent] = outbox()
        assert "مدیر سامانه" in sent["text"]
        assert "/me/notices" in sent["text"]

    def test_what_is_long_past_is_let_be(self, reset, at_noon, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: at_noon + WITHIN + timedelta(days=1))
        tell_of_resets()
        assert not db.session.scalars(select(Notice)).all()

    def test_nothing_to_tell_is_one_statement(self, database, statements):
        with statements() as seen:
            tell_of_resets()
        assert len(seen) == 1

    def test_it_is_on_the_timetable(self):
        assert tell_of_resets in {each.job for each in SCHEDULE}


def test_who_is_signed_out_reads_it_after_the_next_sign_in(browser, milo, reset):
    tell_of_resets()
    page = browser.sign_in(milo, second_factor=False).get("notifications.index", lang="en")
    assert "took your second factor away" in page.text
    assert "call the administrator at once" in page.text
