"""The watching program at the addresses of our own book, in both databases."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from civic.ledger import actions
from tests.conftest import NOON
from tests.ledger.conftest import book, put

assert book  # the fixture

pytestmark = pytest.mark.usefixtures("at_noon", "signer")


@pytest.fixture
def look(run, browser, verifier, monkeypatch, tmp_path):
    def urlopen(url, timeout):
        assert timeout
        answer = browser.client.get(url.removeprefix("http://civic.test"))
        if answer.status_code != 200:
            raise OSError(answer.status)
        return io.BytesIO(answer.data)

    monkeypatch.setattr(verifier, "urlopen", urlopen)
    place = ("http://civic.test/book/1405/", "--folder", tmp_path / "seen", "--once")
    return lambda: run("watch", *place)


def grow(book, *numbers, minute):
    put(book, *numbers)
    actions.write_lines(book.id)
    assert actions.sign_head(book.id, at=NOON + timedelta(minutes=minute))


def test_a_witness_follows_a_vote_that_runs(look, book):
    for minute, last in enumerate((3, 4, 300, 1500)):
        grow(book, *range(1000 * minute, 1000 * minute + last), minute=minute)
        code, said = look()
        assert code == 0, said
    assert "1807 lines" in said


def test_a_book_that_does_not_exist_cannot_be_watched(look):
    code, said = look()
    assert (code, "404" in said) == (2, True)
