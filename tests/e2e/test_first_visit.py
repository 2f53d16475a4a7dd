"""What a phone has to fetch before a resident can read the page of the neighbourhood."""

from __future__ import annotations

import logging

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
log = logging.getLogger(__name__)
NEIGHBOURHOOD = "/a/demo-6-01"
MOST_BYTES = 150_000
MOST_WAITED_FOR = 6
# What the browser has to have before it draws, and the font in which it draws.
WAITED_FOR = """() => 1 + performance.getEntriesByType("resource").filter(
    (one) => one.renderBlockingStatus === "blocking" || one.name.endsWith(".woff2")).length"""


@pytest.fixture(scope="module")
def visit(city, chromium):
    """The first visit ever: nothing is in the cache."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="fa-IR")
    page = context.new_page()
    network = context.new_cdp_session(page)
    sizes: dict[str, float] = {}
    addresses: list[str] = []
    network.on(
        "Network.loadingFinished", lambda m: sizes.update({m["requestId"]: m["encodedDataLength"]})
    )
    network.on("Network.requestWillBeSent", lambda m: addresses.append(m["request"]["url"]))
    network.send("Network.enable")
    assert page.goto(city.url + NEIGHBOURHOOD, wait_until="networkidle").ok
    page.evaluate("document.fonts.ready.then(() => 1)")
    yield page, sum(sizes.values()), addresses
    context.close()


def test_it_weighs_little(visit):
    _page, weight, addresses = visit
    log.info("first visit: %d bytes in %d requests", weight, len(addresses))
    assert any("woff2" in address for address in addresses), "The font is part of the weight."
    assert 10_000 < weight <= MOST_BYTES, addresses


def test_it_can_be_read_after_few_requests(visit):
    page, _weight, addresses = visit
    assert page.evaluate(WAITED_FOR) <= MOST_WAITED_FOR, addresses


def test_nothing_comes_from_elsewhere(visit, city):
    _page, _weight, addresses = visit
    assert [url for url in addresses if not url.startswith(city.url)] == []
