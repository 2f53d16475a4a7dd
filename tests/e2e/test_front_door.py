"""The demo city from outside: it comes up, stops without a rest, and is there again at once."""

from __future__ import annotations

import logging

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AT_ONCE = 30  # a quiet machine needs under 5 s; a busy one must not fail the test
log = logging.getLogger(__name__)


def test_stopped_it_leaves_no_process(started):
    _city, start = started
    assert start.left == {}


def test_the_second_start_finds_the_city_as_it_was(started):
    city, start = started
    log.info("first start %.1f s, second start %.1f s", start.first, start.second)
    assert start.second < AT_ONCE
    assert "09120000020" in city.civic("demo", "who")
