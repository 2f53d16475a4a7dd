"""Nobody, in whatever role, has a door through which a vote, a book or a result is changed."""

import pytest

from tests.architecture.test_doors import KNOCKERS
from tests.architecture.world import afresh, fingerprint, knock

METHODS = ("PUT", "PATCH", "DELETE", "POST")
PATHS = (
    "/results/{pot}", "/vote/{pot}/receipt", "/vote/{pot}/review", "/verify", "/book/1405/entries",
    "/book/1405/heads", "/book/1405/head", "/book/1405/leaves", "/book/acts/entries",
    "/book/acts/key", "/results/", "/audit/",
)  # fmt: skip
TRIED = [(method, path) for path in PATHS for method in METHODS]


@pytest.mark.parametrize("who", KNOCKERS)
def test_thirty_ways_in_are_shut(house, who):
    afresh(house)
    before = fingerprint(house)
    assert len(TRIED) >= 30
    pot = house.things["pot"]
    answers = {
        (method, path): knock(house, who, method, path.format(pot=pot)).status_code
        for method, path in TRIED
    }
    assert {line: code for line, code in answers.items() if code not in {403, 404, 405}} == {}
    assert fingerprint(house) == before
