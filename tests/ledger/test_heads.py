"""Heads: the signer signs what grew, remembers it, and finds out what was taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from civic.kernel.db import db
from civic.ledger import actions, queries, sequencer, signing
from civic.ledger.models import Book, Head
from civic.ledger.notes import is_signed_by, read_head
from civic.ledger.tree import is_included, leaf_hash
from tests.conftest import NOON
from tests.ledger.conftest import envelope, put

pytestmark = pytest.mark.usefixtures("at_noon", "signer")


def grow(book, *numbers):
    put(book, *numbers)
    actions.write_lines(book.id)
    return actions.sign_head(book.id, at=NOON)


class TestSigning:
    def test_a_head_says_how_long_the_book_is(self, book, signer):
        head = grow(book, 1, 2, 3)

        said = read_head(head.note)
        assert (said.origin, said.size) == ("civic.test/book/1405", 3)
        assert said.root == queries.StoredTree(book.id).root(3)
        assert is_signed_by(head.note, signer.key)
        assert signing.key() == str(signer.key)

    def test_an_empty_book_has_no_head(self, book):
        assert actions.sign_head(book.id, at=NOON) is None

    def test_heads_grow_and_all_are_kept(self, book):
        grow(book, 1)
        grow(book, *range(2, 400))

        assert [read_head(note).size for note in queries.heads_after(book.id, 0)] == [1, 399]
        assert [read_head(note).size for note in queries.heads_after(book.id, 1)] == [399]
        assert queries.published_size(book.id) == 399

    def test_the_same_size_is_signed_again_and_kept_once(self, book):
        first = grow(book, 1)
        again = actions.sign_head(book.id, at=NOON + timedelta(minutes=1))

        assert again.note == first.note
        assert queries.book(book.id).signed_at == NOON + timedelta(minutes=1)

    def test_a_line_is_proved_under_the_head(self, book):
        grow(book, *range(300))

        found = queries.Found(book.id, envelope(7))

        standing = found.standing
        leaf = leaf_hash(standing.entry.line.encode())
        assert is_included(
            leaf, standing.entry.seq, standing.head.size, standing.proof, standing.head.root
        )

    def test_what_no_head_covers_is_not_proved(self, book):
        grow(book, 1)
        put(book, 2)
        actions.write_lines(book.id)

        assert queries.Found(book.id, envelope(2)).entry is not None
        assert queries.Found(book.id, envelope(2)).standing is None
        assert queries.Found(book.id, envelope(3)).standing is None


class TestWhenItIsDue:
    def test_a_book_is_signed_at_once_and_then_every_minute(self, book):
        put(book, 1)
        sequencer.write_all()
        assert queries.book(book.id).signed_at == NOON

        assert not queries.books_to_sign(NOON - timedelta(seconds=1))
        assert list(queries.books_to_sign(NOON)) == [book.id]

    def test_a_finished_book_is_signed_to_its_end_and_not_again(self, book):
        grow(book, 1)
        put(book, 2)
        actions.write_lines(book.id)
        actions.finish_book(book.id)
        long_ago = NOON - timedelta(days=1)

        assert list(queries.books_to_sign(long_ago)) == [book.id]
        sequencer.sign_due()
        assert not queries.books_to_sign(NOON + timedelta(days=9))


class TestQuarantine:
    def test_an_older_book_than_the_signer_remembers_is_found_out(self, book, signer):
        grow(book, 1, 2)
        taken_back = Book(
            id=envelope_id(7), name="old", origin=book.origin, finished=False
        )  # as if restored from before
        db.session.add(taken_back)
        db.session.flush()
        put(taken_back, 1)
        actions.write_lines(taken_back.id)

        assert not actions.check_extension(taken_back.id)
        assert "had 2 lines and now has 1" in queries.book(taken_back.id).quarantine

    def test_a_rewritten_book_is_not_signed(self, book):
        grow(book, 1, 2)
        other = Book(id=envelope_id(8), name="other", origin=book.origin, finished=False)
        db.session.add(other)
        db.session.flush()
        put(other, 3, 4, 5)
        actions.write_lines(other.id)

        assert actions.sign_head(other.id, at=NOON) is None
        assert queries.book(other.id).quarantine
        assert db.session.get(Head, (other.id, 3)) is None
        assert not actions.check_extension(other.id)
        assert queries.book(other.id).quarantine == actions.NOT_EXTENDED

    def test_the_right_book_is_released(self, book):
        grow(book, 1)
        queries.book(book.id).quarantine = "because"
        db.session.flush()

        assert actions.check_extension(book.id)
        assert queries.book(book.id).quarantine is None


class TestSilence:
    @pytest.fixture
    def nobody(self, app, signer, tmp_path, monkeypatch):
        import dataclasses

        settings = dataclasses.replace(app.config["CIVIC"], signer_socket=tmp_path / "nobody")
        monkeypatch.setitem(app.config, "CIVIC", settings)

    @pytest.mark.usefixtures("nobody")
    def test_a_silent_signer_holds_up_nothing(self, book):
        put(book, 1)

        sequencer.write_all()

        assert queries.size_of(book.id) == 1
        assert queries.published_size(book.id) == 0
        assert sequencer.check_all()
        with pytest.raises(signing.SignerSilent):
            actions.sign_head(book.id, at=NOON)


def envelope_id(n):
    from uuid import UUID

    return UUID(int=n)
