"""The book on the web: heads and hashes for everybody, lines when the vote is over."""

from __future__ import annotations

import hashlib

import pytest

from civic.config import REPOSITORY
from civic.ledger import actions, queries
from civic.ledger.notes import read_head
from tests.conftest import NOON
from tests.ledger.conftest import put

pytestmark = pytest.mark.usefixtures("at_noon", "signer")


@pytest.fixture
def signed(book):
    put(book, *range(30))
    actions.write_lines(book.id)
    actions.sign_head(book.id, at=NOON)
    return book


def text(answer):
    return answer.get_data(as_text=True)


class TestPages:
    def test_the_books_and_their_heads_are_listed(self, browser, signed, statements):
        with statements() as seen:
            page = browser.get("ledger.index")
        assert "۳۰" in page.text
        assert len(seen) <= 8

    def test_a_book_that_is_in_doubt_says_so(self, browser, signed):
        signed.quarantine = "because"

        assert browser.get("ledger.index").select_one(".note--danger")
        assert browser.get("ledger.show", name="1405").select_one(".note--danger")

    def test_lines_of_a_running_vote_are_not_shown(self, browser, signed):
        assert '"c"' not in browser.get("ledger.show", name="1405").text
        actions.finish_book(signed.id)
        assert '"c"' in browser.get("ledger.show", name="1405").text

    def test_the_program_for_observers_can_be_taken_along(self, browser, database):
        answer = browser.client.get("/book/civic_verify.py")

        assert answer.data == (REPOSITORY / "verify/civic_verify.py").read_bytes()
        assert "attachment" in answer.headers["Content-Disposition"]


class TestCopies:
    @pytest.fixture
    def fetch(self, browser):
        return lambda path, status=200: self.answer(browser, path, status)

    def answer(self, browser, path, status):
        answer = browser.client.get(path)
        assert answer.status_code == status, answer.data
        return text(answer)

    def test_the_newest_head(self, fetch, signed):
        assert read_head(fetch("/book/1405/head")).size == 30

    def test_the_hashes_are_those_of_the_lines(self, fetch, signed):
        leaves = fetch("/book/1405/leaves?from=10").split()

        lines = queries.lines(signed.id, 10, 30)
        assert leaves == [hashlib.sha256(b"\0" + line.encode()).hexdigest() for line in lines]

    def test_the_lines_come_when_the_vote_is_over(self, fetch, signed):
        fetch("/book/1405/entries", 404)
        actions.finish_book(signed.id)
        assert fetch("/book/1405/entries?from=28").splitlines() == queries.lines(signed.id, 28, 30)

    def test_what_no_head_covers_is_not_given_out(self, fetch, signed):
        put(signed, 77)
        actions.write_lines(signed.id)

        assert len(fetch("/book/1405/leaves").split()) == 30
        assert fetch("/book/1405/leaves?from=30") == ""

    @pytest.mark.parametrize("place", ["-5", "many", "9" * 30, "30"])
    def test_odd_numbers_are_no_trouble(self, fetch, signed, place):
        fetch(f"/book/1405/leaves?from={place}")
        fetch(f"/book/1405/heads?after={place}")

    def test_a_book_of_no_head_and_a_book_that_is_not(self, fetch, book):
        fetch("/book/1405/head", 404)
        fetch("/book/9999/leaves", 404)

    def test_the_key(self, fetch, signed, signer):
        assert fetch("/book/1405/key") == f"{signer.key}\n"
