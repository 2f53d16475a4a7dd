"""The book: what waits becomes lines in an order that tells nothing, and stands for ever."""

from __future__ import annotations

import json
from random import Random

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from civic.kernel.db import db
from civic.ledger import actions, queries
from civic.ledger.kinds import LineKind
from civic.ledger.models import Entry, Head, Tile, Waiting
from civic.ledger.tree import leaf_hash, root_of
from tests.conftest import NOON
from tests.ledger.conftest import envelope, put

pytestmark = pytest.mark.usefixtures("database")


def written(book):
    return [json.loads(line) for line in queries.lines(book.id, 0, 10_000)]


class TestWriting:
    def test_what_waits_becomes_a_line_once(self, book):
        put(book, 1)

        assert actions.write_lines(book.id) == 1
        assert actions.write_lines(book.id) == 0
        assert written(book) == [
            {"n": 0, "t": "cast", "d": "d1", "c": envelope(1).hex(), "r": None}
        ]
        assert queries.waiting_count() == 0

    def test_the_first_line_opens_and_the_last_closes(self, book):
        actions.submit(book.id, LineKind.CLOSE, {"d": "d1", "stand": 1})
        put(book, 1)
        actions.submit(book.id, LineKind.CONFIG, {"e": "1405"})

        actions.write_lines(book.id)

        assert [line["t"] for line in written(book)] == ["config", "cast", "close"]

    def test_acts_keep_their_order(self, book):
        for number in (3, 1, 2):
            actions.submit(book.id, LineKind.ACT, {"a": number})

        actions.write_lines(book.id)

        assert [line["a"] for line in written(book)] == [1, 2, 3]

    def test_envelopes_that_came_together_are_shuffled(self, book):
        put(book, *range(40))

        actions.write_lines(book.id, chance=Random(5))

        codes = [line["c"] for line in written(book)]
        assert codes != sorted(codes)
        assert sorted(codes) == [envelope(n).hex() for n in range(40)]

    def test_an_envelope_comes_after_the_one_it_replaces(self, book):
        put(book, *range(10))
        for n in range(10, 40):
            put(book, n, names=n - 10)

        actions.write_lines(book.id)

        lines = written(book)
        numbers = {line["c"]: line["n"] for line in lines}
        assert all(line["r"] is None or line["r"] < line["n"] for line in lines)
        assert lines[numbers[envelope(39).hex()]]["r"] == numbers[envelope(29).hex()]

    def test_what_names_nothing_known_waits_on(self, book):
        put(book, 2, names=1)
        assert actions.write_lines(book.id) == 0

        put(book, 1)
        assert actions.write_lines(book.id) == 2
        assert [line["r"] for line in written(book)] == [None, 0]

    def test_a_box_is_not_closed_before_all_its_envelopes_are_written(self, book, monkeypatch):
        monkeypatch.setattr(queries, "BATCH", 5)
        monkeypatch.setattr(queries.waiting, "__defaults__", (5,))
        actions.submit(book.id, LineKind.CLOSE, {"d": "d1"})
        put(book, *range(12))

        while actions.write_lines(book.id):
            pass

        assert [line["t"] for line in written(book)] == ["cast"] * 12 + ["close"]


class TestTree:
    @pytest.mark.parametrize("steps", [[1], [255, 1, 1], [256], [300, 300, 100], [1, 700]])
    def test_the_stored_tree_has_the_root_of_its_lines(self, book, steps):
        made = 0
        for step in steps:
            actions.submit_many(
                book.id, LineKind.CAST, ((envelope(n), "d1") for n in range(made, made + step))
            )
            made += step
            actions.write_lines(book.id)

        leaves = [leaf_hash(line.encode()) for line in queries.lines(book.id, 0, made)]
        tree = queries.StoredTree(book.id)
        assert queries.size_of(book.id) == made
        for size in {1, made // 2, made} - {0}:
            assert tree.root(size) == root_of(leaves[:size])

    def test_three_levels_of_tiles(self, book, monkeypatch):
        for module in (queries, actions):
            monkeypatch.setattr(module, "TILE", 4)
        monkeypatch.setattr(queries, "TILE_HEIGHT", 2)
        for step in range(1, 25):
            first = step * (step - 1) // 2
            marks = ((envelope(n), "d1") for n in range(first, first + step))
            actions.submit_many(book.id, LineKind.CAST, marks)
            actions.write_lines(book.id)
            leaves = [leaf_hash(line.encode()) for line in queries.lines(book.id, 0, 999)]
            assert queries.StoredTree(book.id).root(len(leaves)) == root_of(leaves)

        levels = db.session.scalars(db.select(Tile.level).distinct()).all()
        assert sorted(levels) == [0, 1, 2, 3]


class TestForEver:
    @pytest.mark.parametrize("table", [Entry, Head, Tile])
    def test_the_database_refuses_to_change_or_delete(self, book, signer, table):
        put(book, *range(300))
        actions.write_lines(book.id)
        actions.sign_head(book.id, at=NOON)

        for act in (update(table).values(book_id=book.id), delete(table)):
            with pytest.raises(DatabaseError), db.session.begin_nested():
                db.session.execute(act)

    def test_what_waits_is_not_changed(self, book):
        put(book, 1)

        with pytest.raises(DatabaseError), db.session.begin_nested():
            db.session.execute(update(Waiting).values(mark=envelope(2)))

    def test_an_envelope_has_one_line(self, book):
        put(book, 1)
        actions.write_lines(book.id)
        put(book, 1)

        with pytest.raises(DatabaseError):
            actions.write_lines(book.id)

    def test_a_line_is_replaced_once(self, book):
        put(book, 1)
        put(book, 2, names=1)
        put(book, 3, names=1)

        with pytest.raises(DatabaseError):
            actions.write_lines(book.id)
