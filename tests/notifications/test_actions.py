from uuid import uuid4

import pytest
from sqlalchemy import func, select

from civic.kernel.db import db, transactional
from civic.kernel.errors import NotAllowed, RuleBroken
from civic.kernel.roles import PLATFORM
from civic.notifications import queries, rules
from civic.notifications.actions import follow, mark_read, tell, unfollow
from civic.notifications.kinds import Channel, Kind
from civic.notifications.models import Follow, Letter, Notice
from tests.conftest import NOON
from tests.factories import keep


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def tell_result(people, **more):
    tell(people, Kind.RESULT_PUBLISHED, about="p1", at=NOON, area="سپیدار", **more)


class TestTell:
    def test_a_notice_and_a_letter_per_channel(self, rosa):
        rosa.email = "rosa@civic.test"
        keep(rosa)

        tell_result([rosa.id], link=("results.show", {"pot_id": 7}))

        notice = db.session.scalar(select(Notice))
        assert (notice.account_id, notice.kind) == (rosa.id, "result:published")
        assert (notice.params, notice.link_values) == ({"area": "سپیدار"}, {"pot_id": "7"})
        assert {x.channel for x in db.session.scalars(select(Letter))} == set(Channel)

    def test_no_address_no_email_and_few_kinds_by_sms(self, rosa):
        tell([rosa.id], Kind.PROJECT_STAGED, about="x", at=NOON, title="t", stage="s", next="n")

        assert (count(Notice), count(Letter)) == (1, 0)

    def test_twice_is_once_also_for_the_letters(self, rosa, rami):
        tell_result([rosa.id])
        tell_result([rosa.id, rami.id, rosa.id])

        assert (count(Notice), count(Letter)) == (2, 2)

    def test_an_act_that_fails_tells_nobody(self, rosa):
        @transactional
        def act():
            tell_result([rosa.id])
            raise RuleBroken("no")

        with pytest.raises(RuleBroken):
            act()

        assert (count(Notice), count(Letter)) == (0, 0)

    def test_of_a_vote_only_the_day_is_kept(self, rosa):
        tell([rosa.id], Kind.BALLOT_RECORDED, about="b", at=NOON, area="سپیدار", closes=NOON)

        midnight = NOON.replace(hour=0, minute=0)
        assert db.session.scalar(select(Notice.created_at)) == midnight
        assert db.session.scalar(select(Letter.next_try_at)) == midnight


class TestMarkRead:
    def test_what_came_after_the_page_was_shown_stays_unread(self, rosa, rami):
        tell_result([rosa.id, rami.id])
        tell([rosa.id], Kind.ROLE_GRANTED, about="r", at=NOON.replace(hour=9), role="Auditor")

        mark_read(rosa, until=NOON, at=NOON)

        assert queries.unread_count(rosa) == 1
        assert queries.unread_count(rami) == 1

    def test_the_platform_reads_nothing(self, database):
        with pytest.raises(NotAllowed):
            mark_read(PLATFORM, until=NOON, at=NOON)


class TestFollow:
    def test_follow_and_unfollow_are_idempotent(self, rosa, tree):
        area = tree.sepidar.id
        for _ in range(2):
            follow(rosa, "area", area, at=NOON)
            assert queries.followers_of("area", area) == [rosa.id]
        for _ in range(2):
            unfollow(rosa, "area", area)
            assert queries.follows(rosa, "area", area) is False

    def test_a_visitor_follows_nothing(self, tree):
        assert queries.follows(PLATFORM, "area", tree.sepidar.id) is None
        with pytest.raises(NotAllowed):
            follow(PLATFORM, "area", tree.sepidar.id, at=NOON)

    def test_nobody_follows_without_end(self, rosa, monkeypatch):
        monkeypatch.setattr(rules, "MOST_FOLLOWED", 2)
        follow(rosa, "project", uuid4(), at=NOON)
        follow(rosa, "proposal", uuid4(), at=NOON)
        with pytest.raises(RuleBroken, match="already"):
            follow(rosa, "project", uuid4(), at=NOON)
        assert count(Follow) == 2


def test_unread_is_one_statement(rosa, statements):
    with statements() as seen:
        queries.unread_count(rosa)
    assert len(seen) == 1
