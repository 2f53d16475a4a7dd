"""The measurements run; what they measure is not judged here."""

from __future__ import annotations

from civic.bench import long_paper
from civic.bench.pages import measure_pages
from tests import factories


def test_pages_are_measured(app, database, tree, at_noon):
    rows = {row.page: row for row in measure_pages(app, rounds=2)}
    assert {"home", "areas", "proposals", "results", "projects"} <= set(rows)
    assert all(row.status == 200 and 0 < row.gzipped < row.raw for row in rows.values())
    assert rows["home"].statements > 0


def test_a_long_paper_is_measured(app, database, tree, rosa, at_noon, monkeypatch):
    cycle = factories.make_cycle(tree.city)
    factories.make_proposal(rosa, cycle, tree.sepidar)
    monkeypatch.setattr(long_paper, "person", lambda *_args, **_more: factories.load(rosa))
    rows = list(long_paper.measure_long_paper(app, rounds=2))
    assert [row.status for row in rows] == [200, 200, 200]
    assert all(row.statements <= 8 and row.gzipped < 100_000 for row in rows)
    assert rows[0].raw > 80_000, "Every project is on the page."
