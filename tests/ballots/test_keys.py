"""The key of a vote: one for all machines, outside the database, and never made afresh."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import click
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from civic.audit.models import AuditEntry
from civic.ballots import commands, keys, voters
from civic.ballots.models import Ballot, BallotBox, BallotKey
from civic.kernel import clock, crypto
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from tests import factories


@pytest.fixture
def opened(cast, milo, pot):
    """A vote in which one ballot lies in the box."""
    cast(factories.make_resident("First", pot.area), 0)
    return pot


def place(pot):
    return keys.file_of(pot.cycle_id)


class TestTheFile:
    def test_is_for_the_owner_alone_and_holds_what_the_row_names(self, opened):
        row = db.session.get(BallotKey, opened.cycle_id)
        assert place(opened).stat().st_mode & 0o777 == 0o600
        assert keys.folder().stat().st_mode & 0o777 == 0o700
        key = bytes.fromhex(place(opened).read_text())
        assert (len(key), keys.fingerprint_of(key)) == (32, row.fingerprint)
        assert key.hex() not in row.fingerprint

    def test_many_who_make_it_at_once_agree_on_one(self, app, database):
        cycle_id = uuid4()

        def make(_):
            with app.app_context():
                return keys.made_or_found(cycle_id)

        with ThreadPoolExecutor(16) as pool:
            assert len(set(pool.map(make, range(64)))) == 1
        assert [f.name for f in keys.folder().glob(f"*{cycle_id}*")] == [f"{cycle_id}.key"]

    def test_what_is_destroyed_is_overwritten_first(self, opened, tmp_path):
        other_name = tmp_path / "seen"
        other_name.hardlink_to(place(opened))
        before = other_name.read_bytes()
        keys.wipe_file(opened.cycle_id)
        keys.wipe_file(opened.cycle_id)
        assert not place(opened).exists()
        assert other_name.read_bytes() != before


class TestTheTag:
    def test_needs_the_key_of_the_vote_and_that_of_the_city(self, opened, rosa, app, monkeypatch):
        tag, lookup = voters.tag_of(rosa, opened), rosa.national_id_lookup
        scope, key = f"{opened.cycle_id}:neighbourhood", keys.key_of(opened.cycle_id)
        assert tag == crypto.voter_tag(scope, lookup, key)
        assert tag != crypto.voter_tag(scope, lookup, None)
        assert tag != crypto.voter_tag(scope, lookup, b"x" * 32)
        other = SimpleNamespace(ballot_key=b"c" * 32)
        monkeypatch.setitem(app.config, "CIVIC", other)
        assert tag != crypto.voter_tag(scope, lookup, key)

    def test_stays_the_same_from_before_the_box_opens_to_after(self, cast, rosa, pot):
        # The first voter opens the box: the tag is made when the key is there.
        first = cast(rosa, 0)
        assert voters.ballot_of(rosa, pot).receipt == first.receipt
        assert cast(rosa, 1).replaces_id == first.id

    def test_of_a_vote_that_was_opened_without_a_key_stays_as_it_was(self, cycle, pot, rosa):
        factories.keep(BallotBox(pot_id=pot.id, state="open", opened_at=clock.now()))
        keys.begin(cycle, at=clock.now())
        assert db.session.get(BallotKey, cycle.id) is None
        scope = f"{pot.cycle_id}:neighbourhood"
        assert voters.tag_of(rosa, pot) == crypto.voter_tag(scope, rosa.national_id_lookup, None)


class TestALostKey:
    @pytest.mark.parametrize("content", [None, "", "00" * 32, "nonsense", "00" * 31])
    def test_nobody_votes_and_no_key_is_made(self, opened, cast, rosa, content):
        kept = place(opened).read_text()
        place(opened).unlink()
        if content is not None:
            place(opened).write_text(content)
        with pytest.raises(RuleBroken, match="is not at its place"):
            cast(rosa, 0)
        assert (place(opened).read_text() if place(opened).exists() else None) == content
        assert db.session.query(Ballot).count() == 1
        place(opened).write_text(kept)
        assert cast(rosa, 0).receipt

    def test_the_papers_can_still_be_read(self, opened, browser, rosa):
        place(opened).unlink()
        browser.sign_in(rosa)
        assert browser.get("ballots.index")
        assert browser.get("ballots.paper", pot_id=opened.id)


class TestTheRow:
    @pytest.mark.parametrize(
        "change",
        ["fingerprint = 'x'", "destroyed_at = made_at", "confirmed_by_id = asked_by_id"],
    )
    def test_the_database_keeps_it(self, opened, ada, change):
        row = db.session.get(BallotKey, opened.cycle_id)
        row.asked_by_id, row.asked_at = ada.id, clock.now()
        db.session.commit()
        with pytest.raises(DBAPIError):
            db.session.execute(text(f"UPDATE ballot_keys SET {change}"))  # noqa: S608

    def test_nor_can_it_be_deleted(self, opened):
        with pytest.raises(DBAPIError, match="are kept"):
            db.session.execute(text("DELETE FROM ballot_keys"))


class TestShares:
    def papers(self, capsys, code):
        commands.print_shares(code)
        lines = capsys.readouterr().out.splitlines()
        return [line for line in lines if len(line) > 90 and line.count(" ") > 15]

    def restore(self, monkeypatch, code, *typed):
        said = iter(typed)
        monkeypatch.setattr(click, "prompt", lambda _: next(said))
        return commands.restore_key(code)

    def test_two_papers_bring_a_lost_key_back(self, opened, cast, rosa, capsys, monkeypatch):
        before = cast(rosa, 0)
        papers, kept = self.papers(capsys, "1405"), place(opened).read_text()
        assert len(papers) == 3
        place(opened).unlink()
        assert self.restore(monkeypatch, "1405", papers[2], papers[0]) == 0
        assert (place(opened).read_text(), place(opened).stat().st_mode & 0o777) == (kept, 0o600)
        assert cast(rosa, 1).replaces_id == before.id
        events = db.session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
        assert events[-2:] == ["key:share", "key:restore"]
        everything = " ".join(str(entry.details) for entry in db.session.query(AuditEntry))
        assert kept.strip() not in everything

    def test_made_before_the_opening_they_are_of_the_key_it_opens_with(
        self, cycle, cast, rosa, pot, capsys
    ):
        self.papers(capsys, cycle.code)
        made = place(pot).read_text()
        cast(rosa, 0)
        assert place(pot).read_text() == made

    def test_of_another_vote_change_nothing(self, opened, tree, capsys, monkeypatch):
        factories.make_cycle(tree.city, code="1499")
        papers = self.papers(capsys, "1499")
        place(opened).unlink()
        with pytest.raises(click.ClickException, match="another vote"):
            self.restore(monkeypatch, "1405", *papers[:2])
        assert not place(opened).exists()

    def test_a_key_at_its_place_is_not_replaced(self, opened, monkeypatch):
        with pytest.raises(click.ClickException, match="already"):
            self.restore(monkeypatch, "1405")

    def test_an_unknown_cycle(self, database):
        with pytest.raises(click.ClickException, match="no cycle"):
            commands.print_shares("nowhere")
