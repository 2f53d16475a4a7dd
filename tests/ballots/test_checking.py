"""What can be checked: the receipt, its line in the book, and for half an hour the vote itself."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from civic.ballots import actions, queries, receipts, rules
from civic.ballots.checking import answer_to
from civic.kernel import clock
from civic.kernel.db import db
from civic.kernel.errors import RuleBroken
from civic.ledger import queries as ledger
from civic.ledger import sequencer, signing
from civic.ledger.models import Waiting
from civic.ledger.notes import read_head
from civic.ledger.tree import is_included, leaf_hash


def written(cycle):
    """The lines of the book after the sequencer has been there."""
    sequencer.write_all()
    return [json.loads(line) for line in ledger.lines(cycle.id, 0, 1000)]


def altered(text):
    """The same with one sign changed, whatever stood there."""
    at = len(text) // 3
    return text[:at] + ("2" if text[at] == "1" else "1") + text[at + 1 :]


@pytest.fixture
def close(pot, after):
    def closing():
        at = after(rules.GRACE.total_seconds())
        actions.close_box(pot, at=at)

    return closing


class TestTheBookOfACycle:
    def test_it_begins_with_the_terms_of_the_vote(self, cast, rosa, cycle):
        cast(rosa, 0)

        first = written(cycle)[0]

        assert (first["t"], first["e"], first["grace"]) == ("config", "1405", 120)
        assert (
            first["rules"]
            == db.session.execute(db.text("SELECT sha256 FROM frozen_rules")).scalar_one()
        )
        assert first["keys"] == {"heads": signing.key(), "receipts": str(signing.receipts_key())}

    def test_a_vote_is_a_line_without_anything_of_the_voter(self, cast, rosa, cycle, pot):
        area, ballot = pot.area.code, cast(rosa, 0, 1)

        line = written(cycle)[1]

        code = ballot.commitment.hex()
        assert line == {"n": 1, "t": "cast", "d": area, "c": code, "r": None}

    def test_a_changed_vote_names_the_line_before(self, cast, rosa, cycle):
        cast(rosa, 0)
        cast(rosa, 1)
        cast(rosa, 2)

        assert [line["r"] for line in written(cycle)[1:]] == [None, 1, 2]

    def test_it_ends_with_what_stands(self, cast, rosa, adam, cycle, close):
        cast(rosa, 0)
        cast(rosa, 1)
        close()

        last = written(cycle)[-1]

        assert (last["t"], last["stand"]) == ("close", 1)
        assert ledger.book(cycle.id).finished
        assert ledger.published_size(cycle.id) == 4

    def test_a_silent_signer_opens_no_vote(self, cast, rosa, monkeypatch):
        def silent():
            raise signing.SignerSilent("socket")

        monkeypatch.setattr(signing, "key", silent)

        with pytest.raises(RuleBroken, match="signer"):
            cast(rosa, 0)

    def test_nothing_is_cast_while_the_book_is_in_doubt(self, cast, rosa, cycle):
        cast(rosa, 0)
        ledger.book(cycle.id).quarantine = "it is not what was signed, extended"
        db.session.flush()

        with pytest.raises(RuleBroken, match="paused"):
            cast(rosa, 1)
        assert db.session.scalar(select(db.func.count()).select_from(Waiting)) > 0

    def test_an_old_database_takes_no_vote(self, app, cast, rosa, cycle, signer):
        cast(rosa, 0)
        written(cycle)
        origin = ledger.book(cycle.id).origin
        note = signer.last(origin)
        app.extensions.pop("sound_books", None)
        signer._notes[origin] = note.replace("\n2\n", "\n9\n", 1)

        with pytest.raises(RuleBroken, match="paused"):
            cast(rosa, 1)


class TestPromise:
    def test_what_the_city_signed_is_read_back(self, app, database):
        made = receipts.promise("1405", "1" * 24, at=clock.now())

        assert receipts.read_promise(made.as_address()) == made

    @pytest.mark.parametrize("name", ["code", "b", "by", "s"])
    def test_nothing_of_it_can_be_changed(self, app, database, name):
        given = receipts.promise("1405", "1" * 24, at=clock.now()).as_address()

        given[name] = altered(given[name])

        assert receipts.read_promise(given) is None
        given.pop(name)
        assert receipts.read_promise(given) is None

    def test_a_vote_that_is_gone_is_called_by_its_name(self, browser, database):
        given = receipts.promise("1405", "1" * 24, at=clock.now()).as_address()

        assert answer_to("1" * 24, given).broken
        assert browser.get("ballots.find", **given).select_one(".note--danger")

    def test_the_picture_on_the_receipt_holds_it(self, browser, rosa, pot, cast):
        code = cast(rosa, 0).receipt

        page = browser.sign_in(rosa).get("ballots.receipt", pot_id=pot.id)

        link = next(a["href"] for a in page.select("main a") if "/verify" in a["href"])
        given = dict(parse_qsl(urlsplit(link).query))
        assert given["code"] == code
        assert receipts.read_promise(given)


class TestAnswers:
    def test_the_line_is_proved_once_it_is_signed(self, browser, cast, rosa, cycle):
        ballot = cast(rosa, 0)
        assert answer_to(ballot.receipt, {}).standing is None
        written(cycle)

        standing = answer_to(ballot.receipt, {}).standing

        head = read_head(standing.head.note)
        leaf = leaf_hash(standing.entry.line.encode())
        assert is_included(leaf, standing.entry.seq, head.size, standing.proof, head.root)
        page = browser.get("ballots.find", code=ballot.receipt)
        assert ballot.commitment.hex() in page.select_one("details").text

    def test_while_people_vote_nobody_learns_of_a_change(self, browser, cast, rosa, cycle):
        first, second = cast(rosa, 0), cast(rosa, 1)
        written(cycle)

        assert answer_to(first.receipt, {}).later is None
        assert answer_to(second.receipt, {}).later is None

    def test_after_the_close_it_says_which_vote_was_counted(
        self, browser, cast, rosa, cycle, close
    ):
        first, second = cast(rosa, 0), cast(rosa, 1)
        close()
        written(cycle)

        assert answer_to(first.receipt, {}).later.seq == 2
        assert answer_to(second.receipt, {}).later is None
        assert "سطر ۲" in browser.get("ballots.find", code=first.receipt).text
        assert "شمرده شد" in browser.get("ballots.find", code=second.receipt).text

    def test_few_statements(self, browser, cast, rosa, cycle, statements):
        ballot = cast(rosa, 0)
        written(cycle)
        with statements() as seen:
            browser.get("ballots.find", code=ballot.receipt)
        assert len(seen) <= 8


class TestSecondLook:
    @pytest.fixture
    def look(self, pot, cast, rosa):
        ballot = cast(rosa, 0, 2)
        return receipts.Look(pot.id, ballot.receipt, clock.now() + receipts.LOOK)

    def test_a_second_device_shows_what_was_stored(self, browser, look):
        page = browser.get("ballots.look", word=receipts.seal_look(look))

        assert "تاب" in page.text
        assert "کتابخانه" in page.text
        assert "پل" not in page.select_one("main").text

    def test_it_closes_after_half_an_hour(self, browser, look, monkeypatch):
        word = receipts.seal_look(look)
        monkeypatch.setattr(clock, "now", lambda: look.until)

        browser.get("ballots.look", status=404, word=word)

    def test_a_changed_word_opens_nothing(self, browser, look):
        word = receipts.seal_look(look)

        browser.get("ballots.look", status=404, word=altered(word))
        browser.get("ballots.look", status=404, word="nothing")

    def test_the_receipt_offers_it_right_after_the_vote_only(
        self, browser, rosa, pot, paper, monkeypatch
    ):
        browser.sign_in(rosa)
        ticked = {"choices": [paper[0].number], "do": "review"}
        review = browser.follow(browser.post("ballots.keep", ticked, pot_id=pot.id))
        token = {"token": review.select_one("[name=token]")["value"]}
        page = browser.follow(browser.post("ballots.cast", token, pot_id=pot.id))
        assert page.select_one(".qr svg")

        then = clock.now() + receipts.LOOK
        monkeypatch.setattr(clock, "now", lambda: then)
        assert not browser.get("ballots.receipt", pot_id=pot.id).select_one(".qr")

    def test_the_same_press_again_gives_no_longer_look(
        self, browser, rosa, pot, paper, monkeypatch
    ):
        browser.sign_in(rosa)
        ticked = {"choices": [paper[0].number], "do": "review"}
        review = browser.follow(browser.post("ballots.keep", ticked, pot_id=pot.id))
        token = {"token": review.select_one("[name=token]")["value"]}
        begun = clock.now()
        for minutes in (0, 20):
            then = begun + timedelta(minutes=minutes)
            monkeypatch.setattr(clock, "now", lambda then=then: then)
            browser.post("ballots.cast", token, pot_id=pot.id)

        monkeypatch.setattr(clock, "now", lambda: begun + receipts.LOOK)
        assert not browser.get("ballots.receipt", pot_id=pot.id).select_one(".qr")

    def test_another_browser_of_the_voter_has_no_look(self, browser, rosa, pot, cast):
        cast(rosa, 0)

        assert not browser.sign_in(rosa).get("ballots.receipt", pot_id=pot.id).select_one(".qr")
        assert queries.choices_behind(pot.id, "0" * 24) is None


def test_the_promise_is_later_than_the_next_head(app, database):
    at = clock.now()

    by = receipts.promise("1405", "1" * 24, at=at).by

    assert timedelta(seconds=60) <= by - at <= timedelta(seconds=62)
