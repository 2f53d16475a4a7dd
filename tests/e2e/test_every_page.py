"""Every carrying page: nothing to push sideways, no barrier in the dark, nothing from elsewhere."""

from __future__ import annotations

import pytest

from civic.shots import SHOTS, reach
from tests.journeys.axe import Accessibility

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (360, 320)
TOO_WIDE = """() => {
    const page = document.documentElement, wide = page.scrollWidth - page.clientWidth;
    const box = (e) => e.getBoundingClientRect();
    const out = (e) => box(e).left < -1 || box(e).right > page.clientWidth + 1;
    const guilty = [...document.querySelectorAll("body *")].filter(out).slice(0, 5);
    const said = guilty.map((e) => `${e.localName}.${e.className} ${Math.round(box(e).width)}`);
    return wide > 0 ? [`${wide} px too wide`, ...said] : [];
}"""


@pytest.fixture
def opened(city, chromium, key_of):
    """A page of a role in a language, that hears of everything that goes wrong."""
    contexts = []

    def open_page(role, language):
        context = chromium.new_context(
            viewport={"width": 360, "height": 780},
            color_scheme="dark",
            storage_state=key_of(role),
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": language, "url": city.url}])
        page, troubles = context.new_page(), []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: (
                None if r.url.startswith((city.url, "data:", "blob:")) else troubles.append(r.url)
            ),
        )
        return page, troubles

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def in_phase(city):
    """Move the city to the phase of a page when its turn comes; afterwards people vote again."""
    moved = []

    def move(phase):
        if phase and phase not in moved:
            city.civic("demo", "phase", phase)
            moved.append(phase)

    yield move
    if moved:
        city.civic("demo", "phase", "voting")


# The pages of another phase come last, so that the city is moved only once.
@pytest.mark.parametrize(
    "shot", sorted(SHOTS, key=lambda shot: shot.phase), ids=lambda shot: shot.name
)
def test_a_carrying_page(city, opened, in_phase, shot):
    in_phase(shot.phase)
    accessibility = Accessibility()
    for language in ("fa", "en"):
        page, troubles = opened(shot.who, language)
        assert reach(page, city, shot), f"{shot.name} was not reached: {page.url}\n{city.said()}"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 780})
            assert page.evaluate(TOO_WIDE) == [], f"{page.url} in {language} at {width} px"
        if language == "fa":
            accessibility.look(page)
        assert troubles == []
    assert not accessibility.found, "\n" + accessibility.report()
