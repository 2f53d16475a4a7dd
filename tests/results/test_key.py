"""The end of a vote's key: two people, after the objections, and in public."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from civic.audit.models import AuditEntry
from civic.ballots import actions as ballots
from civic.ballots import commands, keys, voters
from civic.ballots.models import VoterSlot
from civic.cycles.phases import PhaseKind
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import NotAllowed, NotHere, RuleBroken
from civic.kernel.roles import Role
from civic.ledger import actions as ledger
from civic.ledger import queries as books
from civic.results import actions
from civic.results.models import Count
from civic.results.rules import key_kept_until
from tests import factories

TEN_DAYS = timedelta(days=10)


@pytest.fixture
def cycle(tree):
    return factories.make_cycle(tree.city, phase=PhaseKind.VOTING, code="1405")


@pytest.fixture
def pot(cycle, tree, rosa):
    """A pot in whose box Rosa's ballot lies."""
    pot = factories.make_pot(cycle, tree.sepidar)
    project = factories.make_ballot_project(pot, cost=300)
    now = clock.now()
    ballots.cast_ballot(rosa, pot, [project.number], key=uuid4(), form_opened_at=now, at=now)
    return pot


@pytest.fixture
def published(pot):
    """The moment at which the result was published."""
    moment = clock.now()
    factories.keep(
        Count(
            pot_id=pot.id, rule="greedy", input_sha256="0" * 64, code_version="test", ballots=1,
            spent=300, outcome={}, counted_at=moment, published_at=moment, pot=pot,
        )
    )  # fmt: skip
    return moment


@pytest.fixture
def gone(cycle, published, adam, hedi):
    """The key was destroyed by two people at this moment."""
    at = published + TEN_DAYS
    actions.ask_to_destroy_key(adam, cycle, at=at)
    actions.destroy_key(hedi, cycle, at=at)
    return at


def test_until_when_it_is_kept():
    early, late = clock.now(), clock.now() + timedelta(days=3)
    assert key_kept_until([early, late]) == late + TEN_DAYS
    assert key_kept_until([early, None]) is None
    assert key_kept_until([]) is None


