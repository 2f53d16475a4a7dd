import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.money import Toman
from civic.notifications import delivery
from civic.notifications.actions import tell
from civic.notifications.delivery import deliver_letters
from civic.notifications.kinds import Kind
from civic.notifications.models import Letter
from tests.conftest import NOON
from tests.factories import keep, make_account


@pytest.fixture
def rosa_by_mail(rosa):
    rosa.email = "rosa@civic.test"
    return keep(rosa)


@pytest.fixture
def wait(monkeypatch, at_noon):
    """Let minutes pass."""
    at = [NOON]

    def wait(**span):
        at[0] += timedelta(**span)
        monkeypatch.setattr(clock, "now", lambda: at[0])

    return wait


def tell_appraised(person, title="چراغ بوستان"):
    tell(
        [person.id], Kind.PROPOSAL_APPRAISED, about=title, at=NOON, title=title,
        cost=Toman(250_000_000), link=("pages.area", {"code": "demo-6-1"}),
    )  # fmt: skip


def tell_accepted(person):
    tell(
        [person.id], Kind.PROPOSAL_ACCEPTED, about="x", at=NOON, title="چراغ", department="فنی",
        due=NOON + timedelta(days=10),
    )  # fmt: skip


def letter():
    return db.session.scalar(select(Letter).execution_options(populate_existing=True))


class TestEmail:
    def test_a_letter_arrives_in_persian_with_money_and_the_way_to_the_page(
        self, rosa_by_mail, mailbox, at_noon
    ):
        tell_appraised(rosa_by_mail)
        deliver_letters()

        [mail] = mailbox.received
        text = mail.get_content()
        assert (mail["To"], mail["From"]) == ("rosa@civic.test", "city@civic.test")
        assert mail["Subject"] == "«چراغ بوستان» شدنی است و حدود ۲۵۰ میلیون تومان هزینه دارد."
        assert "برگه رأی" in text
        assert "http://civic.test:8000/a/demo-6-1" in text
        assert "http://civic.test:8000/me/notices" in text
        assert letter().sent_at == NOON

    def test_a_person_who_reads_english_gets_english(self, rosa_by_mail, mailbox, at_noon):
        rosa_by_mail.language = "en"
        tell_appraised(keep(rosa_by_mail), "Lamps")
        deliver_letters()

        assert mailbox.received[0]["Subject"] == (
            "“Lamps” is feasible and costs about 250 million toman."
        )

    def test_a_title_makes_no_header(self, rosa_by_mail, mailbox, at_noon):
        tell_appraised(rosa_by_mail, "x\r\nBcc: all@civic.test\r\n\r\nhello")
        deliver_letters()

        [mail] = mailbox.received
        assert mail["Bcc"] is None
        assert "Bcc: all@civic.test hello" in mail["Subject"]

    def test_a_refused_address_holds_nobody_up(self, rosa_by_mail, rami, mailbox, at_noon):
        rami.email = "rami@civic.test"
        mailbox.refused.add("rosa@civic.test")
        tell_appraised(rosa_by_mail, "a")
        tell_appraised(keep(rami), "b")
        deliver_letters()

        assert [mail["To"] for mail in mailbox.received] == ["rami@civic.test"]


class TestSms:
    def test_a_message_arrives_and_leads_to_the_notices_only(self, tree, gateway, at_noon):
        tell_accepted(make_account("Rosa", mobile="09121234567"))
        deliver_letters()

        [sms] = gateway.received
        assert (sms["to"], sms["by"]) == ("09121234567", "Bearer t0ken")
        assert sms["text"].startswith("پیشنهاد شما «چراغ» پذیرفته شد.")
        assert "۱۱ آذر ۱۴۰۵" in sms["text"]
        assert sms["text"].endswith("\nhttp://civic.test:8000/me/notices")

    def test_twice_is_once(self, rosa, gateway, at_noon):
        tell_accepted(rosa)
        deliver_letters()
        deliver_letters("more")

        assert len(gateway.received) == 1

    def test_what_fails_is_tried_again_after_a_pause(self, rosa, gateway, wait):
        gateway.status = 503
        tell_accepted(rosa)
        deliver_letters()
        gateway.status = 200
        deliver_letters()
        assert (letter().tries, gateway.received) == (1, [])

        wait(minutes=1)
        deliver_letters()

        assert len(gateway.received) == 1

    def test_after_five_tries_it_is_given_up(self, rosa, gateway, wait):
        gateway.status = 500
        tell_accepted(rosa)
        for _ in range(7):
            deliver_letters()
            wait(hours=3)

        assert letter().tries == 5
        assert letter().given_up_at == NOON + timedelta(hours=12)

    def test_a_gateway_that_is_down_is_asked_three_times_and_then_rests(
        self, tree, gateway, at_noon
    ):
        gateway.status = 503
        for _ in range(6):
            tell_accepted(make_account())
        deliver_letters()

        tried = select(func.count()).where(Letter.tries == 1)
        assert db.session.scalar(tried) == 3


class TestClaim:
    def test_what_is_claimed_is_taken_by_nobody_else_until_the_claim_runs_out(self, rosa, wait):
        tell_accepted(rosa)

        assert len(delivery.claim([], at=NOON)) == 1
        assert delivery.claim([], at=NOON + timedelta(minutes=9)) == []
        assert len(delivery.claim([], at=NOON + timedelta(minutes=10))) == 1

    def test_a_crash_after_sending_repeats_that_letter_only(
        self, rosa, rami, gateway, wait, monkeypatch
    ):
        tell_accepted(rosa)
        tell_accepted(rami)
        with monkeypatch.context() as broken:
            broken.setattr(delivery, "mark_sent", lambda *_a, **_k: sys.exit())
            with pytest.raises(SystemExit):
                deliver_letters()
        wait(minutes=10)
        deliver_letters()

        assert len(gateway.received) == 3
        assert len({sms["to"] for sms in gateway.received}) == 2

    def test_one_broken_letter_holds_up_no_other(self, rosa, rami, gateway, at_noon):
        rosa.mobile_sealed = b"nonsense" * 5
        keep(rosa)
        tell_accepted(rosa)
        tell_accepted(rami)
        deliver_letters()

        assert len(gateway.received) == 1

    def test_a_long_queue_is_sent_in_turns(self, tree, outbox, at_noon, monkeypatch):
        put = []
        monkeypatch.setattr(delivery, "BATCH", 2)
        monkeypatch.setattr(delivery, "SECONDS", 0.000001)
        monkeypatch.setattr(delivery, "enqueue", lambda job, *more: put.append(more))
        for _ in range(3):
            tell_accepted(make_account())
        deliver_letters()
        deliver_letters(*put[0])

        assert put == [("more",), ()]
        assert len(outbox()) < 3


def test_the_sending_holds_no_transaction(rosa, at_noon, monkeypatch):
    open_then = []
    tell_accepted(rosa)
    monkeypatch.setattr(
        delivery, "send_sms", lambda *_a: open_then.append(db.session().in_transaction())
    )
    deliver_letters()

    assert open_then == [False]
