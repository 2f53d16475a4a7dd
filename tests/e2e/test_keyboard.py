"""Without a mouse: into the content by the first key, and into the box by a few more."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FOCUSED = "document.activeElement"
RING = """(() => { const s = getComputedStyle(document.activeElement);
    return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; })()"""
MOST_KEYS = 80


@pytest.fixture
def page(city, chromium, key_of):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 860}, storage_state=key_of("resident")
    )
    yield context.new_page()
    context.close()


def tab_to(page, selector):
    """Press Tab until something of this kind has the focus, and insist that one sees it."""
    for _key in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            assert page.evaluate(RING), f"One does not see that {selector} has the focus."
            return
    raise AssertionError(f"{MOST_KEYS} times Tab did not lead to {selector}.")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_first_key_offers_the_way_into_the_content(page, city):
    page.goto(city.url)
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "main"


def test_a_vote_is_cast_with_tab_space_and_enter(page, city):
    page.goto(f"{city.url}/vote/")
    tab_to(page, "main a[href^='/vote/'].button--main")
    enter(page)
    tab_to(page, "[name=choices]")
    page.keyboard.press("Space")
    assert page.is_checked("[name=choices] >> nth=0")
    tab_to(page, "button[value=review]")
    enter(page)
    tab_to(page, "main button.button--main")
    enter(page)
    assert page.url.endswith("/receipt")
    assert page.locator(".receipt__code").is_visible()