class TestDestroying:
    def test_file_row_log_and_book(self, cycle, pot, gone, adam, hedi, rosa):
        row = keys.row_of(cycle.id)
        assert (row.asked_by_id, row.confirmed_by_id) == (adam.id, hedi.id)
        assert not keys.file_of(cycle.id).exists()
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
        assert events[-2:] == ["key:ask", "key:destroy"]
        ledger.write_lines(books.ACTS)
        lines = [json.loads(line) for line in books.lines(books.ACTS, 0, 100)]
        said = [line for line in lines if line["t"] == "key"]
        assert said == [{"e": "1405", "key": "destroyed", "n": said[0]["n"], "t": "key"}]
        assert db.session.query(VoterSlot).count() == 1
        with pytest.raises(NotHere, match="was destroyed on"):
            voters.tag_of(rosa, pot)

    def test_not_by_one_person(self, cycle, published, adam):
        at = published + TEN_DAYS
        actions.ask_to_destroy_key(adam, cycle, at=at)
        with pytest.raises(RuleBroken, match="Another person confirms it"):
            actions.destroy_key(adam, cycle, at=at)
        with pytest.raises(RuleBroken, match="asked for already"):
            actions.ask_to_destroy_key(adam, cycle, at=at)
        assert keys.file_of(cycle.id).exists()

    def test_not_before_it_was_asked(self, cycle, published, hedi):
        with pytest.raises(RuleBroken, match="Nobody has asked"):
            actions.destroy_key(hedi, cycle, at=published + TEN_DAYS)

    def test_not_before_the_objections_are_over(self, cycle, published, adam, hedi):
        early = published + TEN_DAYS - timedelta(seconds=1)
        for act in (actions.ask_to_destroy_key, actions.destroy_key):
            with pytest.raises(RuleBroken, match="when the time for objections is over") as no:
                act(adam, cycle, at=early)
            assert no.value.params == {"until": published + TEN_DAYS}

    def test_not_while_a_result_is_not_published(self, cycle, pot, adam):
        with pytest.raises(RuleBroken, match="every result of this vote is published"):
            actions.ask_to_destroy_key(adam, cycle, at=clock.now() + timedelta(days=99))

    def test_not_twice(self, cycle, gone, adam, hedi):
        for act in (actions.ask_to_destroy_key, actions.destroy_key):
            with pytest.raises(RuleBroken, match="was destroyed"):
                act(adam, cycle, at=gone)

    def test_not_where_there_is_none(self, tree, adam):
        other = factories.make_cycle(tree.city, code="1399")
        with pytest.raises(RuleBroken, match="no key of its own"):
            actions.ask_to_destroy_key(adam, other, at=clock.now())

    @pytest.mark.parametrize("role", [Role.MAYOR, Role.AUDITOR, Role.MODERATOR, Role.OFFICER])
    def test_not_by_others(self, cycle, published, role):
        somebody = factories.make_staff("X", role)
        for act in (actions.ask_to_destroy_key, actions.destroy_key):
            with pytest.raises(NotAllowed):
                act(somebody, cycle, at=published + TEN_DAYS)

    def test_a_file_that_is_gone_already_does_not_keep_it_from_being_said(
        self, cycle, published, adam, hedi
    ):
        actions.ask_to_destroy_key(adam, cycle, at=published + TEN_DAYS)
        keys.wipe_file(cycle.id)
        assert actions.destroy_key(hedi, cycle, at=published + TEN_DAYS).destroyed_at

    def test_what_cannot_be_stored_is_not_called_destroyed(
        self, cycle, published, adam, hedi, monkeypatch
    ):
        at = published + TEN_DAYS
        actions.ask_to_destroy_key(adam, cycle, at=at)
        with monkeypatch.context() as patch:
            patch.setattr(actions.ledger, "submit_act", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                actions.destroy_key(hedi, cycle, at=at)
        db.session.expire_all()
        assert keys.row_of(cycle.id).destroyed_at is None
        assert actions.destroy_key(hedi, cycle, at=at).destroyed_at == at


class TestPages:
    def test_everybody_reads_who_keeps_it_until_when(self, browser, cycle, pot, published):
        said = browser.get("results.key", code="1405", lang="en").get_text(" ")
        assert "The city headquarters, in a file outside the database" in said
        assert keys.row_of(cycle.id).fingerprint in said
        assert "Destroy" not in said
        assert "three shares" not in said
        commands.print_shares("1405")
        said = browser.get("results.key", code="1405", lang="en").get_text(" ")
        assert "three shares of it were printed" in said
        said = browser.get("cycles.show", code="1405", lang="en").get_text(" ")
        assert "then two people destroy it" in said

    def test_two_people_destroy_it(self, browser, cycle, published, adam, hedi, monkeypatch):
        later = published + TEN_DAYS
        monkeypatch.setattr(clock, "now", lambda: later)
        browser.sign_in(adam)
        assert "Ask that the key" in str(browser.get("results.key", code="1405", lang="en"))
        browser.post("results.ask_key", {}, code="1405")
        assert "for ever" not in str(browser.get("results.key", code="1405", lang="en"))
        browser.post("results.destroy_key", {}, code="1405", status=422)
        browser.sign_in(hedi)
        assert "for ever" in str(browser.get("results.key", code="1405", lang="en"))
        browser.post("results.destroy_key", {}, code="1405")
        assert "The key is gone" in str(browser.get("results.key", code="1405", lang="en"))

    def test_a_voter_reads_afterwards_why_no_receipt_is_shown(self, browser, pot, gone, rosa):
        browser.sign_in(rosa)
        page = browser.get("ballots.receipt", pot_id=pot.id, status=404, lang="en")
        assert "The key that joined people and votes was destroyed on" in page.get_text(" ")
        assert browser.get("ballots.paper", pot_id=pot.id)
